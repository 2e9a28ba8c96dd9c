# SPDX-License-Identifier: BSD-3-Clause
"""Percentiles, spread and the worst second, and any of them as a report's headline."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vmaf_dnn import InvalidArgument, Report
from vmaf_dnn.report.provenance import ClipNames
from vmaf_dnn.report.statistics import PERCENTILES, POOLINGS, pooled_as, statistics

SCORES = arrays(np.float64, st.integers(1, 80), elements=st.floats(0, 100, width=32))


def report(values: Any, frame_rate: float | None = None, step: int = 1, **fields: Any) -> Report:
    clips = ClipNames("a", "b", "", {"frame_rate": frame_rate})
    numbers = np.arange(0, len(values) * step, step)
    return Report(numbers, {"vmaf": np.array(values)}, 64, 64, None, "", (), ("vmaf",), clips, **fields)


@given(SCORES)
def test_percentiles_are_numpys(values: np.ndarray) -> None:
    stated = statistics(values, None)
    assert [stated[f"p{q}"] for q in PERCENTILES] == np.percentile(values, PERCENTILES).tolist()
    assert stated["stddev"] == np.std(values)


@given(SCORES, st.floats(0, 100))
def test_a_report_has_any_percentile(values: np.ndarray, q: float) -> None:
    assert report(values).percentile(q) == np.percentile(values, q)
    words = f"p{q:.3f}"
    assert report(values).pooled(words) == np.percentile(values, float(words[1:]))


@given(SCORES, st.floats(0.5, 120))
def test_the_worst_second_is_the_lowest_mean_of_its_frames(values: np.ndarray, rate: float) -> None:
    n = min(max(round(rate), 1), len(values))
    means = [values[i : i + n].mean() for i in range(len(values) - n + 1)]
    assert report(values, rate).pooled("worst_second") == pytest.approx(min(means), rel=1e-12, abs=1e-12)


def test_the_worst_second_of_every_fifth_frame_has_a_fifth_of_the_frames() -> None:
    values = [10.0, 90, 90, 20, 20, 90, 90, 90, 90, 90]
    assert report(values, 10, step=5).pooled("worst_second") == 20
    assert report(values, 10).pooled("worst_second") == np.mean(values)


def test_clips_that_state_no_rate_have_25_frames_a_second() -> None:
    values = [0.0] * 25 + [100] * 25
    assert report(values).pooled("worst_second") == 0
    assert report(values[1:]).pooled("worst_second") == 4


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_frame_without_a_value_leaves_none_of_the_whole(pooling: str) -> None:
    assert math.isnan(pooled_as(pooling, np.array([1.0, math.nan, 3.0])))


def test_infinite_values_warn_of_nothing() -> None:
    assert math.isnan(statistics(np.array([1.0, math.inf]), None)["stddev"])
    assert pooled_as("p1", np.array([1.0, math.inf])) == math.inf


def test_every_pooling_of_a_report_is_listed_by_it() -> None:
    one = report([80.0, 90, 100])
    stated = one.pooled_metrics["vmaf"] | one.statistics["vmaf"]
    assert {word: one.pooled(word) for word in POOLINGS} == stated


def test_the_headline_is_pooled_as_asked() -> None:
    one = report([80.0, 90, 100], pool="p50")
    assert (one.score, one.scores, one.pooled()) == (90, {"vmaf": 90}, 90)
    assert report([80.0, 90, 100], pool="min").score == 80
    assert one.mean == pytest.approx(90)


@pytest.mark.parametrize("word", ["p101", "p", "p-1", "p1e1", "P5", "median", "", "p5 ", "p\u0665", 5])
def test_refuses_other_poolings(word: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"the pooling must be one of mean, .* from p0 to p100, got "):
        report([1.0], pool=word)


@pytest.mark.parametrize("q", [-0.1, 100.5, math.nan, "5", True])
def test_refuses_other_percentiles(q: Any) -> None:
    with pytest.raises(InvalidArgument, match="a percentile must be a number from 0 to 100, got"):
        report([1.0]).percentile(q)


def test_refuses_a_metric_that_there_is_not() -> None:
    with pytest.raises(InvalidArgument, match="the report has no metric 'sheep'; it has vmaf"):
        report([1.0]).pooled("mean", "sheep")
