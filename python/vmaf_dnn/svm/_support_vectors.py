# SPDX-License-Identifier: BSD-3-Clause
"""The decision function of a support vector regression with an RBF kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
