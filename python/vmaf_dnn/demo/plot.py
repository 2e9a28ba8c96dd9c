# SPDX-License-Identifier: BSD-3-Clause
"""The demo's plot: per-frame curves, one panel an encode."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from vmaf_dnn.report import SVM_METRIC

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from vmaf_dnn.demo.encodes import ScoredEncode

_COLOURS = {"vmaf_tiny_v2": "#d1495b", "vmaf_tiny_v3": "#2e86ab", "vmaf_tiny_v4": "#3a9d5d"}
# fp32 as a broad light line, so that int8 shows on it where both agree
_STYLES: dict[str, Any] = {
    "fp32": {"linewidth": 3.2, "alpha": 0.4},
    "int8": {"linewidth": 1.1, "linestyle": (0, (4, 2))},
}
_N_COLUMNS = 4


def plot(scored: list[ScoredEncode]) -> bytes:
    """Return a PNG of per-frame scores: libvmaf's in black, each model's in its colour, int8 dashed."""
    n_rows = -(-len(scored) // _N_COLUMNS)
    figure = Figure(figsize=(15, 3.5 * n_rows + 1), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(n_rows, _N_COLUMNS, sharex=True, squeeze=False).flat
    for axes, item in zip(panels, scored, strict=False):
        _draw(axes, item)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    report = scored[0].report
    title = f"VMAF per frame: libvmaf's SVM and the tiny fusion models, {report.width}x{report.height}"
    figure.suptitle(title, fontsize=14, fontweight="bold")
    for axes in figure.axes[::_N_COLUMNS]:
        axes.set_ylabel("VMAF")
    for axes in figure.axes[-_N_COLUMNS:]:
        axes.set_xlabel("frame")
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return image.getvalue()


def _draw(axes: Axes, item: ScoredEncode) -> None:
    report = item.report
    axes.plot(
        report.frame_numbers, report.metrics[SVM_METRIC], color="black", linewidth=1.6, label="libvmaf SVM"
    )
    for model in report.models:
        axes.plot(
            report.frame_numbers,
            report.metrics[model.metric],
            color=_COLOURS[model.info.id],
            label=f"{model.info.id.removeprefix('vmaf_tiny_')} {model.info.precision}",
            **_STYLES[model.info.precision],
        )
    codec, crf = item.encode.name.split("_crf")
    vmaf = report.scores[SVM_METRIC]
    axes.set_title(f"{codec} crf {crf}  ·  {item.kbit_per_s:,.0f} kbit/s  ·  VMAF {vmaf:.1f}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.margins(x=0)
    axes.tick_params(labelsize=8)
