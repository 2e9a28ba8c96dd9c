# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a log, gathered into columns as they are met."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

_MOST_FRAMES_NUMBER = 2**62


class Unreadable(Exception):
    """Its text says what is wrong with a report, as the end of a sentence about it."""


class FrameColumns:
    """A column a metric, and NaN where a frame lacks a value.

    `names` are those that are known beforehand, in their order; others are put behind them as they are met.
    `spelt` is for formats in which every number is text; elsewhere text is none.
    """

    def __init__(self, names: Iterable[str] = (), *, spelt: bool = False) -> None:
        self._spelt = spelt
        self._numbers = array("q")
        self._columns: dict[str, array[float]] = {name: array("d") for name in names}

    def add(self, number: object, metrics: Mapping[str, object]) -> None:
        """Take the next frame; its number and values are text if they are spelt. Raises `Unreadable`."""
        n_frames = len(self._numbers)
        self._numbers.append(self._checked_number(number))
        for name, value in metrics.items():
            column = self._columns.get(name)
            if column is None:
                column = self._columns[name] = array("d", [math.nan]) * n_frames
            column.append(self._as_float(value, name, number))
        if len(metrics) < len(self._columns):
            for column in self._columns.values():
                if len(column) == n_frames:
                    column.append(math.nan)

    def arrays(self) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
        """Return the numbers of the frames, and the columns. Raises `Unreadable` if there is none."""
        if not self._numbers:
            raise Unreadable("holds no frame")
        if not self._columns:
            raise Unreadable("holds no metric of its frames")
        metrics = {name: np.array(column, np.float64) for name, column in self._columns.items()}
        return np.array(self._numbers, np.int64), metrics

    def _checked_number(self, number: object) -> int:
        try:
            is_number = isinstance(number, str if self._spelt else int) and not isinstance(number, bool)
            counted = int(number) if is_number else -1  # type: ignore[call-overload]
        except ValueError:
            counted = -1
        if not 0 <= counted < _MOST_FRAMES_NUMBER:
            raise Unreadable(f"numbers a frame {number!r:.60}, expected a whole number")
        if self._numbers and counted <= self._numbers[-1]:
            raise Unreadable(
                f"has frame {counted} behind frame {self._numbers[-1]}, expected a higher number"
            )
        return counted

    def _as_float(self, value: object, name: str, number: object) -> float:
        if value is None or (self._spelt and value == ""):
            return math.nan
        kinds = (str,) if self._spelt else (int, float)
        try:
            if isinstance(value, kinds) and not isinstance(value, bool):
                return float(value)
        except (ValueError, OverflowError):
            pass
        raise Unreadable(f"has {value!r:.60} as {name!r:.60} of frame {number}, expected a number")
