# SPDX-License-Identifier: BSD-3-Clause
"""Write log_curves.h of VIF: polynomials whose floors are the entries of the table of logarithms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import linprog

# Of parabolas two registers of AVX-512 hold a coefficient of all, of cubics one of AVX2.
SHAPES = {"kVifParabolas": (32, 2), "kVifCubics": (8, 3)}
STEP = 32  # from one x to the next: the entries' numbers as they lie in a double's upper word
TARGET = Path(__file__).parents[1] / "csrc" / "features" / "vif" / "fast" / "log_curves.h"
HEAD = """\
// SPDX-License-Identifier: BSD-3-Clause
// Written by tools/fit_vif_logs.py.
#pragma once

namespace vmaf_dnn::features {

// Of VifLog less its first entry, as many entries each: entry i is the floor of the polynomial at x = 32 i,
// in single precision, fused, too. Coefficients by rising power.
template <int kCurves, int kDegree>
struct LogCurves {
  float coefficients[kDegree + 1][kCurves];
};
"""


def fit(entries: np.ndarray, degree: int) -> np.ndarray:
    """Coefficients, lowest first, that stay farthest from the next lower and the next higher integer."""
    n = len(entries)
    powers = np.vander(np.arange(n) / n, degree + 1, increasing=True)
    margin = np.ones((n, 1))
    base = entries[0]
    result = linprog(
        [*[0] * (degree + 1), -1],
        A_ub=np.block([[-powers, margin], [powers, margin]]),
        b_ub=np.concatenate([base - entries, entries - base + 1]),
        bounds=[(None, None)] * (degree + 2),
    )
    coefficients = result.x[:-1]
    coefficients[0] += base
    scaled = np.asarray(coefficients / float(STEP * n) ** np.arange(degree + 1), np.float32)
    np.testing.assert_array_equal(np.floor(evaluate(scaled, STEP * np.arange(n))), entries)
    return scaled


def evaluate(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """As fused multiply-adds in single precision do, since a double holds their products."""
    y = np.full(len(x), coefficients[-1], np.float32)
    for coefficient in coefficients[-2::-1]:
        y = (y.astype(np.float64) * x + coefficient).astype(np.float32)
    return y


def table() -> np.ndarray:
    """Of VifLog, less its first entry."""
    logarithms = np.log2(np.arange(32768, 65536, dtype=np.float32)).astype(np.float64)
    return np.asarray(np.floor(2048 * logarithms + 0.5) - 15 * 2048)


def main() -> None:
    """Write the header."""
    parts = []
    for name, (n_curves, degree) in SHAPES.items():
        curves = [fit(entries, degree) for entries in table().reshape(n_curves, -1)]
        lines = [", ".join(f"{float(value).hex()}F" for value in values) for values in np.transpose(curves)]
        rows = "".join(f"    {{{line}}},\n" for line in lines)
        parts.append(f"inline constexpr LogCurves<{n_curves}, {degree}> {name} = {{{{\n{rows}}}}};\n")
    TARGET.write_text("\n".join([HEAD, *parts, "}  // namespace vmaf_dnn::features\n"]))


if __name__ == "__main__":
    main()
