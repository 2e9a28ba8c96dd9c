# SPDX-License-Identifier: BSD-3-Clause
"""Score a ladder of encodes in one pass over the reference, and plot score against size.

python ladder_plot.py ladder.svg ref.y4m crf23.mp4 crf31.mp4 crf38.mp4

Needs matplotlib, which the extra [video] brings.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.figure import Figure

import vmaf_dnn

picture, reference, *encodes = sys.argv[1:]
reports = vmaf_dnn.score(reference, encodes, tiny_model="vmaf_tiny_v4")

points = []
for encode, report in zip(encodes, reports, strict=True):
    kilobytes = Path(encode).stat().st_size / len(report.frames) / 1000
    points.append((kilobytes, report.mean))
    print(f"{encode}: {kilobytes:.2f} kB a frame, VMAF {report.mean:.2f}")

GREY = "#888888"  # legible on a light page and on a dark one
figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
axes.plot(*zip(*sorted(points), strict=True), marker="o", color="#2e86ab", linewidth=2)
for encode, point in zip(encodes, points, strict=True):
    label = Path(encode).stem
    axes.annotate(label, point, xytext=(8, -12), textcoords="offset points", color=GREY)
axes.set_xlabel("kilobytes a frame", color=GREY)
axes.set_ylabel("VMAF, mean of all frames", color=GREY)
axes.tick_params(colors=GREY)
axes.spines[:].set_color(GREY)
axes.spines[["top", "right"]].set_visible(False)
axes.grid(alpha=0.25)
axes.margins(0.15)
figure.savefig(picture, transparent=True)
