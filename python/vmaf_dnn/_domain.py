# SPDX-License-Identifier: BSD-3-Clause
"""Rows unlike those that a model was trained on: there it extrapolates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.session import SessionInfo


def outside(rows: NDArray[np.floating], info: SessionInfo) -> NDArray[np.bool_]:
    """(n, k) rows -> (n, k): where a feature is outside its range among the training rows, if known."""
    if not info.feature_range:
        return np.zeros(rows.shape, dtype=np.bool_)
    lowest, highest = np.asarray(info.feature_range).T
    is_outside: NDArray[np.bool_] = (rows < lowest) | (rows > highest)
    return is_outside


def describe(rows: NDArray[np.floating], is_outside: NDArray[np.bool_], info: SessionInfo) -> str:
    """One sentence on the rows that are outside, with the features that put them there."""
    found = []
    for k in np.flatnonzero(is_outside.any(axis=0)):
        lowest, highest = info.feature_range[k]
        values = rows[is_outside[:, k], k]
        farthest = values[np.argmax(np.maximum(lowest - values, values - highest))]
        found.append(f"{info.features[k]} {farthest:.4g}, trained {lowest:.4g} to {highest:.4g}")
    n_frames = int(is_outside.any(axis=1).sum())
    return (
        f"{info.id} extrapolates on {n_frames} of {len(rows)} frames, which are unlike its training rows"
        f" ({'; '.join(found)}); compare them with libvmaf's own score"
    )
