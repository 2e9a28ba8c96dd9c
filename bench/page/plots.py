# SPDX-License-Identifier: BSD-3-Clause
"""The page's plots, as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from bench.page.dispatch_plots import plot_latency, plot_share
from bench.page.feature_plots import plot_features

plt.switch_backend("agg")
FONTS: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "vmaf_dnn", "font.size": 10}


def save(figure: Figure, path: Path) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    figure.savefig(
        partial, format=path.suffix[1:], metadata={"Date": None} if path.suffix == ".svg" else None
    )
    os.replace(partial, path)
    plt.close(figure)


def write_plots(results: dict[str, Any], folder: Path, suffix: str = "svg") -> None:
    with plt.rc_context(FONTS):
        save(plot_features(results["features"]), folder / f"features.{suffix}")
        save(plot_latency(results["dispatch"]), folder / f"latency.{suffix}")
        if all(record["share"] is not None for record in results["roofline"]):
            save(plot_share(results["roofline"]), folder / f"share_of_peak.{suffix}")
