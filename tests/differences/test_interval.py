# SPDX-License-Identifier: BSD-3-Clause
"""How often the interval holds the mean, of series whose mean is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.stats import ttest_1samp

from vmaf_dnn.differences.interval import LEAST_VALUES, N_PARTS, mean_interval

MEAN = 0.3


def series(n_values: int, correlation: float, n_series: int) -> NDArray[np.float64]:
    """AR(1) series about `MEAN`, (n_series, n_values)."""
    noise = np.random.default_rng(1).standard_normal((n_series, n_values + 500))
    return MEAN + lfilter([1.0], [1.0, -correlation], noise, axis=1)[:, 500:]


def coverage(n_values: int, correlation: float) -> float:
    intervals = [mean_interval(values) for values in series(n_values, correlation, 2000)]
    return float(np.mean([found is not None and found[0] <= MEAN <= found[1] for found in intervals]))


@pytest.mark.parametrize(
    ("n_values", "correlation", "least"),
    [(24, 0, 0.94), (240, 0, 0.94), (240, 0.5, 0.93), (240, 0.8, 0.92), (600, 0.9, 0.93), (1500, 0.95, 0.92)],
)
def test_it_holds_the_mean_as_often_as_it_says(n_values: int, correlation: float, least: float) -> None:
    assert least <= coverage(n_values, correlation) <= 0.965


def test_an_interval_that_takes_frames_for_independent_would_not() -> None:
    values = series(240, 0.8, 2000)
    margin = 1.96 * values.std(axis=1, ddof=1) / 240**0.5
    assert np.mean(np.abs(values.mean(axis=1) - MEAN) <= margin) < 0.6


def test_equal_parts_give_students_interval_over_their_means() -> None:
    values = np.random.default_rng(2).normal(size=120)
    expected = ttest_1samp(values.reshape(N_PARTS, -1).mean(axis=1), 0).confidence_interval(0.95)
    assert mean_interval(values) == pytest.approx(tuple(expected))


def test_few_values_tell_nothing() -> None:
    assert mean_interval(np.zeros(LEAST_VALUES - 1)) is None
    assert mean_interval(np.full(LEAST_VALUES, 2.0)) == (2, 2)
