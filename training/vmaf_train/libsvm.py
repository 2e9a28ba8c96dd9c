# SPDX-License-Identifier: BSD-3-Clause
"""libsvm's text form of a trained nu-SVR with an RBF kernel.

What is wrong with a text is a `ValueError` whose words complete "the model text ...".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

_FIXED = {"svm_type": "nu_svr", "kernel_type": "rbf", "nr_class": "2"}
_NUMBERS = ("gamma", "total_sv", "rho")
_CHUNK_ROWS = 4096


@dataclass(frozen=True)
class SupportVectors:
    """A nu-SVR: coefficients (m,), support vectors (m, n), `gamma` and `rho`, all float64."""

    coefficients: NDArray[np.float64]
    vectors: NDArray[np.float64]
    gamma: float
    rho: float

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, n) scaled rows -> (k,): sum of coefficient * exp(-gamma * squared distance), minus rho."""
        output = np.empty(len(rows))
        for first in range(0, len(rows), _CHUNK_ROWS):
            chunk = slice(first, first + _CHUNK_ROWS)
            kernel = np.exp(-self.gamma * cdist(rows[chunk], self.vectors, "sqeuclidean"))
            output[chunk] = kernel @ self.coefficients - self.rho
        return output


def parse_libsvm(text: str, n_features: int) -> SupportVectors:
    """Reads the text that `svm-train -s 4 -t 2` writes; raises `ValueError` for anything else."""
    head, mark, body = text.partition("\nSV\n")
    if not mark:
        raise ValueError("has no line SV")
    header = _header(head)
    lines = body.splitlines()
    if not lines or len(lines) != header["total_sv"]:
        raise ValueError(f"has {len(lines)} support vectors and says total_sv {header['total_sv']:g}")
    if not header["gamma"] > 0:
        raise ValueError(f"has gamma {header['gamma']:g}, expected more than 0")
    rows = np.array([_support_vector(number, line, n_features) for number, line in enumerate(lines, 1)])
    return SupportVectors(rows[:, 0], rows[:, 1:], header["gamma"], header["rho"])


def _header(head: str) -> dict[str, float]:
    lines = [line.partition(" ") for line in head.splitlines()]
    fields = {name: value.strip() for name, _, value in lines}
    if sorted(name for name, _, _ in lines) != sorted([*_FIXED, *_NUMBERS]):
        raise ValueError(f"starts with {', '.join(fields)}, expected {', '.join([*_FIXED, *_NUMBERS])}")
    for name, expected in _FIXED.items():
        if fields[name] != expected:
            raise ValueError(f"says {name} {fields[name]}, expected {expected}")
    return {name: _number(fields[name], name) for name in _NUMBERS}


def _support_vector(number: int, line: str, n_features: int) -> list[float]:
    """The coefficient, then the vector: an index that the line leaves out is 0."""
    where = f"support vector {number}"
    coefficient, *pairs = line.split() or [""]
    row = [_number(coefficient, where), *[0.0] * n_features]
    last = 0
    for pair in pairs:
        index, _, value = pair.partition(":")
        if not (index.isdecimal() and last < int(index) <= n_features):
            raise ValueError(f"has {pair!r} in {where}, expected index:value, indices rising to {n_features}")
        last = int(index)
        row[last] = _number(value, where)
    return row


def _number(word: str, where: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise ValueError(f"has {word!r} in {where}, expected a finite number")
    return value
