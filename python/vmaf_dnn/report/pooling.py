# SPDX-License-Identifier: BSD-3-Clause
"""From per-frame scores to one number a clip, as libvmaf pools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from math import fsum

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.floats import default_floats
from vmaf_dnn.report.blocks import blocks


@dataclass(frozen=True)
class Pooled:
    """Four summaries of one metric; each is NaN if any frame lacks a value."""

    min: float
    max: float
    mean: float
    harmonic_mean: float


@default_floats()
@np.errstate(over="ignore", invalid="ignore")
def pool(values: NDArray[np.floating]) -> Pooled:
    """Pool (n,) per-frame values, n > 0. The harmonic mean is that of value + 1, minus 1, as in libvmaf."""
    mean = _sum(_doubles(values)) / len(values)
    return Pooled(float(np.min(values)), float(np.max(values)), mean, _harmonic_mean(values))


def _harmonic_mean(values: NDArray[np.floating]) -> float:
    if (values == -1.0).any():  # the limit: one term of the sum is infinite
        return -1.0
    total = _sum(1.0 / (block + 1.0) for block in _doubles(values))
    return len(values) / total - 1.0 if total else float("inf")


def _sum(parts: Iterable[NDArray[np.float64]]) -> float:
    try:
        return fsum(chain.from_iterable(part.tolist() for part in parts))
    except (OverflowError, ValueError):  # near the largest double, or infinities of both signs
        return float("nan")


def _doubles(values: NDArray[np.floating]) -> Iterator[NDArray[np.float64]]:
    return (values[block].astype(np.float64) for block in blocks(len(values)))
