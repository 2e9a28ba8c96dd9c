# SPDX-License-Identifier: BSD-3-Clause
"""Scene cuts of a clip, by how much its picture changes from one frame to the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEAST = 10.0  # mean distance of 8-bit samples
_FACTOR = 3.0  # of what is usual around
_N_AROUND = 8  # frames to each side


def scene_cuts(changes: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the frames that begin a scene.

    A frame does if it differs from the one before it by 10 steps of 8-bit luma or more, in the mean, and by
    at least three times the median of the differences of the eight frames before and the eight after it. A
    flash is none, as the frame after it differs as much, and a fade or a dissolve is none.

    Args:
        changes: (n,) mean distance of frame i + 1 from frame i.
    """
    found = []
    for i in np.flatnonzero(changes >= _LEAST).tolist():
        before, after = changes[max(0, i - _N_AROUND) : i], changes[i + 1 : i + 1 + _N_AROUND]
        around = np.concatenate([before, after])
        usual = float(np.median(around)) if len(around) else 0.0
        is_flash = any(len(side) and side[at] * 2 > changes[i] for side, at in ((before, -1), (after, 0)))
        if changes[i] >= _FACTOR * usual and not is_flash:
            found.append(i + 1)
    return tuple(found)
