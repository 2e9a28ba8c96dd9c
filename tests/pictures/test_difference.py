# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import pytest

from vmaf_dnn.pictures.difference import difference


def flat(value: int, dtype: type[np.unsignedinteger] = np.uint8) -> np.ndarray:
    return np.full((40, 50), value, dtype)


@pytest.mark.parametrize(("distance", "factor"), [(1, 32), (7, 32), (8, 16), (60, 4), (128, 1), (255, 1)])
def test_the_factor_is_the_largest_that_does_not_cut(distance: int, factor: int) -> None:
    picture, found = difference(flat(0), flat(distance), 8)
    assert found == factor
    assert picture.dtype == np.uint8
    assert np.unique(picture).tolist() == [distance * factor]


def test_darker_and_brighter_are_alike() -> None:
    assert difference(flat(50), flat(40), 8)[0][0, 0] == difference(flat(40), flat(50), 8)[0][0, 0] > 0


def test_equal_frames_are_black() -> None:
    assert not difference(flat(99), flat(99), 8)[0].any()


def test_steps_are_of_8_bits_whatever_the_depth() -> None:
    picture, factor = difference(flat(400, np.uint16), flat(440, np.uint16), 10)
    assert (factor, picture[0, 0]) == (16, 160)


def test_a_few_samples_may_be_cut() -> None:
    distorted = flat(2)
    distorted[0, 0] = 200
    picture, factor = difference(flat(0), distorted, 8)
    assert (factor, picture[0, 0], picture[1, 1]) == (32, 255, 64)
