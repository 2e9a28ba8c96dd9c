# SPDX-License-Identifier: BSD-3-Clause
"""Scores of frames against their VMAF, a dot a frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_train.files import whole_file
from vmaf_train.frames.nr_data import Frames

# Okabe and Ito's palette, which colour-blind readers can tell apart.
_COLOURS = {"x264": "#0072B2", "x265": "#E69F00", "vp9": "#009E73", "svtav1": "#CC79A7"}
_STYLE: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "vmaf_dnn", "font.size": 10}


def write_scatter(path: Path, frames: Frames, scores: NDArray[np.float64], title: str) -> None:
    """Write an .svg; the same scores give the same bytes."""
    import matplotlib  # takes a second to import, which the other commands need not wait for

    with matplotlib.rc_context(_STYLE):
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        figure = Figure(figsize=(5.2, 5.2), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.plot([0, 100], [0, 100], color="#777777", linewidth=0.8)
        codecs = frames.words["codec"]
        for codec in np.unique(codecs).tolist():
            own = codecs == codec
            dots = frames.vmaf[own].round(1), scores[own].round(1)
            axes.plot(*dots, "o", color=_COLOURS.get(codec, "#000000"), markersize=3, alpha=0.6, label=codec)
        axes.set(xlim=(0, 101), ylim=(0, 101), xlabel="VMAF of the frame", ylabel="score without a reference")
        axes.set_title(title, fontsize=10)
        axes.set_aspect("equal")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#DDDDDD", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(frameon=False)
        with whole_file(path) as unfinished:
            figure.savefig(unfinished, format="svg", metadata={"Date": None})
