# SPDX-License-Identifier: BSD-3-Clause
"""A model of libvmaf, read and ready to score rows of features."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.floats import default_floats
from vmaf_dnn.svm.chroma import ChromaCorrection
from vmaf_dnn.svm.features import SvmFeature
from vmaf_dnn.svm.svr import Scaling, SupportVectors
from vmaf_dnn.svm.transform import ScoreTransform


@dataclass(frozen=True, eq=False)
class SvmModel:
    """A nu-SVR over features of frames; never changes, so any number of threads may use it.

    Attributes:
        name: what its score is called in logs.
        path: the file that was read.
        sha256: the digest of the bytes that were read, in hexadecimal.
        features: what the columns of a row are, in the file's order.
        clip: lowest and highest score; None if scores are not clipped.
        transform: the curve over the scores; None if none is applied.
        chroma_correction: what stands in for chroma where there is none; None but of VMAF v1.
    """

    name: str
    path: Path
    sha256: str
    features: tuple[SvmFeature, ...]
    clip: tuple[float, float] | None
    transform: ScoreTransform | None
    chroma_correction: ChromaCorrection | None
    _scaling: Scaling = field(repr=False)
    _svr: SupportVectors = field(repr=False)

    @property
    def n_support_vectors(self) -> int:
        """How many support vectors a row is compared with."""
        return len(self._svr.coefficients)

    @default_floats()
    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) features in the order of `features` -> (n,) scores, float64 both.

        A row has the same bits in any batch. Raises `InvalidArgument` for rows of another shape or dtype
        or that are not finite, `RuntimeFailure` for a score that is not.
        """
        self._check(rows)
        with np.errstate(over="ignore", invalid="ignore"):  # seen in the scores
            scores = self._unclipped(rows)
        for row in np.flatnonzero(~np.isfinite(scores))[:1]:
            raise RuntimeFailure(
                f"{self.path} scores row {row} {scores[row]}, expected a finite number; the model is not fit"
                " for it."
            )
        return scores if self.clip is None else scores.clip(*self.clip)

    def _unclipped(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = self._scaling.scale(rows)
        if self.chroma_correction is not None:
            scaled = self.chroma_correction.apply(scaled, self._scaling)
        scores = self._scaling.unscale(self._svr.decide(scaled))
        return scores if self.transform is None else self.transform.apply(scores)

    def _check(self, rows: NDArray[np.float64]) -> None:
        columns = ", ".join(feature.name for feature in self.features)
        cure = f"give an (n, {len(self.features)}) float64 array of {columns}"
        if not isinstance(rows, np.ndarray):
            raise InvalidArgument(f"rows is a {type(rows).__name__}; {cure}.")
        if rows.dtype != np.float64:
            raise InvalidArgument(f"rows has dtype {rows.dtype}; {cure}.")
        if rows.ndim != 2 or rows.shape[1] != len(self.features):
            raise InvalidArgument(f"rows has shape {rows.shape}; {cure}.")
        for row, column in np.argwhere(~np.isfinite(rows))[:1]:
            raise InvalidArgument(
                f"{self.features[column].name} of row {row} is {rows[row, column]}, expected a finite number;"
                " leave the row out."
            )
