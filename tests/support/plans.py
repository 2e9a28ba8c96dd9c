# SPDX-License-Identifier: BSD-3-Clause
"""A picture that the shipped pair knows, and where the pair is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.support.paths import ROOT

FOLDER = ROOT / "model" / "plans"
REGISTRY = FOLDER / "registry.json"


def disc(colour: tuple[int, int, int] = (230, 50, 50), radius: float = 9.5) -> NDArray[np.uint8]:
    """(64, 64, 3), a disc in the middle of dark ground."""
    rows, columns = np.mgrid[0:64, 0:64] - 31.5
    picture = np.full((64, 64, 3), 40, np.uint8)
    picture[rows**2 + columns**2 <= radius**2] = colour
    return picture
