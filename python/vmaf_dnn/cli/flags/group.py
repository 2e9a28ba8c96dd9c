# SPDX-License-Identifier: BSD-3-Clause
"""A group of flags, both spellings of each, and the types of their values."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any

_SIZE = re.compile(r"\d+[x:](\d+)")


class FlagGroup:
    """Adds flags to a parser or to a group of one."""

    def __init__(self, target: argparse._ActionsContainer) -> None:
        self._target = target

    def switch(self, *flags: str, help: str) -> None:
        """Add a flag that is given or not."""
        self._add(flags, action="store_true", help=help)

    def text(self, *flags: str, metavar: str = "FILE", help: str, **more: Any) -> None:
        """Add a flag that takes words as they are."""
        self._add(flags, metavar=metavar, help=help, **more)

    def number(self, *flags: str, metavar: str = "N", help: str, default: int | None, **more: Any) -> None:
        """Add a flag that takes a whole number, 0 or more."""
        self._add(flags, metavar=metavar, type=_unsigned, default=default, help=help, **more)

    def optional_lines(self, *flags: str, metavar: str = "N", help: str) -> None:
        """Add a flag that is given or not, and may take a number of lines."""
        self._add(flags, metavar=metavar, nargs="?", type=_lines, const=True, default=False, help=help)

    def limit(self, *flags: str, metavar: str = "X", help: str, default: float | None) -> None:
        """Add a flag that takes a number."""
        self._add(flags, metavar=metavar, type=float, default=default, help=help)

    def range(self, *flags: str, help: str, **more: Any) -> None:
        """Add a flag that takes the lowest and the highest of numbers."""
        self._add(flags, metavar="MIN:MAX", type=_range, help=help, **more)

    def choice(self, *flags: str, words: Sequence[str], metavar: str = "", help: str, **more: Any) -> None:
        """Add a flag that takes one of `words`."""
        self._add(flags, metavar=metavar or "|".join(words), choices=words, help=help, **more)

    def size(self, *flags: str, help: str, default: tuple[int, int]) -> None:
        """Add a flag that takes a width and a height."""
        self._add(flags, metavar="WxH", type=_size, default=default, help=help)

    def _add(self, flags: Sequence[str], **settings: Any) -> None:
        spellings = list(flags)
        for flag in flags:
            if flag.startswith("--"):
                name = flag[2:]
                spellings += ["--" + name.replace("_", "-"), "--" + name.replace("-", "_")]
        self._target.add_argument(*dict.fromkeys(spellings), **settings)


def _unsigned(text: str) -> int:
    """Decimal, 0x hexadecimal or 0 octal."""
    is_octal = text.startswith("0") and text.isdigit()
    value = int(text, 8 if is_octal else 0)
    if value < 0:
        raise ValueError(text)
    return value


def _lines(text: str) -> int:
    try:
        return _unsigned(text)
    except ValueError:
        size = _SIZE.fullmatch(text)
        cure = f"give the lines alone, {size[1]}" if size else "give a number of lines, or none"
        raise argparse.ArgumentTypeError(f"takes a number of lines, got {text!r}; {cure}") from None


def _size(text: str) -> tuple[int, int]:
    width, height = text.lower().split("x")
    return int(width), int(height)


def _range(text: str) -> tuple[float, float]:
    low, high = text.split(":")
    return float(low), float(high)


# argparse puts these into its sentence: "invalid unsigned number value: 'x'"
_unsigned.__name__ = "unsigned number"
_size.__name__ = "WxH"
_range.__name__ = "MIN:MAX"
