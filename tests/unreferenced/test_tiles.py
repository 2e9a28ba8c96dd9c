# SPDX-License-Identifier: BSD-3-Clause
"""Where tiles lie, for frames of any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmaf_dnn.unreferenced.tiles import MOST_ACROSS, MOST_DOWN, TILE, places, tiles

SIDES = st.integers(33, 3000)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((224, 224), [(0, 0)]),
        ((64, 48), [(0, 0)]),
        ((640, 360), [(0, 0), (208, 0), (416, 0), (0, 136), (208, 136), (416, 136)]),
        ((225, 100), [(0, 0), (1, 0)]),
    ],
)
def test_tiles_lie_where_the_rule_says(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    assert places(*size) == expected


@given(SIDES, SIDES)
def test_tiles_lie_inside_touch_the_edges_and_are_few(width: int, height: int) -> None:
    found = places(width, height)
    assert len(found) == len(set(found)) <= MOST_ACROSS * MOST_DOWN
    for side, starts in ((width, {x for x, _ in found}), (height, {y for _, y in found})):
        room = max(0, side - TILE)
        assert (min(starts), max(starts)) == (0, room)


@given(st.integers(33, 4 * TILE), st.integers(33, 3 * TILE))
def test_tiles_cover_frames_that_are_not_large(width: int, height: int) -> None:
    covered = np.zeros((height, width), np.bool_)
    for x, y in places(width, height):
        covered[y : y + TILE, x : x + TILE] = True
    assert covered.all()


def test_samples_are_divided_by_the_peak() -> None:
    luma = np.array([[0, 255], [64, 128]], np.uint8).repeat(150, 0).repeat(150, 1)
    (top_left, *_), bits = tiles(luma), tiles(luma.astype(np.uint16) * 4, 10)
    assert (top_left.dtype, top_left.shape) == (np.float32, (TILE, TILE))
    assert top_left[0, 0] == 0
    assert top_left[0, -1] == 1
    np.testing.assert_array_equal(bits[0][:150, :150], np.float32(0))
    assert bits[0][0, -1] == np.float32(1020 / 1023)


def test_a_side_shorter_than_a_tile_is_mirrored() -> None:
    luma = np.random.default_rng(0).integers(0, 256, (100, 300), np.uint8)
    (left, right) = np.rint(tiles(luma) * 255).astype(np.uint8)
    np.testing.assert_array_equal(left[:100], luma[:, :TILE])
    np.testing.assert_array_equal(right[100:200], luma[::-1, -TILE:])
    np.testing.assert_array_equal(right[200:], luma[: TILE - 200, -TILE:])
