# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from tests.support.ladders import rungs_of
from vmaf_dnn.ladders.rungs import Rung, front, upper_hull

POINTS = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=30)


def rungs(points: list[tuple[int, int]]) -> tuple[Rung, ...]:
    rates, scores = zip(*points, strict=True)
    return rungs_of(rates, scores)


def points(rungs: tuple[Rung, ...]) -> list[tuple[float, float]]:
    return [(rung.kbit_per_s, rung.quality) for rung in rungs]


@given(POINTS)
def test_the_front_holds_what_nothing_undercuts(given_points: list[tuple[int, int]]) -> None:
    kept = set(points(front(rungs(given_points))))
    for rate, quality in given_points:
        better = any(r <= rate and q >= quality and (r, q) != (rate, quality) for r, q in given_points)
        assert ((rate, quality) in kept) is not better


@given(POINTS)
def test_no_rung_lies_above_the_hull(given_points: list[tuple[int, int]]) -> None:
    rate, quality = zip(*points(upper_hull(rungs(given_points))), strict=True)
    assert rate[0] == min(r for r, _ in given_points)
    assert quality[-1] == max(q for _, q in given_points)
    for r, q in given_points:
        assert q <= np.interp(r, rate, quality) + 1e-9


@given(POINTS)
def test_the_hulls_corners_are_those_of_a_convex_hull(given_points: list[tuple[int, int]]) -> None:
    corners = points(upper_hull(rungs(given_points)))
    # What is dearer and worse lies below: a far corner to the right and one at the bottom close the hull.
    closed = np.array([*given_points, (corners[0][0], -1000), (1000, -1000), (1000, corners[-1][1])])
    hull = {tuple(closed[i]) for i in ConvexHull(closed).vertices}
    assert set(corners) <= hull
    assert hull & set(map(tuple, np.array(given_points, float))) == set(corners)


@pytest.mark.parametrize(
    ("given_points", "expected"),
    [
        ([(10, 50)], [(10, 50)]),
        ([(10, 50), (10, 60)], [(10, 60)]),
        ([(10, 50), (20, 50)], [(10, 50)]),
        ([(10, 50), (20, 40)], [(10, 50)]),
        ([(10, 10), (20, 20), (30, 30)], [(10, 10), (30, 30)]),
    ],
)
def test_ends_and_ties(given_points: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert points(upper_hull(rungs(given_points))) == expected
