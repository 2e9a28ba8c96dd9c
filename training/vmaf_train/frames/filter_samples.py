# SPDX-License-Identifier: BSD-3-Clause
"""What the int8 file of a filter is calibrated and judged on: a square of each source, degraded each way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaf_train.frames.filter_data import Pair
from vmaf_train.frames.filter_export import INPUT
from vmaf_train.frames.planes import Luma
from vmaf_train.quantize.samples import Samples

SIDE = 224
"""Of a square, in pixels, as the published filter's planes; smaller planes are cut to a common size."""

_PEAK = np.float32(255)


def samples_of(pairs: Sequence[Pair]) -> Samples:
    """Cut the middle of the first plane that each source has become in each way."""
    firsts = list({(pair.source, pair.how): pair for pair in reversed(pairs)}.values())[::-1]
    side = min(SIDE, *(min(pair.degraded.shape) for pair in firsts))
    squares = np.stack([_middle(pair.degraded, side) for pair in firsts])
    sources = np.array([pair.source for pair in firsts])
    return Samples({INPUT: squares[:, None].astype(np.float32) / _PEAK}, sources)


def _middle(plane: Luma, side: int) -> Luma:
    y, x = ((size - side) // 2 for size in plane.shape)
    return plane[y : y + side, x : x + side]
