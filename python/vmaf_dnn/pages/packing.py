# SPDX-License-Identifier: BSD-3-Clause
"""The numbers of a page's curves, packed so that a page stays small however long a clip is.

A value is kept as a 16-bit step between its curve's lowest and highest. Where there are too many frames, a
point stands for several of them on end, by the lowest and the highest of their values.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_VALUES = 240_000  # of all curves of a page, at 8/3 characters each
_LEAST_POINTS = 200  # of a curve, however many curves there are
_STEPS = 65534
_MISSING = 65535


@dataclass(frozen=True)
class FrameAxis:
    """The frames that a page's curves are over.

    Attributes:
        frames: (n,) int64, ascending.
        span: how many of them on end a point stands for; of more than one, two points do: low and high.
    """

    frames: NDArray[np.int64]
    span: int

    @classmethod
    def of(cls, numbers: list[NDArray[np.int64]], n_curves: int) -> FrameAxis:
        """Return the axis of all frames of some reports, for so many curves over them."""
        frames = np.unique(np.concatenate(numbers))
        n_points = max(MOST_VALUES // (n_curves + 2), _LEAST_POINTS)
        span = 1 if len(frames) <= n_points else -(-2 * len(frames) // n_points)
        return cls(frames, span)

    def packed(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {"span": self.span, "frames": _base64(self.frames[:: self.span].astype("<u4"))}

    def curve(self, numbers: NDArray[np.int64], values: NDArray[np.float64]) -> dict[str, Any]:
        """Return a curve of (n,) values, which stand at the frames `numbers`, as the script reads it."""
        column = np.full(len(self.frames), np.nan)
        column[np.searchsorted(self.frames, numbers)] = np.where(np.isfinite(values), values, np.nan)
        points = column if self.span == 1 else _extremes(column, self.span)
        is_there = np.isfinite(points)
        lowest, highest = (
            (float(points[is_there].min()), float(points[is_there].max())) if is_there.any() else (0.0, 0.0)
        )
        steps = np.full(len(points), _MISSING, "<u2")
        part = (points[is_there] - lowest) / (highest - lowest) if highest > lowest else 0.0
        steps[is_there] = np.rint(part * _STEPS)
        return {"low": lowest, "high": highest, "steps": _base64(steps)}


def _extremes(column: NDArray[np.float64], span: int) -> NDArray[np.float64]:
    """Return the lowest and the highest of each `span` values on end, one after the other."""
    padded = np.full(-(-len(column) // span) * span, np.nan)
    padded[: len(column)] = column
    parts = padded.reshape(-1, span)
    lowest, highest = np.fmin.reduce(parts, axis=1), np.fmax.reduce(parts, axis=1)
    return np.stack([lowest, highest], axis=1).ravel()


def _base64(numbers: NDArray[Any]) -> str:
    return base64.b64encode(numbers.tobytes()).decode()
