# SPDX-License-Identifier: BSD-3-Clause
"""The frames with the lowest scores, far enough from each other to be different pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.video.clip import ASSUMED_RATE

APART_S = 0.5


@dataclass(frozen=True)
class WorstFrame:
    """One of the worst frames of a clip.

    Attributes:
        frame_number: counted from 0, as reports count.
        time_s: when it is shown, in seconds from frame 0; None if no clip states a frame rate.
        metric: the score that chose it.
        score: its value.
        metrics: all that was measured of the frame.
    """

    frame_number: int
    time_s: float | None
    metric: str
    score: float
    metrics: dict[str, float] = field(default_factory=dict)


def worst_rows(
    numbers: NDArray[np.int64], values: NDArray[np.float64], n_frames: int, frame_rate: float | None
) -> list[int]:
    """Return the rows of at most `n_frames` lowest values, worst first, each half a second from the others.

    Of equal values the earlier is worse; a value that is NaN is no candidate.
    """
    apart = APART_S * (frame_rate or ASSUMED_RATE)
    chosen: list[int] = []
    for row in np.argsort(values, kind="stable").tolist():
        if len(chosen) == n_frames or np.isnan(values[row]):
            break
        if all(abs(numbers[row] - numbers[other]) >= apart for other in chosen):
            chosen.append(row)
    return chosen
