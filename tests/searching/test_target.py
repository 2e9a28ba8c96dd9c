# SPDX-License-Identifier: BSD-3-Clause
"""What a search has to reach, as text and of scores."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.report.limits import Limit
from vmaf_dnn.report.statistics import pooled_as
from vmaf_dnn.searching.target import Target, parse_target


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("p5=92", [("p5", 92.0)]),
        ("95.5", [("mean", 95.5)]),
        (93, [("mean", 93.0)]),
        (" p5=92, 94 ", [("p5", 92.0), ("mean", 94.0)]),
        ("vmaf_tiny_v4:worst_second=80,min=3", [("worst_second", 80.0, "vmaf_tiny_v4"), ("min", 3.0)]),
    ],
)
def test_text_becomes_limits(text: str | float, limits: list[tuple[str, float]]) -> None:
    assert parse_target(text).limits == tuple(Limit(*limit) for limit in limits)


@pytest.mark.parametrize("text", ["", "p5=", "p5", "=92", "p5=nan", "p5=92,", "mean=1e999"])
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"a limit is POOLING=NUMBER|the pooling must be one of"):
        parse_target(text)


@pytest.mark.parametrize("value", [None, True, [92]])
def test_what_is_no_text(value: object) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(f"or a number, got {value!r}.")):
        parse_target(value)  # type: ignore[arg-type]


def test_the_spread_is_no_quality() -> None:
    with pytest.raises(InvalidArgument, match="is of stddev, which tells no quality"):
        parse_target("mean=90,stddev=3")


def test_samples_are_pooled_as_one() -> None:
    parts = [np.array([90.0, 80.0, 70.0]), np.array([60.0, 95.0])]
    pooled = parse_target("p5=50,min=10").pooled({"model": parts}, 25.0)["model"]
    assert pooled == {
        "mean": pytest.approx(79.0),
        "p5": pytest.approx(np.percentile([90, 80, 70, 60, 95], 5)),
        "min": 60.0,
    }


def test_the_worst_second_is_of_one_sample() -> None:
    parts = [np.array([90.0, 10.0]), np.array([10.0, 90.0])]
    target = parse_target("worst_second=50")
    assert target.pooled({"model": parts}, 2.0)["model"]["worst_second"] == 50.0
    assert pooled_as("worst_second", np.concatenate(parts), 2.0) == 10.0


def test_limits_of_each_model_and_of_one() -> None:
    target = parse_target("p5=80,b:mean=85")
    pooled = {"a": {"p5": 81.0, "mean": 84.0}, "b": {"p5": 79.0, "mean": 86.0}}
    assert [margin.value for margin in target.margins(pooled)] == [1.0, -1.0, 1.0]
    assert target.described(pooled) == "a:p5=81.00, b:p5=79.00, b:mean=86.00"
    assert str(target) == "p5=80,b:mean=85"
    assert target.highest == 85


def test_a_model_that_did_not_score() -> None:
    with pytest.raises(InvalidArgument, match="a limit is of 'c', and the scores of this run are a"):
        parse_target("c:mean=85").pooled({"a": [np.array([90.0])]}, 25.0)


@pytest.mark.parametrize("least", [2.0, 90.0, 100.95, 101.5])
def test_levels_have_the_sign_of_margins(least: float) -> None:
    for score in (0.0, 1.9, 2.0, 2.1, 90.0, 100.94, 101.6):
        (margin,) = Target((Limit("mean", least),)).margins({"a": {"mean": score}})
        assert math.isfinite(margin.level)
        assert margin.value * margin.level >= 0
