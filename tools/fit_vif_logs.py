# SPDX-License-Identifier: BSD-3-Clause
"""Write log_curves.h of VIF: parabolas whose floors are the entries of the table of logarithms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import linprog

N_CURVES = 32
TARGET = Path(__file__).parents[1] / "csrc" / "features" / "vif" / "fast" / "log_curves.h"
HEAD = """\
// SPDX-License-Identifier: BSD-3-Clause
// Written by tools/fit_vif_logs.py.
#pragma once

namespace vmaf_dnn::features {

inline constexpr int kLogCurves = 32;

// Of VifLog less its first entry, 1024 entries each: entry i is the floor of (square * x + slope) * x + level
// at x = 32 i, in single precision too.
struct LogCurves {
  float level[kLogCurves], slope[kLogCurves], square[kLogCurves];
};

inline constexpr LogCurves kLogCurveTable = {
"""


def fit(entries: np.ndarray) -> np.ndarray:
    """Coefficients, lowest first, that stay farthest from the next lower and the next higher integer."""
    n = len(entries)
    powers = np.vander(np.arange(n) / n, 3, increasing=True)
    margin = np.ones((n, 1))
    result = linprog(
        [0, 0, 0, -1],
        A_ub=np.block([[-powers, margin], [powers, margin]]),
        b_ub=np.concatenate([-entries, entries + 1]),
        bounds=[(None, None)] * 4,
    )
    # Single precision takes up to 1.3e-4.
    assert result.x[3] > 5e-4
    return np.asarray(result.x[:3] / (32 * n) ** np.arange(3), np.float32)


def main() -> None:
    """Write the header."""
    logarithms = np.log2(np.arange(32768, 65536, dtype=np.float32)).astype(np.float64)
    table = np.floor(2048 * logarithms + 0.5) - 15 * 2048
    curves = [fit(entries) for entries in table.reshape(N_CURVES, -1)]
    lines = [", ".join(f"{float(value).hex()}F" for value in values) for values in np.transpose(curves)]
    TARGET.write_text(
        HEAD + "".join(f"    {{{line}}},\n" for line in lines) + "};\n\n}  // namespace vmaf_dnn::features\n"
    )


if __name__ == "__main__":
    main()
