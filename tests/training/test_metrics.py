# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from vmaf_train.metrics import agreement, clipped


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40))
def test_correlations_are_scipys_with_ties(pairs: list[tuple[int, int]]) -> None:
    scores, truth = np.array(pairs, float).T
    if np.ptp(scores) == 0 or np.ptp(truth) == 0:
        return
    found = agreement(scores, truth)
    assert found.plcc == pytest.approx(pearsonr(scores, truth).statistic, abs=1e-12)
    assert found.srocc == pytest.approx(spearmanr(scores, truth).statistic, abs=1e-12)


def test_a_constant_score_has_no_correlation() -> None:
    found = agreement([50, 50, 50], [10, 50, 90])
    assert (found.plcc, found.srocc) == (0.0, 0.0)


def test_errors_are_in_points_and_bias_has_a_sign() -> None:
    found = agreement([11, 22, 33], [10, 20, 30])
    assert found.rmse == pytest.approx(np.sqrt(14 / 3))
    assert (found.max_error, found.bias) == (3.0, 2.0)


def test_scores_are_clipped_as_reports_clip() -> None:
    np.testing.assert_array_equal(clipped([-5, 50, 113]), [0, 50, 100])
