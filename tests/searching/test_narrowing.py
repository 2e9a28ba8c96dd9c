# SPDX-License-Identifier: BSD-3-Clause
"""The steps of a search on curves that are known: the same answer as all settings tried, in few tries."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vmaf_dnn.searching.narrowing import Narrowing
from vmaf_dnn.searching.target import Margin, parse_target

MOST = 6  # tries, as by default
CRFS = np.arange(0, 51.05, 0.1)


def quality(slope: float, offset: float, crfs: NDArray[np.float64] = CRFS) -> NDArray[np.float64]:
    """Scores over CRF as encoders give them: flat near 100, then ever steeper."""
    return np.asarray(100 - np.exp(slope * (crfs - 12) + offset))


def searched(
    curves: list[NDArray[np.float64]], target: str, first: int, tolerance: float = 0.0
) -> tuple[Narrowing, int]:
    """Search as `settle` does; return what is known at the end, and how many tries that took."""
    wanted = parse_target(target)
    margins: dict[int, tuple[Margin, ...]] = {}
    narrowing = Narrowing(len(curves[0]) - 1, 0.1 * 0.1, tolerance, margins)
    position = first
    while True:
        pooled = {str(i): {"mean": float(curve[position])} for i, curve in enumerate(curves)}
        margins[position] = wanted.margins(pooled)
        if narrowing.is_settled:
            return narrowing, len(margins)
        position = narrowing.next_position()
        assert position not in margins


def brute_force(curves: list[NDArray[np.float64]], limit: float) -> int | None:
    return max(np.flatnonzero(np.min(curves, axis=0) >= limit).tolist(), default=None)


curves = st.builds(quality, st.floats(0.05, 0.16), st.floats(-1.0, 2.0))


@settings(deadline=None)
@given(curve=curves, limit=st.floats(60, 97), first=st.integers(100, 400))
def test_the_answer_is_that_of_brute_force(curve: NDArray[np.float64], limit: float, first: int) -> None:
    narrowing, _ = searched([curve], f"mean={limit!r}", first)
    assert narrowing.best == brute_force([curve], limit)


@settings(deadline=None)
@given(slope=st.floats(0.07, 0.14), offset=st.floats(0.0, 1.5), limit=st.floats(70, 96))
def test_few_tries_do(slope: float, offset: float, limit: float) -> None:
    """On curves of the usual form, from a guess that is 10 CRFs off at most."""
    curve = quality(slope, offset)
    crossing = brute_force([curve], limit)
    assert crossing is not None
    for wrong in (-100, -28, 0, 18, 100):
        first = min(max(crossing + wrong, 0), len(CRFS) - 1)
        assert searched([curve], f"mean={limit!r}", first)[1] <= MOST


@settings(deadline=None)
@given(several=st.lists(curves, min_size=2, max_size=3), limit=st.floats(60, 97))
def test_all_limits_hold(several: list[NDArray[np.float64]], limit: float) -> None:
    narrowing, _ = searched(several, f"mean={limit!r}", 250)
    assert narrowing.best == brute_force(several, limit)


@settings(deadline=None)
@given(values=st.lists(st.floats(0, 100), min_size=1, max_size=60), limit=st.floats(0, 100), data=st.data())
def test_scores_that_go_up_and_down_end_at_a_step_down(
    values: list[float], limit: float, data: st.DataObject
) -> None:
    """Whatever the scores are, what is chosen reaches the target, and its neighbour was tried and doesn't."""
    first = data.draw(st.integers(0, len(values) - 1))
    narrowing, _ = searched([np.array(values)], f"mean={limit!r}", first)
    if narrowing.best is None:
        assert values[0] < limit
        return
    assert values[narrowing.best] >= limit
    after = narrowing.best + 1
    assert after == len(values) or (after in narrowing.margins and values[after] < limit)


def test_a_target_that_the_best_quality_misses() -> None:
    narrowing, _ = searched([np.array([90.0, 80.0, 70.0])], "95", 2)
    assert narrowing.is_settled
    assert narrowing.best is None


def test_a_target_that_all_reach() -> None:
    assert searched([np.array([99.0, 98.0, 97.0])], "95", 0)[0].best == 2


def test_a_try_that_is_good_enough_ends_the_search() -> None:
    curve = quality(0.1, 1.0)
    exact, n_exact = searched([curve], "90", 230)
    near, n_near = searched([curve], "90", 230, tolerance=1.0)
    assert exact.best is not None
    assert near.best is not None
    assert near.best < exact.best
    assert n_near < n_exact
    assert 90 <= curve[near.best] <= 91
