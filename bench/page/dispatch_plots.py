# SPDX-License-Identifier: BSD-3-Clause
"""The plots of sessions: latency against batch beside every peer, and our share of the peak."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from bench.dispatch import cases

# Okabe and Ito's palette, which colour-blind readers can tell apart; ours is the one bold line.
STYLES: dict[str, dict[str, Any]] = {
    cases.OURS: {"color": "#D55E00", "marker": "o", "linewidth": 2.6, "zorder": 9},
    cases.OUR_ORT: {"color": "#E69F00", "marker": "s"},
    cases.ORT: {"color": "#0072B2", "marker": "^"},
    cases.ORT_BINDING: {"color": "#56B4E9", "marker": "v"},
    cases.ORT_ROWS: {"color": "#0072B2", "marker": "x", "linestyle": ":"},
    "torch": {"color": "#009E73", "marker": "D"},
    "torch.jit": {"color": "#009E73", "marker": "d", "linestyle": ":"},
    "numpy": {"color": "#777777", "marker": "P"},
    "openvino": {"color": "#CC79A7", "marker": "*"},
}
MODEL_COLOURS = dict(zip(cases.MODELS, ("#0072B2", "#009E73", "#D55E00"), strict=True))


def soften(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)


def batch_axis(axes: Axes) -> None:
    axes.set_xscale("log", base=4)
    axes.set_xticks(cases.BATCHES, [f"{n // 1024}k" if n >= 1024 else str(n) for n in cases.BATCHES])
    axes.minorticks_off()


def series(records: list[dict[str, Any]], key: str, **wanted: Any) -> tuple[list[int], list[float]]:
    """Batch sizes and values of the records that have all the wanted facts."""
    chosen = [r for r in records if all(r[name] == value for name, value in wanted.items())]
    return [r["n_rows"] for r in chosen], [r[key] for r in chosen]


def draw_latency(axes: Axes, records: list[dict[str, Any]], model: str, precision: str) -> None:
    for runner, style in STYLES.items():
        batches, seconds = series(records, "median", model=model, precision=precision, runner=runner)
        if batches:
            other = precision == "int8" and runner in cases.WHOLE_BATCH
            face = {"markerfacecolor": "white"} if other else {}
            axes.plot(
                batches, [1e6 * s for s in seconds], markersize=5, **{"linewidth": 1.3, **style, **face}
            )
    axes.set_title(f"{model}, {precision}", loc="left", fontweight="bold", fontsize=11)
    axes.set_yscale("log")
    batch_axis(axes)
    soften(axes)


def plot_latency(records: list[dict[str, Any]]) -> Figure:
    figure, grid = plt.subplots(2, 3, figsize=(13, 8.6), sharex=True, sharey=True)
    for row, precision in zip(grid, cases.PRECISIONS, strict=True):
        for axes, model in zip(row, cases.MODELS, strict=True):
            draw_latency(axes, records, model, precision)
        row[0].set_ylabel("µs for the whole batch, one thread")
    for axes in grid[1]:
        axes.set_xlabel("rows in the batch")
    present = {r["runner"] for r in records}
    lines = [Line2D([], [], label=name, **style) for name, style in STYLES.items() if name in present]
    figure.legend(handles=lines, loc="lower center", ncols=5, frameon=False, bbox_to_anchor=(0.5, 0.025))
    note = "Hollow marks: fed more than one row at once, an int8 graph gives its rows other scores."
    figure.text(0.5, 0.008, note, ha="center", fontsize=9, color="#555555")
    figure.tight_layout(rect=(0, 0.09, 1, 1))
    return figure


def plot_share(records: list[dict[str, Any]]) -> Figure:
    figure, axes = plt.subplots(figsize=(8, 4.6))
    for model, colour in MODEL_COLOURS.items():
        for precision, line in zip(cases.PRECISIONS, ("-", "--"), strict=True):
            batches, shares = series(records, "share", model=model, precision=precision)
            label = f"{model.removeprefix('vmaf_tiny_')} {precision}"
            axes.plot(batches, shares, color=colour, linestyle=line, marker="o", markersize=4, label=label)
    batch_axis(axes)
    soften(axes)
    axes.set_ylim(0, 1)
    axes.set_xlim(11, cases.BATCHES[-1] * 1.4)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("rows in the batch")
    axes.set_title(
        "Share of the core's multiply-add peak, whole call", loc="left", fontweight="bold", fontsize=11
    )
    axes.legend(frameon=False, ncols=3, loc="upper left")
    figure.tight_layout()
    return figure
