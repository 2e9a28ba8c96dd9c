# SPDX-License-Identifier: BSD-3-Clause
"""From per-frame scores to one number a clip, as libvmaf pools."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.floats import default_floats


@dataclass(frozen=True)
class Pooled:
    """Four summaries of one metric; each is NaN if any frame lacks a value."""

    min: float
    max: float
    mean: float
    harmonic_mean: float


@default_floats()
def pool(values: NDArray[np.floating]) -> Pooled:
    """Pool (n,) per-frame values, n > 0. The harmonic mean is that of value + 1, minus 1, as in libvmaf."""
    samples = values.astype(np.float64).tolist()
    mean = fsum(samples) / len(samples)
    return Pooled(float(np.min(values)), float(np.max(values)), mean, _harmonic_mean(samples))


def _harmonic_mean(samples: list[float]) -> float:
    if -1.0 in samples:  # the limit: one term of the sum is infinite
        return -1.0
    total = fsum(1.0 / (value + 1.0) for value in samples)
    return len(samples) / total - 1.0 if total else float("inf")
