# SPDX-License-Identifier: BSD-3-Clause
"""The plot of features: milliseconds a frame beside libvmaf's, and how many times as long it takes."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.features.runners import COMMAND, FEATURES, LIBVMAF
from bench.features.turns import MANY
from bench.page.feature_tables import cases_of
from bench.page.ratios import command_ratio, features_ratio, find, libvmaf_alone

Record = dict[str, Any]
BLUE, LIGHT_BLUE, RED, ORANGE = "#0072B2", "#56B4E9", "#D55E00", "#E69F00"


def bars(axes: Axes, groups: list[str], series: dict[str, tuple[str, list[float]]], digits: str) -> None:
    """A bar for each series in each group, with its value above it."""
    width = 0.84 / len(series)
    for index, (label, (colour, values)) in enumerate(series.items()):
        places = [group + (index - (len(series) - 1) / 2) * width for group in range(len(groups))]
        drawn = axes.bar(places, values, width * 0.94, color=colour, label=label)
        axes.bar_label(drawn, fmt=digits, fontsize=7, padding=1)
    axes.set_xticks(range(len(groups)), groups)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=9, loc="upper left")


def plot_features(records: list[Record]) -> Figure:
    """One thread; five distorted clips count as five."""
    cases = [case for case in cases_of(records) if case["threads"] == 1]
    groups = [f"{case['height']}p\n{case['bit_depth']} bit" for case in cases]

    def ms(seconds: float, case: Record, n: int = 1) -> float:
        return seconds / n / find(records, LIBVMAF, **case)["n_frames"] * 1e3

    def ours(case: Record, n: int) -> float:
        return ms(find(records, FEATURES, n, **case)["median"], case, n)

    times = {
        "libvmaf": (BLUE, [ms(libvmaf_alone(records, **case), case) for case in cases]),
        "vmaf_dnn": (RED, [ours(case, 1) for case in cases]),
        f"vmaf_dnn, each of {MANY} distorted": (ORANGE, [ours(case, MANY) for case in cases]),
    }
    ratios = {
        "features": (RED, [features_ratio(records, **case) for case in cases]),
        f"features, {MANY} distorted": (ORANGE, [features_ratio(records, MANY, **case) for case in cases]),
        COMMAND: (BLUE, [command_ratio(records, **case) for case in cases]),
        f"{COMMAND}, {MANY} distorted": (
            LIGHT_BLUE,
            [command_ratio(records, MANY, **case) for case in cases],
        ),
    }
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8))
    bars(left, groups, times, "%.3g")
    bars(right, groups, ratios, "%.1f")
    left.set_yscale("log")
    left.set_title("Features: milliseconds a frame, one thread", loc="left", fontweight="bold", fontsize=11)
    right.axhline(1, color="#555555", linewidth=1)
    right.set_title("Time of libvmaf ÷ ours, one thread", loc="left", fontweight="bold", fontsize=11)
    for axes, room in ((left, 2.6), (right, 1.25)):
        axes.set_ylim(top=axes.get_ylim()[1] * room)
    figure.tight_layout()
    return figure
