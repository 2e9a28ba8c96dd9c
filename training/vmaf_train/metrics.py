# SPDX-License-Identifier: BSD-3-Clause
"""How well scores follow a truth, VMAF or another. All take (n,) arrays of points."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

OUTPUT_RANGE = (0.0, 100.0)


@dataclass(frozen=True)
class Agreement:
    """PLCC, SROCC, RMSE and the largest error of scores against a truth, both in VMAF points."""

    n_rows: int
    plcc: float
    srocc: float
    rmse: float
    max_error: float
    bias: float

    def to_json(self) -> dict[str, float]:
        """Return figures rounded to what is meaningful: six decimals."""
        return {key: round(value, 6) for key, value in asdict(self).items()}


def agreement(scores: ArrayLike, truth: ArrayLike) -> Agreement:
    """Compare scores with the truth as they are; clip them first if reports would."""
    from scipy.stats import rankdata  # not before: --help needs no extra

    scores, truth = np.asarray(scores, np.float64), np.asarray(truth, np.float64)
    error = scores - truth
    return Agreement(
        n_rows=len(truth),
        plcc=correlation(scores, truth),
        srocc=correlation(rankdata(scores), rankdata(truth)),
        rmse=float(np.sqrt(np.mean(error**2))),
        max_error=float(np.abs(error).max()),
        bias=float(error.mean()),
    )


def clipped(scores: ArrayLike, output_range: tuple[float, float] = OUTPUT_RANGE) -> NDArray[np.float64]:
    """Scores as a report shows them."""
    return np.clip(np.asarray(scores, np.float64), *output_range)


def is_reported(
    scores: NDArray[np.float64], output_range: tuple[float, float] = OUTPUT_RANGE
) -> NDArray[np.bool_]:
    """Which scores a report shows as they are."""
    lowest, highest = output_range
    return (scores >= lowest) & (scores <= highest)


def correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Pearson's r; 0 if either side is constant, since it then tells nothing apart."""
    a, b = a - a.mean(), b - b.mean()
    norm = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / norm) if norm > 0 else 0.0
