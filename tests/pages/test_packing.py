# SPDX-License-Identifier: BSD-3-Clause
"""Curves come out of their packing as they went in, to half a step, whatever is missing or decimated."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from vmaf_dnn.pages.packing import MOST_VALUES, FrameAxis

VALUES = st.floats(-1e6, 1e6) | st.just(float("nan"))


def unpacked(curve: dict[str, Any]) -> NDArray[np.float64]:
    steps = np.frombuffer(base64.b64decode(curve["steps"]), "<u2")
    values = curve["low"] + steps * ((curve["high"] - curve["low"]) / 65534)
    return np.where(steps == 65535, np.nan, values)


@settings(deadline=None)
@given(arrays(np.float64, st.integers(1, 200), elements=VALUES))
def test_every_frame_that_fits(values: NDArray[np.float64]) -> None:
    numbers = np.arange(0, 2 * len(values), 2)
    axis = FrameAxis.of([numbers], 3)
    curve = axis.curve(numbers, values)
    assert axis.span == 1
    assert np.frombuffer(base64.b64decode(axis.packed()["frames"]), "<u4").tolist() == numbers.tolist()
    step = (curve["high"] - curve["low"]) / 65534
    np.testing.assert_allclose(unpacked(curve), values, rtol=1e-9, atol=step / 2 + 1e-9)


@settings(deadline=None)
@given(
    arrays(np.float64, st.integers(2, 300), elements=VALUES),
    st.integers(2, 50),
)
def test_several_frames_are_their_lowest_and_highest(values: NDArray[np.float64], span: int) -> None:
    numbers = np.arange(len(values))
    points = unpacked(FrameAxis(numbers, span).curve(numbers, values))
    step = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
    for i, start in enumerate(range(0, len(values), span)):
        part = values[start : start + span]
        known = part[np.isfinite(part)]
        expected = [known.min(), known.max()] if len(known) else [np.nan, np.nan]
        np.testing.assert_allclose(points[2 * i : 2 * i + 2], expected, rtol=1e-9, atol=step / 65534 + 1e-9)


def test_what_is_no_number_is_missing() -> None:
    numbers = np.arange(3)
    values = unpacked(FrameAxis(numbers, 1).curve(numbers, np.array([np.inf, 1.0, -np.inf])))
    np.testing.assert_equal(values, [np.nan, 1.0, np.nan])


def test_a_curve_over_some_of_the_frames() -> None:
    axis = FrameAxis.of([np.arange(4), np.array([1, 3, 5])], 2)
    assert axis.frames.tolist() == [0, 1, 2, 3, 5]
    values = unpacked(axis.curve(np.array([1, 3, 5]), np.array([7.0, 8.0, 9.0])))
    np.testing.assert_allclose(values, [np.nan, 7, np.nan, 8, 9], atol=1e-4)


@settings(deadline=None)
@given(st.integers(1, 400_000), st.integers(1, 300))
def test_what_a_page_holds_is_bounded(n_frames: int, n_curves: int) -> None:
    span = FrameAxis.of([np.arange(n_frames)], n_curves).span
    n_points = n_frames if span == 1 else 2 * -(-n_frames // span)
    assert n_points * (n_curves + 2) <= MOST_VALUES + 4 * (n_curves + 2) or n_points <= 204
