# SPDX-License-Identifier: BSD-3-Clause
"""Photographs moved and mirrored, so that few of them teach more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FARTHEST = 6  # pixels


def shaken(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """(n, h, w, 3) -> the same shape: half of them mirrored, each moved by up to six pixels."""
    n, height, width, _ = pixels.shape
    mirrored = np.where(random.random((n, 1, 1, 1)) < 0.5, pixels[:, :, ::-1], pixels)
    border = (_FARTHEST, _FARTHEST)
    wide = np.pad(mirrored, ((0, 0), border, border, (0, 0)), mode="edge")
    places = random.integers(0, 2 * _FARTHEST + 1, (n, 2))
    moved = [
        one[top : top + height, left : left + width] for one, (top, left) in zip(wide, places, strict=True)
    ]
    return np.stack(moved)
