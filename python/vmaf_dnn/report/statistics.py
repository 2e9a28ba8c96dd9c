# SPDX-License-Identifier: BSD-3-Clause
"""What people ask of a score beside libvmaf's four poolings: percentiles, spread, the worst second."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report.pooling import pool
from vmaf_dnn.video.clip import ASSUMED_RATE

PERCENTILES = (1, 5, 10, 25, 50)
LIBVMAFS = ("mean", "harmonic_mean", "min", "max")
DEFAULT_POOLING = "mean"
SPREAD = "stddev"  # the only pooling of which more is not better
POOLINGS = (*LIBVMAFS, *(f"p{q}" for q in PERCENTILES), SPREAD, "worst_second")
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)", re.ASCII)


@default_floats()
@np.errstate(over="ignore", invalid="ignore")  # infinite values have no spread
def statistics(values: NDArray[np.float64], frame_rate: float | None) -> dict[str, float]:
    """Return the percentiles, ``stddev`` and ``worst_second`` of (n,) per-frame values; NaN if one is.

    Args:
        values: one a frame, n > 0.
        frame_rate: how many of them make a second; None: 25.
    """
    quantiles = np.quantile(values, [q / 100 for q in PERCENTILES]).tolist()
    named = dict(zip((f"p{q}" for q in PERCENTILES), quantiles, strict=True))
    return named | {"stddev": float(np.std(values)), "worst_second": _worst_second(values, frame_rate)}


@default_floats()
@np.errstate(over="ignore", invalid="ignore")
def pooled_as(pooling: str, values: NDArray[np.float64], frame_rate: float | None = None) -> float:
    """Pool (n,) per-frame values to one number.

    Args:
        pooling: one of `POOLINGS`, or any percentile: ``"p2.5"``. Percentiles between two frames are
            interpolated linearly, as NumPy's.
        values: one a frame, n > 0.
        frame_rate: of the values, for ``worst_second``; None: 25.

    Raises:
        InvalidArgument: there is no such pooling.
    """
    return _pooler(pooling)(values, frame_rate)


@default_floats()
@np.errstate(over="ignore", invalid="ignore")
def quantile(values: NDArray[np.float64], q: float) -> float:
    """Return the percentile `q` of (n,) values, n > 0; raises `InvalidArgument` unless 0 <= q <= 100."""
    if isinstance(q, bool) or not isinstance(q, (int, float)) or not 0 <= q <= 100:
        raise InvalidArgument(f"a percentile must be a number from 0 to 100, got {q!r}.")
    return float(np.quantile(values, q / 100))


def check_pooling(pooling: str) -> str:
    """Return `pooling`; raises `InvalidArgument` if there is no such one."""
    _pooler(pooling)
    return pooling


def check_quality(pooling: str, what: str) -> str:
    """Return `pooling`; raises `InvalidArgument` unless more of it is better, as `what` takes for granted."""
    if check_pooling(pooling) == SPREAD:
        others = ", ".join(word for word in POOLINGS if word != SPREAD)
        raise InvalidArgument(
            f"{what} is of {SPREAD}, which tells no quality: more of it is no better; name {others}, or"
            " another percentile."
        )
    return pooling


def _pooler(pooling: str) -> Callable[[NDArray[np.float64], float | None], float]:
    if pooling in LIBVMAFS:
        return lambda values, _: float(getattr(pool(values), pooling))
    if pooling == SPREAD:
        return lambda values, _: float(np.std(values))
    if pooling == "worst_second":
        return _worst_second
    percentile = _PERCENTILE.fullmatch(pooling) if isinstance(pooling, str) else None
    if percentile is None or float(percentile[1]) > 100:
        raise InvalidArgument(
            f"the pooling must be one of {', '.join(POOLINGS)}, or another percentile from p0 to p100, got"
            f" {pooling!r}."
        )
    q = float(percentile[1])
    return lambda values, _: quantile(values, q)


def _worst_second(values: NDArray[np.float64], frame_rate: float | None) -> float:
    """Return the lowest mean of as many values on end as are in a second; of all, if there are fewer."""
    n = min(max(round(frame_rate or ASSUMED_RATE), 1), len(values))
    return float(np.lib.stride_tricks.sliding_window_view(values, n).mean(axis=1).min())
