# SPDX-License-Identifier: BSD-3-Clause
"""What the published filter undoes: a Gaussian blur, then baseline JPEG of luma.

JPEG's entropy coding loses nothing, so blocks, DCT and quantisation are all of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter

from vmaf_train.frames.planes import Luma

SIGMA = 1.2
"""Of the blur, in pixels."""

QUALITY = 35
"""Of the JPEG, as libjpeg counts it."""

_BLOCK = 8
_MIDDLE = 128.0
_LUMINANCE = np.array(  # table K.1 of ITU-T T.81
    [
        (16, 11, 10, 16, 24, 40, 51, 61),
        (12, 12, 14, 19, 26, 58, 60, 55),
        (14, 13, 16, 24, 40, 57, 69, 56),
        (14, 17, 22, 29, 51, 87, 80, 62),
        (18, 22, 37, 56, 68, 109, 103, 77),
        (24, 35, 55, 64, 81, 104, 113, 92),
        (49, 64, 78, 87, 103, 121, 120, 101),
        (72, 92, 95, 98, 112, 100, 103, 99),
    ]
)


def published_recipe(luma: Luma) -> Luma:
    """Return a plane blurred and put through JPEG as the published filter's were."""
    blurred = gaussian_filter(luma.astype(np.float64), SIGMA)
    return jpeg(_to_8_bits(blurred), QUALITY)


def jpeg(luma: Luma, quality: int) -> Luma:
    """Return what a JPEG of a plane shows."""
    height, width = luma.shape
    padding = ((0, -height % _BLOCK), (0, -width % _BLOCK))
    padded = np.pad(luma.astype(np.float64) - _MIDDLE, padding, "edge")
    blocks = padded.reshape(padded.shape[0] // _BLOCK, _BLOCK, -1, _BLOCK)
    table = _table(quality)[None, :, None, :]
    kept = np.rint(dctn(blocks, axes=(1, 3), norm="ortho") / table) * table
    shown = idctn(kept, axes=(1, 3), norm="ortho").reshape(padded.shape)
    return _to_8_bits(shown[:height, :width] + _MIDDLE)


def _table(quality: int) -> NDArray[np.float64]:
    """Scale the table as libjpeg does."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.clip((_LUMINANCE * scale + 50) // 100, 1, 255).astype(np.float64)


def _to_8_bits(plane: NDArray[np.float64]) -> Luma:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)
