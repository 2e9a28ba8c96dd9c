# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ladders import report_of
from vmaf_dnn import InvalidArgument, compare
from vmaf_dnn.report import Report

NOISE = np.random.default_rng(3).normal(size=100)


def pair(shift: float, n_frames: int = 100) -> tuple[Report, Report]:
    a, b = 80 + NOISE[:n_frames], 80 + NOISE[:n_frames] + shift + 0.1 * NOISE[::-1][:n_frames]
    return report_of("a.mkv", 1, a), report_of("b.mkv", 1, b)


def test_a_shift_is_found() -> None:
    found = compare(*pair(0.5))
    assert (found.a, found.b, found.n_frames) == ("a.mkv", "b.mkv", 100)
    of = found.metrics["vmaf"]
    assert of.mean == pytest.approx(0.5 + 0.1 * NOISE.mean())
    assert of.mean_b - of.mean_a == pytest.approx(of.mean)
    assert of.interval is not None
    assert of.interval[0] < 0.5 < of.interval[1]
    assert of.differs is True
    assert of.higher > 0.99
    assert of.higher + of.lower <= 1


def test_noise_is_none() -> None:
    of = compare(*pair(0)).metrics["vmaf"]
    assert of.differs is False
    assert 0.3 < of.higher < 0.7


@given(st.floats(-3, 3, allow_subnormal=False))
def test_the_other_way_round_has_the_other_sign(shift: float) -> None:
    a, b = pair(shift)
    one, other = compare(a, b).metrics["vmaf"], compare(b, a).metrics["vmaf"]
    assert one.mean == -other.mean
    assert one.interval is not None
    assert other.interval is not None
    assert one.interval == pytest.approx((-other.interval[1], -other.interval[0]))
    assert (one.higher, one.lower) == (other.lower, other.higher)


def test_a_report_is_no_different_from_itself() -> None:
    report = pair(0)[0]
    of = compare(report, report).metrics["vmaf"]
    assert (of.mean, of.interval, of.differs, of.higher, of.lower) == (0, (0, 0), False, 0, 0)
    assert of.lowest == ()


def test_frames_are_paired_by_their_numbers() -> None:
    report = report_of("a.mkv", 1, np.arange(100.0))
    later = replace(report, frame_numbers=np.arange(50, 150), metrics={"vmaf": np.arange(50.0, 150.0)})
    found = compare(report, later)
    assert (found.n_frames, found.n_frames_a, found.n_frames_b) == (50, 100, 100)
    assert found.metrics["vmaf"].mean == 0


def test_the_lowest_frames_lie_half_a_second_apart() -> None:
    a = np.full(100, 80.0)
    b = a.copy()
    b[[10, 11, 60]] = [70, 71, 75]
    found = compare(report_of("a", 1, a), report_of("b", 1, b), n_lowest=5).metrics["vmaf"]
    assert [frame.frame_number for frame in found.lowest] == [10, 60]
    assert (found.lowest[0].a, found.lowest[0].b, found.lowest[0].difference) == (80, 70, -10)
    assert found.lowest[0].time_s == pytest.approx(0.4)
    assert (found.higher, found.lower) == (0, 0.03)


def test_a_frame_without_a_value_is_left_out() -> None:
    a, b = pair(1)
    values = b.metrics["vmaf"].copy()
    values[7] = np.nan
    found = compare(a, replace(b, metrics={"vmaf": values})).metrics["vmaf"]
    assert found.n_frames == 99
    assert found.mean == pytest.approx(1, abs=0.1)


def test_a_metric_without_any_value_has_no_difference() -> None:
    a, b = pair(1)
    found = compare(a, replace(b, metrics={"vmaf": np.full(100, np.nan)})).metrics["vmaf"]
    assert (found.n_frames, found.interval, found.differs) == (0, None, None)
    assert found.as_dict()["mean"] is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("huge", [1e308, 1e200])
def test_values_too_large_to_average_are_refused(huge: float) -> None:
    a, b = pair(1)
    values = np.where(np.arange(100) % 2, huge, -huge)
    a, b = replace(a, metrics={"vmaf": -values}), replace(b, metrics={"vmaf": values})
    with pytest.raises(InvalidArgument, match="differences of vmaf are not finite"):
        compare(a, b)


@given(st.lists(st.floats(), min_size=24, max_size=60), st.data())
def test_what_is_told_is_finite(values: list[float], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.floats(), min_size=len(values), max_size=len(values)))
    try:
        of = compare(report_of("a", 1, values), report_of("b", 1, others)).metrics["vmaf"]
    except InvalidArgument:
        return
    assert of.n_frames == np.sum(np.isfinite(values) & np.isfinite(others))
    assert not of.n_frames or np.isfinite([of.mean_a, of.mean_b, of.mean, *(of.interval or ())]).all()
    assert np.isfinite([frame.difference for frame in of.lowest]).all()


def test_few_frames_have_no_interval() -> None:
    found = compare(*pair(1, 23)).metrics["vmaf"]
    assert (found.interval, found.differs) == (None, None)
    assert found.mean == pytest.approx(1, abs=0.1)


def test_scores_come_before_features() -> None:
    a, b = pair(1)
    feature = {"integer_adm2": np.ones(100)}
    found = compare(replace(a, metrics=feature | a.metrics), replace(b, metrics=feature | b.metrics))
    assert list(found.metrics) == ["vmaf", "integer_adm2"]


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"^a must be a Report, got 'a\.json'\.$"):
        compare("a.json", "b.json")  # type: ignore[arg-type]


def test_reports_with_nothing_in_common_are_refused() -> None:
    a, b = pair(1)
    with pytest.raises(InvalidArgument, match="no frame in common; compare reports of one part"):
        compare(a, replace(b, frame_numbers=np.arange(200, 300)))
    with pytest.raises(InvalidArgument, match="no metric in common: one has vmaf, the other ours; score"):
        compare(a, replace(b, metrics={"ours": b.metrics["vmaf"]}))


def test_json_holds_it_all() -> None:
    found = compare(*pair(-0.5))
    document = json.loads(json.dumps(found.as_dict()))
    assert document["metrics"]["vmaf"]["differs"] is True
    assert len(document["metrics"]["vmaf"]["lowest"]) == 5
    assert document["n_frames_b"] == 100
