# SPDX-License-Identifier: BSD-3-Clause
"""Arguments of the wrong type or out of range, each refused with one sentence before any work."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

from vmaf_dnn.errors import InvalidArgument


def require_whole_number(name: str, value: object, lowest: int, highest: int = 2**31 - 1) -> None:
    """Raise `InvalidArgument` unless `value` is an integer, Python's or NumPy's, in the range."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InvalidArgument(f"{name} must be a whole number, got {value!r}.")
    if int(value) < lowest:
        raise InvalidArgument(f"{name} must be {lowest} or more, got {value}.")
    if int(value) > highest:
        raise InvalidArgument(f"{name} must be {highest} or less, got {value}.")


def require_seconds(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is a finite number of seconds, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise InvalidArgument(f"{name} must be a number of seconds, 0 or more, got {value!r}.")


def require_rate(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is a finite number of frames a second, above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise InvalidArgument(f"{name} must be a number of frames a second, above 0, got {value!r}.")


def require_switch(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is True or False."""
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name} must be True or False, got {value!r}.")


def require_word(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is text."""
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} must be a word, got {value!r}.")


def require_path(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` names a file: text or a path object."""
    if not isinstance(value, (str, os.PathLike)):
        raise InvalidArgument(f"{name} must be a path, got {value!r}.")


def require_one_of(name: str, value: object, words: Sequence[str]) -> None:
    """Raise `InvalidArgument` unless `value` is one of the words."""
    if not isinstance(value, str) or value not in words:
        raise InvalidArgument(f"{name} must be {' or '.join(words)}, got {value!r}.")


def require_instance(name: str, value: object, kind: type, what: str) -> None:
    """Raise `InvalidArgument` unless `value` is of the type, which `what` names."""
    if not isinstance(value, kind):
        raise InvalidArgument(f"{name} must be {what}, got {value!r:.80}.")


def listed(name: str, value: object, kind: type, what: str) -> list[Any]:
    """Return what `value` yields; raises `InvalidArgument` unless all of it is of the type."""
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes)):
        raise InvalidArgument(f"{name} must be {what}, got {value!r:.80}.")
    found = list(value)
    for one in found:
        if not isinstance(one, kind):
            raise InvalidArgument(f"{name} must be {what}, got {one!r:.80} among them.")
    return found
