# SPDX-License-Identifier: BSD-3-Clause
"""The two plots of an architecture ladder: error against cost, and what each step changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaf_train.files import whole_file
from vmaf_train.study.judge import PARTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ERROR, STEPS = "arch-ladder-error.svg", "arch-ladder-steps.svg"
PLOTS = (ERROR, STEPS)
# Okabe and Ito's palette, which colour-blind readers can tell apart.
_COLOURS = dict(zip(PARTS, ("#000000", "#0072B2", "#D55E00"), strict=True))
_STYLE: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "vmaf_dnn", "font.size": 10}


def write_plots(found: Mapping[str, Any], folder: Path) -> None:
    """Write `PLOTS` of what `arch_ladder.climb` has found; the same figures give the same bytes."""
    import matplotlib  # takes a second to import, which the other commands need not wait for

    with matplotlib.rc_context(_STYLE):
        _save(_error(found["rungs"]), folder / ERROR)
        _save(_steps(found["steps"]), folder / STEPS)


def _error(rungs: Mapping[str, Any]) -> Figure:
    """RMSE and largest error against what a net costs: every seed a dot, a line through the means."""
    from matplotlib.ticker import LogLocator

    figure, axes = _axes(2)
    n_params = [rung["n_params"] for rung in rungs.values()]
    for one, name, title in zip(axes, ("rmse", "max_error"), ("RMSE", "largest error"), strict=True):
        for part in next(iter(rungs.values()))["figures"]:
            figures = [rung["figures"][part][name] for rung in rungs.values()]
            one.plot(n_params, [figure["mean"] for figure in figures], color=_COLOURS[part], label=part)
            for n, values in zip(n_params, figures, strict=True):
                dots = values["per_seed"]
                one.plot([n] * len(dots), dots, "o", color=_COLOURS[part], markersize=3.5, alpha=0.6)
        one.set(xscale="log", yscale="log", title=f"{title}, VMAF points")
        one.set_xticks(n_params, [_tick(arch, rung) for arch, rung in rungs.items()], fontsize=8)
        one.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        one.yaxis.set_major_formatter("{x:g}")
        one.minorticks_off()
    axes[0].legend(frameon=False)
    return figure


def _tick(arch: str, rung: Mapping[str, Any]) -> str:
    n_params, n_bytes, us = (rung[key] for key in ("n_params", "file_bytes", "one_row_us"))
    return f"{arch}\n{n_params} parameters\n{n_bytes} bytes\n{us:.2f} µs a row"


def _steps(steps: list[Mapping[str, Any]]) -> Figure:
    """Draw what each step changes in RMSE, with its 95 % confidence interval over seeds and over contents."""
    figure, axes = _axes(2)
    labels = [f"{step['from']}\nto {step['to']}" for step in steps]
    for one, over in zip(axes, ("seeds", "contents"), strict=True):
        for shift, part in enumerate(steps[0]["figures"] if steps else ()):
            for i, step in enumerate(steps):
                found = step["figures"][part]["rmse"][f"over_{over}"]
                low, high = found["ci95"] or (found["mean"], found["mean"])
                bars = [[found["mean"] - low], [high - found["mean"]]]
                label = part if i == 0 else None
                x = i + 0.15 * (shift - 1)
                one.errorbar(x, found["mean"], bars, color=_COLOURS[part], fmt="o", capsize=3, label=label)
        one.axhline(0, color="#777777", linewidth=0.8)
        one.set_xticks(range(len(steps)), labels, fontsize=8)
        one.set_title(f"change of RMSE, 95 % interval over {over}")
    if steps:
        axes[0].legend(frameon=False)
    return figure


def _axes(n: int) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * n, 4.2), layout="constrained")
    FigureCanvasSVG(figure)
    axes = list(figure.subplots(1, n))
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.grid(color="#DDDDDD", linewidth=0.6)
        one.set_axisbelow(True)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
