# SPDX-License-Identifier: BSD-3-Clause
"""What the page says of features, from numbers that are known."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pytest

from bench.features.kernels import KERNELS
from bench.features.runners import COMMAND, FEATURES, LIBVMAF, LIBVMAF_AVX2, READING
from bench.features.turns import FORMATS, MANY, THREADS
from bench.page import feature_tables
from bench.page.feature_plots import plot_features
from bench.page.goals import feature_goals
from bench.page.ratios import command_ratio, features_ratio

SECONDS = {
    (LIBVMAF, 1): 11.0,
    (LIBVMAF_AVX2, 1): 17.0,
    (READING, 1): 1.0,
    (FEATURES, 1): 4.0,
    (FEATURES, MANY): 16.0,
    (COMMAND, 1): 5.0,
    (COMMAND, MANY): 20.0,
    ("avx2", 1): 8.0,
    ("avx512", 1): 4.0,
}


@pytest.fixture
def results() -> dict[str, Any]:
    """As a run leaves them; two threads are twice as fast."""
    facts = {"n_frames": 10, "peak_mib": 70.0, "bytes_read": 3_000_000}
    records = [
        {"runner": name, "n_distorted": n, "height": format.height, "bit_depth": format.bit_depth}
        | {"threads": n_threads, "median": seconds / n_threads, "cpu": seconds, **facts}
        for format in FORMATS
        for n_threads in THREADS
        for (name, n), seconds in SECONDS.items()
    ]
    cycles = dict(zip(KERNELS, (10.0, 2.0, 0.5), strict=True))
    kernels = [{"isa": "avx512", "cycles": cycles, "clock": 2e9, "peak": 64.0}]
    return {"features": records, "feature_kernels": kernels}


def test_ratios_are_of_equal_work(results: dict[str, Any]) -> None:
    records = results["features"]
    assert features_ratio(records) == pytest.approx((11 - 1) / 4)
    assert features_ratio(records, MANY) == pytest.approx(MANY * (11 - 1) / 16)
    assert features_ratio(records, runner="avx2") == pytest.approx((11 - 1) / 8)
    assert features_ratio(records, runner="avx2", peer=LIBVMAF_AVX2) == pytest.approx((17 - 1) / 8)
    assert command_ratio(records) == pytest.approx(11 / 5)
    assert command_ratio(records, MANY) == pytest.approx(MANY * 11 / 20)


def test_goals_say_which_are_reached(results: dict[str, Any]) -> None:
    found = {what: (measured, reached) for what, _, measured, reached in feature_goals(results)}
    where = "features, 1080p, one thread"
    assert found[f"{where}: libvmaf ÷ ours with AVX-512"] == ("2.50", False)
    assert found[f"{where}, AVX2 on both sides: libvmaf ÷ ours"] == ("2.00", False)
    assert found[f"{where}, 5 distorted: 5 libvmaf runs ÷ one call of ours"] == ("3.12", False)
    assert found["features, 1080p: one thread ÷ two"] == ("2.00", True)
    assert found["`vmaf-dnn`, 1080p, one thread: peak memory of the process"] == ("70.00 MiB", False)


def test_tables_give_each_case_a_row(results: dict[str, Any]) -> None:
    row = "| 1080p, 8 bit | 2 | 550.0 | 50.0 | 200.0 | 2.50 | 800.0 | 3.12 | 250.0 | 2.20 | 1000.0 | 2.75 |"
    assert row in feature_tables.features_table(results).splitlines()
    assert len(feature_tables.features_table(results).splitlines()) == 2 + len(FORMATS) * len(THREADS)
    assert "| 540p, 10 bit | 1 | 70 | 70 | 70 | 3 | 3 | 3 |" in feature_tables.feature_memory_table(results)


def test_a_peer_that_could_not_be_restricted_is_left_out(results: dict[str, Any]) -> None:
    assert feature_tables.feature_isas_table(results).splitlines()[-1] == "| avx512 | 400.0 | 2.50 | 4.00 |"
    results["features"] = [r for r in results["features"] if r["runner"] != LIBVMAF_AVX2]
    assert feature_tables.feature_isas_table(results).splitlines()[-1] == "| avx512 | 400.0 | 2.50 |  |"
    assert not any("both sides" in what for what, *_ in feature_goals(results))


def test_kernels_have_their_share_of_the_peak(results: dict[str, Any]) -> None:
    table = feature_tables.feature_kernels_table(results).splitlines()
    assert "| VIF | 300 | 215 | 10.00 | 34% |  |" in table
    libvmaf_cycles = (11 - 1) / 10 * 2e9 / (1920 * 1080)
    assert table[-1].endswith(f"| {libvmaf_cycles:.2f} |")


def test_a_core_that_was_taken_away_is_told(results: dict[str, Any]) -> None:
    assert "its own throughout" in feature_tables.disturbed(results)
    results["features"][0]["cpu"] /= 2
    assert "1 of 54 medians" in feature_tables.disturbed(results)


def test_plot_has_a_bar_for_every_case(results: dict[str, Any]) -> None:
    figure = plot_features(results["features"])
    assert [len(axes.patches) for axes in figure.axes] == [3 * len(FORMATS), 4 * len(FORMATS)]
    plt.close(figure)
