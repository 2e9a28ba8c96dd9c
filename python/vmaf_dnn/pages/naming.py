# SPDX-License-Identifier: BSD-3-Clause
"""How a page calls clips and moments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from vmaf_dnn.report import Report
from vmaf_dnn.text import clock, file_names, legible_cell

_UNKNOWN = "the clip"


def clip_names(reports: Sequence[Report]) -> list[str]:
    """Name each distorted clip: by the file alone, unless two are called so."""
    return file_names(
        [legible_cell(report.clips.distorted) if report.clips else _UNKNOWN for report in reports]
    )


def reference_name(report: Report) -> str:
    """Name the reference by its file, if there is one."""
    path = legible_cell(report.clips.reference) or "no reference" if report.clips else "its reference"
    return PurePath(path).name or path


def moment(frame: int, frame_rate: float | None) -> str:
    """Say which frame, and when it is shown: ``frame 123 (0:04.92)``."""
    return f"frame {frame}" + (f" ({time_of(frame, frame_rate)})" if frame_rate else "")


def time_of(frame: int, frame_rate: float) -> str:
    """Say when a frame is shown: ``0:04.92``."""
    return clock(frame / frame_rate, 2)


def metric_name(metric: str) -> str:
    """Return a metric's name as people say it."""
    return metric.removeprefix("integer_")


def pooling_name(pooling: str) -> str:
    """Return a pooling in words: ``"p5"`` is the 5th percentile."""
    words = {"p1": "1st percentile", "p50": "median", "stddev": "standard deviation"}
    if pooling in words:
        return words[pooling]
    is_percentile = pooling[:1] == "p" and pooling[1:2].isdigit()
    return f"{pooling[1:]}th percentile" if is_percentile else pooling.replace("_", " ")
