# SPDX-License-Identifier: BSD-3-Clause
"""The table of the worst frames, below the scores."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from vmaf_dnn.cli import terminal
from vmaf_dnn.report import Report
from vmaf_dnn.report.worst import WorstFrame
from vmaf_dnn.text import clock, legible_cell, shortened

_N_NAME = 32  # characters, on a terminal


def print_worst(clips: Sequence[str], reports: Sequence[Report]) -> None:
    """Print the worst frames that the reports name, if any; the clip's name in front if there are several."""
    rows = [(clip, frame) for clip, report in zip(clips, reports, strict=True) for frame in _worst(report)]
    if not rows:
        return
    print()
    named = len(clips) > 1
    first = ("distorted",) if named else ()
    if not sys.stdout.isatty():
        # Every clip of a run has the same metrics but for the sizes that VMAF v1 states in their names.
        metrics = list(dict.fromkeys(name for _, frame in rows for name in frame.metrics))
        cells = [_exact(frame, metrics) for _, frame in rows]
        header = (*first, "frame", "time_s", "metric", "score", *metrics)
    else:
        cells = [_legible(frame) for _, frame in rows]
        header = (*first, "worst frame", "at", rows[0][1].metric, "what was measured")
    names = [(_name(clip),) if named else () for clip, _ in rows]
    terminal.print_table(header, [name + row for name, row in zip(names, cells, strict=True)])


def _worst(report: Report) -> list[WorstFrame]:
    return report.worst(report.n_worst) if report.n_worst else []


def _name(clip: str) -> str:
    cell = legible_cell(clip)
    return shortened(cell, _N_NAME) if sys.stdout.isatty() else cell


def _exact(frame: WorstFrame, metrics: Sequence[str]) -> tuple[str, ...]:
    time_s = "-" if frame.time_s is None else f"{frame.time_s:.6f}"
    values = (f"{frame.metrics[name]:.6f}" if name in frame.metrics else "-" for name in metrics)
    return str(frame.frame_number), time_s, frame.metric, f"{frame.score:.6f}", *values


def _legible(frame: WorstFrame) -> tuple[str, ...]:
    features = ((name.removeprefix("integer_"), value) for name, value in frame.metrics.items())
    words = "  ".join(
        f"{name}\N{NO-BREAK SPACE}{value:.3f}" for name, value in features if name != frame.metric
    )
    at = "-" if frame.time_s is None else clock(frame.time_s, 3)
    return str(frame.frame_number), at, f"{frame.score:.3f}", words
