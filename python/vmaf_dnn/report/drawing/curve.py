# SPDX-License-Identifier: BSD-3-Clause
"""The curve of every score over the frames, with the worst frames marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.drawing.figures import COLOURS, INK, add_legend, label_of, new_figure
from vmaf_dnn.report.report import SVM_METRIC, Report
from vmaf_dnn.report.worst import WorstFrame
from vmaf_dnn.text import legible_cell, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = ("solid", "dashed", "dotted")  # where colours come round again
_N_TITLE = 90  # characters
_LEAST_GAP = 0.05  # of the axis, between two labels


def curve(report: Report, n_worst: int) -> Figure:
    """Return the figure. Raises `InvalidArgument` without a score, `ToolMissing` without matplotlib."""
    if not report.score_names:
        raise InvalidArgument("the report holds no score to draw; score the clips with a model.")
    figure = new_figure(10, 4.2, "a plot", "vmaf-dnn[video]")
    axes = figure.subplots()
    _draw_scores(axes, report)
    _mark(axes, report, report.worst(n_worst))
    _frame(axes, report)
    add_legend(figure, n_columns=3, font_size=9)
    return figure


def _draw_scores(axes: Axes, report: Report) -> None:
    """Draw each score's curve, libvmaf's own in black."""
    n_coloured, x = 0, _positions(report, report.frame_numbers)
    for name in report.score_names:
        colour, style = INK, _STYLES[0]
        if name != SVM_METRIC:
            turn, index = divmod(n_coloured, len(COLOURS))
            colour, style = COLOURS[index], _STYLES[turn % len(_STYLES)]
            n_coloured += 1
        label = f"{label_of(name)}  {report.pool} {report.pooled(metric=name):.2f}"
        marker = "o" if len(x) == 1 else ""
        axes.plot(
            x, report.metrics[name], color=colour, linestyle=style, linewidth=1.4, label=label, marker=marker
        )


def _mark(axes: Axes, report: Report, worst: list[WorstFrame]) -> None:
    """Mark frames, and label them from the worst on with their numbers where there is room."""
    if not worst:
        return
    x = _positions(report, np.array([frame.frame_number for frame in worst]))
    y = [frame.score for frame in worst]
    label = f"worst frames of {worst[0].metric}"
    axes.scatter(x, y, label=label, s=36, facecolors="white", edgecolors=INK, zorder=3, linewidths=1.2)
    span = float(np.ptp(_positions(report, report.frame_numbers))) or 1.0
    labelled: list[float] = []
    for position, frame in zip(x.tolist(), worst, strict=True):
        if all(abs(position - other) >= _LEAST_GAP * span for other in labelled):
            labelled.append(position)
            axes.annotate(
                str(frame.frame_number),
                (position, frame.score),
                xytext=(0, -13),  # below
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )


def _frame(axes: Axes, report: Report) -> None:
    axes.set_xlabel("time, s" if report.frame_rate else "frame")
    axes.set_ylabel("score")
    axes.margins(x=0.02, y=0.12)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if report.clips:
        axes.set_title(
            shortened(legible_cell(report.clips.distorted), _N_TITLE), fontsize=11, parse_math=False
        )


def _positions(report: Report, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    return numbers.astype(np.float64) / (report.frame_rate or 1.0)
