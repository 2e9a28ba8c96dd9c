# SPDX-License-Identifier: BSD-3-Clause
"""Members of a document that anybody may have written, each of the type that it has to have."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from vmaf_dnn.report.reading.columns import Unreadable

_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,18}\.\d{1,18}")
_TEXTS = {"name", "encoded", "chroma"}  # of clips, though they may look like numbers


def typed(name: str, value: str) -> str | int | float | bool:
    """Return what a clip states of itself, from the text that XML has of it."""
    if name in _TEXTS:
        return value
    if value in ("True", "False"):
        return value == "True"
    if _WHOLE.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """Return a member that holds others. Raises `Unreadable`."""
    return value if isinstance(value, Mapping) else _refuse(value, what, "an object")


def sequence(value: object, what: str) -> Sequence[Any]:
    """Return a member that is a list. Raises `Unreadable`."""
    return (
        value
        if isinstance(value, Sequence) and not isinstance(value, str)
        else _refuse(value, what, "a list")
    )


def text(value: object, what: str) -> str:
    """Return a member that is text. Raises `Unreadable`."""
    return value if isinstance(value, str) else _refuse(value, what, "text")


def whole(value: object, what: str) -> int:
    """Return a member that counts something, which may be spelt out. Raises `Unreadable`."""
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else -1
    except ValueError:
        number = -1
    return number if number >= 0 else _refuse(value, what, "a whole number")


def rate(value: object, what: str) -> float | None:
    """Return a member that is a number, which may be spelt out, or not stated. Raises `Unreadable`."""
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    return number if math.isfinite(number) and number >= 0 else _refuse(value, what, "a number")


def _refuse(value: object, what: str, expected: str) -> NoReturn:
    raise Unreadable(f"has {value!r:.60} as {what}, expected {expected}")
