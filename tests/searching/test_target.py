# SPDX-License-Identifier: BSD-3-Clause
"""What a search has to reach, as text and of scores."""

from __future__ import annotations

import re

import numpy as np
import pytest

from vmaf_dnn import InvalidArgument
from vmaf_dnn.report.statistics import pooled_as
from vmaf_dnn.searching.target import Limit, parse_target


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("p5=92", [("p5", 92.0)]),
        ("95.5", [("mean", 95.5)]),
        (93, [("mean", 93.0)]),
        (" p5=92, mean=94 ", [("p5", 92.0), ("mean", 94.0)]),
        ("worst_second=80,stddev=3", [("worst_second", 80.0), ("stddev", 3.0)]),
    ],
)
def test_text_becomes_limits(text: str | float, limits: list[tuple[str, float]]) -> None:
    assert parse_target(text).limits == tuple(Limit(*limit) for limit in limits)


@pytest.mark.parametrize("text", ["", "p5=", "p5", "=92", "p5=nan", "p5=92,", "mean=1e999", None, True, [92]])
def test_what_is_no_target(text: object) -> None:
    with pytest.raises(InvalidArgument, match=re.escape("the target must be")):
        parse_target(text)  # type: ignore[arg-type]


def test_an_unknown_pooling_names_those_there_are() -> None:
    with pytest.raises(InvalidArgument, match=r"must be one of mean, harmonic_mean.* got 'median'"):
        parse_target("median=90")


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


def test_each_limit_holds_for_each_model() -> None:
    target = parse_target("p5=80,stddev=2")
    pooled = {"a": {"p5": 81.0, "stddev": 1.5}, "b": {"p5": 79.0, "stddev": 2.5}}
    assert [margin.value for margin in target.margins(pooled)] == [1.0, 0.5, -1.0, -0.5]
    assert target.described(pooled) == "a p5=81.00, a stddev=1.50, b p5=79.00, b stddev=2.50"
    assert str(target) == "p5=80,stddev=2"
