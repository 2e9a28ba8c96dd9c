# SPDX-License-Identifier: BSD-3-Clause
"""Where the tiles of a frame lie that a model without a reference looks at."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

TILE = 224
"""Pixels of a side."""

MOST_ACROSS, MOST_DOWN = 4, 3


def places(width: int, height: int) -> list[tuple[int, int]]:
    """Return where the tiles of a frame begin, (x, y), row by row.

    As few as cover a side, but at most 4 across and 3 down; the outer ones touch the edges, and the others
    lie at even distances. A side shorter than a tile has one, whose rest `tiles` fills.
    """
    across, down = _starts(width, MOST_ACROSS), _starts(height, MOST_DOWN)
    return [(x, y) for y in down for x in across]


def tiles(luma: NDArray[Any], bit_depth: int = 8) -> NDArray[np.float32]:
    """Cut a plane of luma, (height, width), into its tiles: (n, 224, 224), samples divided by the peak.

    A side shorter than a tile is continued by its mirror image, at the right and at the bottom.
    """
    height, width = luma.shape
    missing = max(0, TILE - height), max(0, TILE - width)
    if any(missing):
        luma = np.pad(luma, [(0, rows) for rows in missing], mode="symmetric")
    cut = np.stack([luma[y : y + TILE, x : x + TILE] for x, y in places(width, height)])
    return cut.astype(np.float32) / np.float32((1 << bit_depth) - 1)


def _starts(side: int, most: int) -> list[int]:
    n = max(1, min(most, -(-side // TILE)))
    room = max(0, side - TILE)
    return [room // 2] if n == 1 else [room * i // (n - 1) for i in range(n)]
