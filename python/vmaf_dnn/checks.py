# SPDX-License-Identifier: BSD-3-Clause
"""Arguments of the wrong type or out of range, each refused with one sentence before any work."""

from __future__ import annotations

import math
import os
from numbers import Integral

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
