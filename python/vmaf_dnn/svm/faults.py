# SPDX-License-Identifier: BSD-3-Clause
"""What can be wrong with a model file; the words complete "the file is refused: ...", without its path."""

from __future__ import annotations

import sys
from typing import NoReturn

_N_SHOWN = 80  # characters: a sentence stays one, whatever the file holds


class Malformed(ValueError):
    """The file breaks its format, or contradicts itself."""


class NotComputed(ValueError):
    """The file is sound, and asks for what only libvmaf computes."""


def shown(value: object) -> str:
    """Return a value for a sentence: on one line, in ASCII, cut if it is long."""
    try:
        text = ascii(value)
    except RecursionError:
        return "nested too deeply to show"
    return text if len(text) <= _N_SHOWN else f"{text[:_N_SHOWN]}..."


def refuse(what: str, value: object, expected: str) -> NoReturn:
    """Raise `Malformed` for the part of the file named `what`, which holds `value`."""
    raise Malformed(f"{what} is {shown(value)}, expected {expected}")


def finite_number(what: str, value: object) -> float:
    """Return a number of JSON as a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        refuse(what, value, "a finite number")
    return float(value)


def finite_numbers(what: str, value: object, n_expected: int) -> tuple[float, ...]:
    """Return a list of that many numbers of JSON as floats."""
    if not isinstance(value, list) or len(value) != n_expected:
        refuse(what, value, f"{n_expected} finite numbers")
    return tuple(finite_number(f"{what}[{i}]", number) for i, number in enumerate(value))
