# SPDX-License-Identifier: BSD-3-Clause
"""The support vector regression: features scaled, compared with support vectors, scaled back to a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.svm.faults import Malformed, finite_numbers, refuse


@dataclass(frozen=True, eq=False)
class Scaling:
    """`slopes` and `intercepts`, (n + 1,) float64 each: the score's first, then those of n features."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scale(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, n) features -> (k, n), what the support vectors are compared with."""
        return np.asarray(self.slopes[1:] * rows + self.intercepts[1:])

    def scale_feature(self, values: NDArray[np.float64], column: int) -> NDArray[np.float64]:
        """Scale one feature: (k,) -> (k,)."""
        return np.asarray(self.slopes[column + 1] * values + self.intercepts[column + 1])

    def unscale_feature(self, scaled: NDArray[np.float64], column: int) -> NDArray[np.float64]:
        """(k, n) scaled features -> (k,), one of them as it was, to within rounding."""
        return np.asarray((scaled[:, column] - self.intercepts[column + 1]) / self.slopes[column + 1])

    def unscale(self, output: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale what the regression gives back to scores."""
        return np.asarray((output - self.intercepts[0]) / self.slopes[0])


def parse_scaling(model: Mapping[str, Any], n_features: int) -> Scaling:
    """Return the scaling of a model_dict; with a `norm_type` of none it changes nothing."""
    norm_type = model.get("norm_type")
    if norm_type == "none":
        return Scaling(np.ones(n_features + 1), np.zeros(n_features + 1))
    if norm_type != "linear_rescale":
        refuse("its norm_type", norm_type, "'linear_rescale' or 'none'")
    slopes, intercepts = (
        np.array(finite_numbers(f"its {name}", model.get(name), n_features + 1))
        for name in ("slopes", "intercepts")
    )
    if slopes[0] == 0:
        raise Malformed("its first slope, which the score is divided by, is 0")
    return Scaling(slopes, intercepts)


_CHUNK_CELLS = 1 << 18  # rows times support vectors: 2 MiB a table, which stays in the cache


@dataclass(frozen=True, eq=False)
class SupportVectors:
    """Coefficients (m,), support vectors (m, n), `gamma` and `rho`, all float64."""

    coefficients: NDArray[np.float64]
    vectors: NDArray[np.float64]
    gamma: float
    rho: float

    def decide(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, n) scaled rows -> (k,): the sum of coefficient * exp(-gamma * squared distance), minus rho.

        Both sums run in libsvm's order, so a row has the same bits in any batch.
        """
        output = np.empty(len(rows))
        n_rows = max(1, _CHUNK_CELLS // len(self.coefficients))
        for first in range(0, len(rows), n_rows):
            chunk = slice(first, first + n_rows)
            output[chunk] = self._decide(rows[chunk])
        return output

    def _decide(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        squared_distance = np.zeros((len(self.coefficients), len(rows)))
        for feature, coordinates in zip(rows.T, self.vectors.T, strict=True):
            difference = feature - coordinates[:, None]
            squared_distance += difference * difference
        terms = self.coefficients[:, None] * np.exp(-self.gamma * squared_distance)
        return np.asarray(np.add.accumulate(terms)[-1] - self.rho)  # one by one: np.sum may add in pairs
