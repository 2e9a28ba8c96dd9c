# SPDX-License-Identifier: BSD-3-Clause
"""The linear scaling of features before the regression, and of its output back to a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.svm._faults import Malformed, finite_numbers, refuse


@dataclass(frozen=True, eq=False)
class Scaling:
    """`slopes` and `intercepts`, (n + 1,) float64 each: the score's first, then those of n features."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scale(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, n) features -> (k, n), what the support vectors are compared with."""
        return np.asarray(self.slopes[1:] * rows + self.intercepts[1:])

    def unscale(self, output: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the regression gives -> scores."""
        return np.asarray((output - self.intercepts[0]) / self.slopes[0])


def parse_scaling(model: Mapping[str, Any], n_features: int) -> Scaling:
    """The scaling of a model_dict; with a `norm_type` of none it changes nothing."""
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
