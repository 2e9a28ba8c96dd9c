# SPDX-License-Identifier: BSD-3-Clause
"""One picture of one report or of several: curves, or rate and quality where rates are known."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.naming import clip_names, pooling_name, reference_name
from vmaf_dnn.report import Report
from vmaf_dnn.report.drawing.figures import COLOURS, INK, add_legend, image_of, label_of, new_figure
from vmaf_dnn.text import shortened

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLES = ("-", (0, (5, 2)), (0, (1, 1.5)))
_N_NAME = 40  # characters


def plotted(reports: Sequence[Report], ladder: Ladder | None, format: str) -> bytes:
    """Return the picture, ``"png"`` or ``"svg"``.

    Raises:
        InvalidArgument: a report holds no score.
        ToolMissing: matplotlib is not installed.
    """
    if ladder is not None:
        figure = ladder.plot()
    else:
        figure = reports[0].plot() if len(reports) == 1 else _curves(reports)
    return image_of(figure, format)


def _curves(reports: Sequence[Report]) -> Figure:
    """Draw the first score of each report."""
    names = clip_names(reports)
    if not all(report.score_names for report in reports):
        raise InvalidArgument("a report holds no score to draw; score the clips with a model.")
    figure = new_figure(10, 5, "a plot", "vmaf-dnn[video]")
    axes = figure.subplots()
    rate = reports[0].frame_rate
    looks = [(colour, style) for style in _STYLES for colour in (*COLOURS, INK)]
    for name, report, (colour, style) in zip(names, reports, cycle(looks), strict=False):
        x = report.frame_numbers / rate if rate else report.frame_numbers
        label = f"{label_of(shortened(name, _N_NAME))}  {report.score:.2f}"
        values = report.metrics[report.score_names[0]]
        axes.plot(x, values, color=colour, linestyle=style, linewidth=1.3, label=label)
    axes.set_xlabel("time, s" if rate else "frame")
    axes.set_ylabel(reports[0].score_names[0], parse_math=False)
    title = f"{len(reports)} clips against {shortened(reference_name(reports[0]), 60)}"
    axes.set_title(
        f"{title}, with the {pooling_name(reports[0].pool)} of each", fontsize=11, parse_math=False
    )
    axes.grid(alpha=0.25)
    axes.margins(x=0)
    axes.spines[["top", "right"]].set_visible(False)
    add_legend(figure, n_columns=3)
    return figure
