# SPDX-License-Identifier: BSD-3-Clause
"""A model of libvmaf, read and ready to score rows of features."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn import _core
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.svm.features import SvmFeature

STATISTICS = ("bagging", "stddev", "ci_p95_lo", "ci_p95_hi")
"""What the members of a collection say together: the last of its scores."""


@dataclass(frozen=True)
class ScoreTransform:
    """The curve that a model lays over its scores: a polynomial, then line segments, then a bound.

    `coefficients` are by rising power and `knots` (x, y) pairs; empty where the file has none.
    """

    coefficients: tuple[float, ...]
    knots: tuple[tuple[float, ...], ...]
    never_raises: bool
    never_lowers: bool


@dataclass(frozen=True)
class ChromaCorrection:
    """What VMAF v1 takes where a picture has no chroma to compare: a guess from the detail that luma lost.

    Where the feature in column `guided` is exactly 0, it becomes ``parameter * (1 - guide)``.
    """

    parameter: float
    guided: int
    guide: int


@dataclass(frozen=True, eq=False)
class SvmModel:
    """One nu-SVR over features of frames, or a bootstrapped collection of them.

    It never changes, so any number of threads may use it.

    Attributes:
        name: what its score is called in logs.
        path: the file that was read.
        sha256: the digest of the bytes that were read, in hexadecimal.
        features: what the columns of a row are, in the file's order.
        score_names: what the scores are called, in the order of libvmaf's log: `name`; of a collection then
            each member's (``vmaf_0001``), and what they say together: ``vmaf_bagging``, ``vmaf_stddev``,
            ``vmaf_ci_p95_lo`` and ``vmaf_ci_p95_hi``.
        clip: lowest and highest score; None if scores are not clipped.
        transform: the curve over the scores; None if none is applied.
        chroma_correction: what stands in for chroma where there is none; None but of VMAF v1.
        n_support_vectors: how many support vectors a row is compared with.
    """

    name: str
    path: Path
    sha256: str
    features: tuple[SvmFeature, ...]
    score_names: tuple[str, ...]
    clip: tuple[float, float] | None
    transform: ScoreTransform | None
    chroma_correction: ChromaCorrection | None
    n_support_vectors: int
    _evaluator: _core.SvmModel = field(repr=False)

    @property
    def summary_names(self) -> tuple[str, ...]:
        """`score_names` without those of a collection's members."""
        return (self.name, *self.score_names[1:][-len(STATISTICS) :])

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) features in the order of `features` -> (n,) scores, float64 both.

        Of a collection they are the main model's. A row has the same bits in any batch. Raises
        `InvalidArgument` for rows of another shape or dtype or that are not finite, `RuntimeFailure` for a
        score that is not.
        """
        return self.predict_all(rows)[self.name]

    def predict_all(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """(n, k) features -> (n,) scores for each of `score_names`; all else as `predict`."""
        self._check(rows)
        scores = self._evaluator.predict(np.require(rows, requirements=("C", "ALIGNED")))
        columns = np.ascontiguousarray(scores.T)
        return dict(zip(self.score_names, columns, strict=True))

    def _check(self, rows: NDArray[np.float64]) -> None:
        columns = ", ".join(feature.name for feature in self.features)
        cure = f"give an (n, {len(self.features)}) float64 array of {columns}"
        if not isinstance(rows, np.ndarray):
            raise InvalidArgument(f"rows is a {type(rows).__name__}; {cure}.")
        if rows.dtype != np.float64:
            raise InvalidArgument(f"rows has dtype {rows.dtype}; {cure}.")
        if rows.ndim != 2 or rows.shape[1] != len(self.features):
            raise InvalidArgument(f"rows has shape {rows.shape}; {cure}.")
