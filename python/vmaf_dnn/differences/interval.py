# SPDX-License-Identifier: BSD-3-Clause
"""Where the mean of a series lies, though what follows one another is alike.

R. Ibragimov and U. K. Müller, "t-statistic based correlation and heterogeneity robust inference", Journal of
Business & Economic Statistics 28(4), 2010: the series is cut into a few equal parts, long enough for their
means to be nearly independent, and Student's t is taken over these means. Parts may vary differently.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.differences.difference import Interval

CONFIDENCE = 0.95
N_PARTS = 8
LEAST_VALUES = 2 * N_PARTS
_T = 2.3646242515927844  # Student's, 97.5 %, with N_PARTS - 1 degrees of freedom


def mean_interval(values: NDArray[np.float64]) -> Interval | None:
    """Return where the mean of (n,) values lies with `CONFIDENCE`; None if n < `LEAST_VALUES`."""
    if len(values) < LEAST_VALUES:
        return None
    means = np.array([part.mean() for part in np.array_split(values, N_PARTS)])
    middle, margin = float(values.mean()), float(_T * means.std(ddof=1) / N_PARTS**0.5)
    return middle - margin, middle + margin
