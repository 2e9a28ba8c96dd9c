# SPDX-License-Identifier: BSD-3-Clause
"""The worst frames, far enough from each other, in Python and in what is written."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.test_statistics import SCORES, report
from vmaf_dnn import InvalidArgument, Report


def test_the_worst_frames_are_half_a_second_apart() -> None:
    values = np.full(60, 90.0)
    values[[10, 11, 12, 40]] = 50, 40, 45, 60
    one = report(values, 24.0)
    worst = one.worst(2)
    assert [(frame.frame_number, frame.score) for frame in worst] == [(11, 40), (40, 60)]
    assert [frame.time_s for frame in worst] == [11 / 24, 40 / 24]
    assert (worst[0].metric, worst[0].metrics) == ("vmaf", {"vmaf": 40})


@given(SCORES, st.integers(0, 6), st.floats(1, 60), st.integers(1, 4))
def test_no_frame_that_is_apart_is_worse(values: np.ndarray, n: int, rate: float, step: int) -> None:
    one = report(values, rate, step)
    numbers = [frame.frame_number for frame in one.worst(n)]
    assert len(numbers) <= n
    for i, number in enumerate(numbers):
        candidates = [
            (value, other)
            for other, value in zip(one.frame_numbers.tolist(), values.tolist(), strict=True)
            if all(abs(other - earlier) >= rate / 2 for earlier in numbers[:i])
        ]
        assert number == min(candidates)[1]


def test_a_frame_without_a_value_is_none_of_the_worst() -> None:
    values = [math.nan] * 30 + [5.0]
    assert [frame.frame_number for frame in report(values, 2).worst(3)] == [30]


def test_times_need_a_frame_rate() -> None:
    assert report([1.0]).worst(1)[0].time_s is None


def test_reports_name_the_worst_frames_where_that_is_asked() -> None:
    one = replace(report(np.arange(40.0), 20.0), n_worst=2)
    assert [frame["frameNum"] for frame in json.loads(one.to_json())["worst"]] == [0, 10]
    assert json.loads(one.to_json())["worst"][1] == {
        "frameNum": 10,
        "time_s": 0.5,
        "metric": "vmaf",
        "score": 10.0,
        "metrics": {"vmaf": 10.0},
    }
    root = ElementTree.fromstring(one.to_xml())
    at = root.findall("worst/at")[1]
    assert at.attrib == {"frameNum": "10", "time_s": "0.500000", "metric": "vmaf", "score": "10.000000"}
    assert [child.attrib for child in at] == [{"vmaf": "10.000000"}]
    assert len(list(root.iter("frame"))) == 40
    assert "worst" not in json.loads(replace(one, n_worst=0).to_json())


@pytest.mark.parametrize("n", [-1, 1.5, "2"])
def test_refuses_no_number_of_frames(n: int) -> None:
    with pytest.raises(InvalidArgument, match="n must be "):
        report([1.0]).worst(n)
    with pytest.raises(InvalidArgument, match="n_worst must be "):
        report([1.0], n_worst=n)


def test_refuses_the_worst_of_no_score() -> None:
    features = Report(np.arange(2), {"motion2": np.zeros(2)}, 64, 64, None, "")
    with pytest.raises(InvalidArgument, match="holds no score; name one of its metrics: motion2"):
        features.worst()
    with pytest.raises(InvalidArgument, match="the report holds no score"):
        replace(features, n_worst=1)
    assert features.worst(1, "motion2")[0].frame_number == 0
