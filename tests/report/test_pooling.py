# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import Clips, LogReader
from vmaf_dnn.report.pooling import pool

SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=50)


def test_pools_as_libvmaf(clips: Clips, libvmaf_log: LogReader) -> None:
    log = libvmaf_log(clips.reference, clips.distorted)
    for name, expected in log["pooled_metrics"].items():
        pooled = pool(np.array([frame["metrics"][name] for frame in log["frames"]]))
        for key, value in expected.items():
            assert getattr(pooled, key) == pytest.approx(value, abs=1.01e-6), (name, key)


def test_one_frame_pools_to_itself() -> None:
    pooled = pool(np.array([42.0]))
    assert (pooled.min, pooled.max, pooled.mean) == (42, 42, 42)
    assert pooled.harmonic_mean == pytest.approx(42)


@given(SCORES)
def test_harmonic_mean_is_between_min_and_mean(scores: list[float]) -> None:
    pooled = pool(np.array(scores))
    assert pooled.min - 1e-9 <= pooled.harmonic_mean <= pooled.mean + 1e-9 <= pooled.max + 2e-9


@given(SCORES, st.randoms())
def test_order_of_frames_does_not_matter(scores: list[float], random: object) -> None:
    shuffled = list(scores)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pool(np.array(shuffled)) == pool(np.array(scores))


def test_a_missing_value_spoils_all_four() -> None:
    pooled = pool(np.array([1.0, float("nan"), 3.0]))
    assert all(map(math.isnan, (pooled.min, pooled.max, pooled.mean, pooled.harmonic_mean)))


def test_minus_one_is_the_limit_of_the_harmonic_mean() -> None:
    assert pool(np.array([-1.0, 5.0])).harmonic_mean == -1
    assert pool(np.array([-1 + 1e-9, 5.0])).harmonic_mean == pytest.approx(-1, abs=1e-8)


def test_float32_scores_are_summed_in_double() -> None:
    assert pool(np.full(10_000, 0.1, np.float32)).mean == pytest.approx(float(np.float32(0.1)), rel=1e-15)
