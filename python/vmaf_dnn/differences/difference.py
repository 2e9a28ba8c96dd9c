# SPDX-License-Identifier: BSD-3-Clause
"""What a comparison of two reports finds."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

Interval = tuple[float, float]


def _number(value: Any) -> Any:
    """Round as reports do; what JSON can't hold is None."""
    if isinstance(value, tuple):
        return [_number(item) for item in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


@dataclass(frozen=True)
class FrameDifference:
    """One frame in both reports.

    Attributes:
        frame_number: counted from 0, as reports count.
        time_s: when it is shown, in seconds from frame 0; None if no clip states a frame rate.
        a: its value in the first report.
        b: its value in the second report.
    """

    frame_number: int
    time_s: float | None
    a: float
    b: float

    @property
    def difference(self) -> float:
        """By how much the second is higher."""
        return self.b - self.a

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON holds of it."""
        fields = {name: _number(value) for name, value in dataclasses.asdict(self).items()}
        return {**fields, "difference": _number(self.difference)}


@dataclass(frozen=True)
class Difference:
    """One metric of two reports, over the frames that have a finite value in both.

    Attributes:
        metric: its name.
        n_frames: how many frames were compared.
        mean_a: mean over them in the first report.
        mean_b: mean over them in the second report.
        mean: of the differences, second less first.
        interval: where the mean difference lies with `CONFIDENCE`; None if there are too few frames to tell.
        higher: share of the frames in which the second is higher, 0 to 1.
        lower: share of the frames in which it is lower.
        lowest: frames in which the second is lowest beside the first, worst first, half a second apart.
    """

    metric: str
    n_frames: int
    mean_a: float
    mean_b: float
    mean: float
    interval: Interval | None
    higher: float
    lower: float
    lowest: tuple[FrameDifference, ...] = ()

    @property
    def differs(self) -> bool | None:
        """Whether the interval leaves 0 out; None if there is none."""
        if self.interval is None:
            return None
        lowest, highest = self.interval
        return not lowest <= 0 <= highest

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON holds of it; a number that is none is null."""
        fields = {name: _number(value) for name, value in dataclasses.asdict(self).items()}
        return {**fields, "differs": self.differs, "lowest": [frame.as_dict() for frame in self.lowest]}


@dataclass(frozen=True)
class Differences:
    """Two reports, compared.

    Attributes:
        a: name of the first report's distorted clip.
        b: name of the second's.
        metrics: each metric of both, the scores first.
        n_frames: how many frames are in both reports.
        n_frames_a: how many are in the first.
        n_frames_b: how many are in the second.
    """

    a: str
    b: str
    metrics: dict[str, Difference]
    n_frames: int
    n_frames_a: int
    n_frames_b: int

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON holds of it."""
        return {
            "a": self.a,
            "b": self.b,
            "n_frames": self.n_frames,
            "n_frames_a": self.n_frames_a,
            "n_frames_b": self.n_frames_b,
            "metrics": {name: found.as_dict() for name, found in self.metrics.items()},
        }
