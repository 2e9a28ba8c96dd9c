# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import sys
from itertools import accumulate
from operator import mul

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.ladders import ANCHOR, TEST, group_of
from vmaf_dnn import ToolMissing
from vmaf_dnn.ladders.bd import BDResult, Overlap, bd_between

bjontegaard = pytest.importorskip("bjontegaard")

RATES, SCORES = [100.0, 200.0, 400.0, 800.0, 1600.0], [60.0, 72.0, 83.0, 90.0, 94.0]


def between(anchor: tuple[list[float], list[float]], test: tuple[list[float], list[float]]) -> BDResult:
    return bd_between(group_of("x264", *anchor), group_of("x265", *test))


def test_the_published_example_is_the_packages() -> None:
    found = between(ANCHOR, TEST)
    assert found.bd_rate == bjontegaard.bd_rate(*ANCHOR, *TEST, method="akima")
    assert found.bd_quality == bjontegaard.bd_psnr(*ANCHOR, *TEST, method="akima")
    assert found.refused is None
    assert found.bd_rate == pytest.approx(-4.4252, abs=5e-5)
    assert found.bd_quality == pytest.approx(0.1194, abs=5e-5)


def test_half_the_rate_is_a_saving_of_half() -> None:
    found = between((RATES, SCORES), ([rate / 2 for rate in RATES], SCORES))
    assert found.bd_rate == pytest.approx(-50)
    assert found.overlap == Overlap((100, 800), (60, 94))
    assert found.share == 1


def test_a_point_more_at_each_rate_is_a_point() -> None:
    found = between((RATES, SCORES), (RATES, [score + 1 for score in SCORES]))
    assert found.bd_quality == pytest.approx(1)
    assert found.share == pytest.approx(33 / 35)


@pytest.mark.parametrize(
    ("shift", "caveat"),
    [
        (10, None),
        (20, "x264 and x265 share 26% of their range of quality, and the deltas are of that part alone"),
        (40, None),
    ],
)
def test_deltas_of_a_small_part_have_a_caveat(shift: float, caveat: str | None) -> None:
    assert between((RATES, SCORES), (RATES, [score + shift for score in SCORES])).caveat == caveat


def test_curves_may_have_unlike_lengths() -> None:
    found = between((RATES, SCORES), ([120, 240, 480, 1400], [63, 77, 88, 93.5]))
    expected = bjontegaard.bd_rate(
        RATES,
        SCORES,
        [120, 240, 480, 1400],
        [63, 77, 88, 93.5],
        method="akima",
        require_matching_points=False,
    )
    assert found.bd_rate == expected


def test_three_rungs_are_too_few() -> None:
    found = between((RATES, SCORES), (RATES[:3], SCORES[:3]))
    assert (found.bd_rate, found.bd_quality, found.overlap) == (None, None, None)
    assert found.refused == (
        "x265 has 3 rungs, and BD deltas take 4 that gain quality with rate; add encodes of it at other rates"
    )


def test_a_rung_that_a_better_one_undercuts_is_left_out() -> None:
    without = between((RATES, SCORES), (RATES, SCORES))
    found = between(([*RATES, 500, 1700, 400], [*SCORES, 80, 94, 70]), (RATES, SCORES))
    assert found.left_out == ("x264 5", "x264 6", "x264 7")
    assert (found.bd_rate, found.bd_quality) == (without.bd_rate, without.bd_quality)


def test_of_rungs_of_nearly_one_rate_the_better_is_kept() -> None:
    without = between((RATES, SCORES), (RATES, SCORES))
    crowded = [*RATES, 197, 198, 199], [*SCORES, 61, 65, 71]
    found = between((RATES, SCORES), crowded)
    assert found.left_out == found.too_near == ("x265 5", "x265 6", "x265 7")
    assert (found.bd_rate, found.bd_quality) == (without.bd_rate, without.bd_quality)


@pytest.mark.parametrize("rates", [[1000, 1000.01, 2000, 4000], [1000, 1001, 1003, 4000]])
def test_nearly_one_rate_is_one_rung(rates: list[float]) -> None:
    found = between((rates, [80, 83, 88, 92]), ([900, 1500, 2500, 4500], [79, 85, 89, 93]))
    assert (found.bd_rate, found.bd_quality) == (None, None)
    assert found.refused is not None
    assert "of them within 2% of the rate of a better one, and BD deltas take 4" in found.refused


def test_a_curve_of_many_near_rungs_stays_one() -> None:
    rates = [100 * 1.01**i for i in range(100)]
    scores = [50 + 0.4 * i for i in range(100)]
    found = between((rates, scores), ([rate / 2 for rate in rates], scores))
    assert len(found.too_near) >= 100
    assert found.bd_rate == pytest.approx(-50)


STEPS = st.lists(st.tuples(st.floats(1.021, 20), st.floats(0.01, 60)), min_size=4, max_size=6)


@given(STEPS, STEPS)
@example([(2, 9), (2, 1), (2, 1), (2, 1)], [(2, 1), (2, 1), (8, 0.01), (2, 43)])  # beyond a double
def test_no_delta_exceeds_what_was_measured(
    anchor: list[tuple[float, float]], test: list[tuple[float, float]]
) -> None:
    curves = []
    for of_one in (anchor, test):
        ratios, rises = zip(*of_one, strict=True)
        curves.append(([100 * rate for rate in accumulate(ratios, mul)], list(accumulate(rises))))
    found = between(*curves)
    rates, scores = ([value for curve in curves for value in curve[axis]] for axis in (0, 1))
    if found.bd_quality is not None:
        assert abs(found.bd_quality) <= max(scores) - min(scores)
    if found.bd_rate is not None:
        ratio = max(rates) / min(rates)
        assert 1 / ratio <= 1 + found.bd_rate / 100 <= ratio


def test_curves_that_swing_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bjontegaard, "bd_psnr", lambda *_, **__: -233.6)
    found = between((RATES, SCORES), (RATES, SCORES))
    assert (found.bd_rate, found.bd_quality) == (None, None)
    assert found.refused == (
        "between the rungs of x264 and x265 the curves swing beyond all of them, to a BD-quality of -233.60"
        " (scores that span 34.00); add encodes at rates between theirs"
    )


def test_a_curve_that_falls_is_refused() -> None:
    found = between((RATES, SCORES), (RATES, SCORES[::-1]))
    assert found.refused == (
        "x265 has 5 rungs, 4 of them no better than a cheaper one, and BD deltas take 4 that gain quality"
        " with rate; add encodes of it at other rates"
    )


def test_qualities_apart_leave_no_bd_rate() -> None:
    found = between((RATES, SCORES), (RATES, [score / 100 + 95 for score in SCORES]))
    assert found.bd_rate is None
    assert found.bd_quality is not None
    assert found.overlap == Overlap((100, 1600), None)
    assert found.share == 0
    assert found.refused == (
        "x264 and x265 have in common no quality, so there is no BD-rate"
        " (x264 60.00 to 94.00, x265 95.60 to 95.94)"
    )


def test_rates_apart_leave_no_bd_quality() -> None:
    found = between((RATES, SCORES), ([rate * 16 for rate in RATES], SCORES))
    assert found.bd_rate == pytest.approx(1500)
    assert found.bd_quality is None
    assert found.refused == (
        "x264 and x265 have in common no rate, so there is no BD-quality"
        " (x264 100 to 1600 kbit/s, x265 1600 to 25600 kbit/s)"
    )


def test_curves_with_nothing_in_common_say_both() -> None:
    found = between((RATES, SCORES), ([rate * 20 for rate in RATES], [score / 100 + 95 for score in SCORES]))
    assert found.refused is not None
    assert "no quality, so there is no BD-rate (" in found.refused
    assert "), and no rate, so there is no BD-quality (" in found.refused


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bjontegaard", None)
    with pytest.raises(ToolMissing, match=r'a BD delta takes bjontegaard, which.*"vmaf-dnn\[ladder\]"'):
        between(ANCHOR, TEST)
