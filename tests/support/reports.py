# SPDX-License-Identifier: BSD-3-Clause
"""Reports made of numbers, without clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.report import ClipNames, Report
from vmaf_dnn.video.description import Value

RATE = 25.0
Values = Sequence[float] | NDArray[np.floating]


def report_with(
    scores: Values,
    *,
    names: tuple[str, str] = ("reference.y4m", "distorted.mkv"),
    size: tuple[int, int] = (64, 64),
    kbit_per_s: float | None = None,
    codec: str = "h264",
    step: int = 1,
    scene_cuts: tuple[int, ...] | None = None,
    metrics: Mapping[str, Values] | None = None,
) -> Report:
    """A report of a score `vmaf` and of other metrics, one value a frame."""
    states: dict[str, Value] = {"frame_rate": RATE}
    rates: dict[str, Value] = {} if kbit_per_s is None else {"kbit_per_s": kbit_per_s, "codec": codec}
    columns = {name: np.asarray(values, float) for name, values in (metrics or {}).items()}
    return Report(
        np.arange(len(scores), dtype=np.int64) * step,
        {**columns, "vmaf": np.asarray(scores, float)},
        *size,
        None,
        "vmaf_dnn 0",
        svm_metrics=("vmaf",),
        clips=ClipNames(*names, "", states, {**states, **rates}),
        scene_cuts=scene_cuts,
    )
