# SPDX-License-Identifier: BSD-3-Clause
"""Limits: how they are written, and which reports fall below."""

from __future__ import annotations

import pytest

from tests.report.test_statistics import report
from vmaf_dnn import InvalidArgument
from vmaf_dnn.report.limits import Limit, check_metrics, parse_limits, shortfalls


def test_limits_are_separated_by_commas() -> None:
    assert parse_limits("mean=93, vmaf:p1=85.5,min=-2") == (
        Limit("mean", 93),
        Limit("p1", 85.5, "vmaf"),
        Limit("min", -2),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got '' in ''"),
        ("mean", "got 'mean' in 'mean'"),
        ("mean=93,", "got '' in 'mean=93,'"),
        ("mean=high", "got 'mean=high'"),
        ("mean=nan", "got 'mean=nan'"),
        (":mean=3", "got ':mean=3'"),
        ("mean>93", "got 'mean>93'"),
        ("average=93", "the pooling must be one of mean, .*, got 'average'"),
        ("stddev=50", "the limit of 50 is of stddev, which tells no quality: more of it is no better; name"),
        ("vmaf:=93", "the pooling must be one of mean, .*, got ''"),
    ],
)
def test_refuses_what_is_no_limit(text: str, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        parse_limits(text)


def test_a_sentence_names_clip_number_and_limit() -> None:
    one = report([80.0, 90, 100])
    assert shortfalls(one, parse_limits("mean=93,min=80,vmaf:p50=91")) == (
        "b: the mean of vmaf is 90.000000, below 93; the p50 of vmaf is 90.000000, below 91."
    )
    assert shortfalls(one, parse_limits("mean=90,max=100")) == ""


def test_limits_judge_the_decimals_that_are_written() -> None:
    assert shortfalls(report([92.9999999]), parse_limits("mean=93")) == ""
    assert shortfalls(report([92.999999]), parse_limits("mean=93"))


def test_a_score_that_is_no_number_falls_below_every_limit() -> None:
    assert "the min of vmaf is nan, below -5" in shortfalls(report([float("nan")]), parse_limits("min=-5"))


def test_refuses_limits_of_scores_that_there_will_not_be() -> None:
    limits = parse_limits("mean=3,vmaf_tiny_v9:p5=80")
    with pytest.raises(
        InvalidArgument, match="of 'vmaf_tiny_v9', and the scores of this run are vmaf; write vmaf:p5=80"
    ):
        check_metrics(limits, ["vmaf"])
    with pytest.raises(InvalidArgument, match="a limit needs a score, and no model is asked for"):
        check_metrics(limits, [])
    check_metrics(limits, ["vmaf", "vmaf_tiny_v9"])
