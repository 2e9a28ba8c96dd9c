# SPDX-License-Identifier: BSD-3-Clause
"""The chart of a ladder: a curve a group, the hull behind them, the BD deltas in the legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from vmaf_dnn.errors import ToolMissing
from vmaf_dnn.ladders.bd import EXTRA, BDResult
from vmaf_dnn.report.drawing.figures import COLOURS, INK, add_legend, label_of, new_figure
from vmaf_dnn.text import legible_cell, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from vmaf_dnn.ladders.ladder import Ladder
    from vmaf_dnn.ladders.rungs import Group, Rung

_COLOURS = (*COLOURS, INK)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")  # one more: pairs come round late
_HEIGHT, _HEIGHT_OF_LINE = 5.4, 0.24  # inches: of a chart, and of a line of its legend
_N_NAME = 40  # characters
_MANY = 4.0  # highest rate over lowest, from which on equal ratios are shown equally wide


def chart(ladder: Ladder) -> Figure:
    """Return the figure; the caller saves or shows it."""
    n_lines = -(-(len(ladder.groups) + 1) // _n_columns(ladder))
    figure = new_figure(9, _HEIGHT + n_lines * _HEIGHT_OF_LINE, "a chart", EXTRA)
    axes = figure.subplots()
    _draw_hull(axes, ladder.hull)
    styles = zip(cycle(_COLOURS), cycle(_MARKERS), strict=False)
    for group, label, (colour, marker) in zip(ladder.groups, _labels(ladder), styles, strict=False):
        _draw_group(axes, group, label, colour, marker)
    _set_rate_axis(axes, [rung.kbit_per_s for rung in ladder.rungs])
    axes.set_ylabel(f"{ladder.metric}, {ladder.pool.replace('_', ' ')}", parse_math=False)
    axes.set_title(_fit(ladder.reference, 70), fontsize=12, fontweight="bold", parse_math=False)
    axes.grid(which="both", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    add_legend(figure, _n_columns(ladder))
    return figure


def _draw_hull(axes: Axes, hull: Sequence[Rung]) -> None:
    if len(hull) < 2:
        return
    rates, qualities = zip(*((rung.kbit_per_s, rung.quality) for rung in hull), strict=True)
    axes.plot(rates, qualities, color="#999999", linewidth=6, alpha=0.45, label="convex hull", zorder=1)


def _draw_group(axes: Axes, group: Group, label: str, colour: str, marker: str) -> None:
    rates = [rung.kbit_per_s for rung in group.rungs]
    qualities = [rung.quality for rung in group.rungs]
    axes.plot(rates, qualities, color=colour, marker=marker, markersize=6, linewidth=1.5, label=label)


def _labels(ladder: Ladder) -> Iterator[str]:
    anchor, *others = ladder.groups
    yield label_of(_fit(anchor.name, _N_NAME)) + (" (anchor)" if others else "")
    for group, deltas in zip(others, _all_deltas(ladder), strict=True):
        yield f"{label_of(_fit(group.name, _N_NAME))}: {deltas}"


def _all_deltas(ladder: Ladder) -> list[str]:
    try:
        return [_deltas(result) for result in ladder.bd]
    except ToolMissing:  # a chart of a run that took long has the curves all the same
        return [f"no BD-rate without {EXTRA}"] * (len(ladder.groups) - 1)


def _deltas(result: BDResult) -> str:
    rate = "no BD-rate" if result.bd_rate is None else f"BD-rate {result.bd_rate:+.1f} %"
    quality = "" if result.bd_quality is None else f", BD-quality {result.bd_quality:+.2f}"
    part = f", overlap {result.share:.0%}" if result.stands_on_little else ""
    return rate + quality + part


def _fit(name: str, n_most: int) -> str:
    return shortened(legible_cell(name), n_most)


def _n_columns(ladder: Ladder) -> int:
    longest = max(map(len, _labels(ladder)))
    return 1 if longest > 60 else 2


def _set_rate_axis(axes: Axes, rates: Sequence[float]) -> None:
    axes.set_xlabel("bit rate of the video stream, kbit/s")
    axes.xaxis.set_major_formatter(FuncFormatter(_plain))
    if max(rates) < _MANY * min(rates):
        return
    axes.set_xscale("log")
    is_wide = max(rates) > 100 * min(rates)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3) if is_wide else (1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(_plain))  # a scale brings its own
    axes.xaxis.set_minor_formatter(NullFormatter())


def _plain(rate: float, _: int | None) -> str:
    return f"{rate:,.10g}"
