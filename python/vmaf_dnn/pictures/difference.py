# SPDX-License-Identifier: BSD-3-Clause
"""Where two frames differ, as a picture: black where luma is equal, brighter the more it differs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST = 32
_SHARE = 99.9  # percent of the samples that must not be cut at white


def difference(
    reference: NDArray[Any], distorted: NDArray[Any], bit_depth: int
) -> tuple[NDArray[np.uint8], int]:
    """Return (height, width) uint8, the distance of two planes of luma in 8-bit steps times a factor.

    The factor is the largest power of two, at most 32, by which the picture is still not cut at white.
    """
    distance = np.abs(reference.astype(np.float32) - distorted) / np.float32(2 ** (bit_depth - 8))
    largest = float(np.percentile(distance, _SHARE))
    factor = 1
    while factor < _MOST and largest * factor * 2 <= 255:
        factor *= 2
    return np.minimum(distance * factor + 0.5, 255).astype(np.uint8), factor
