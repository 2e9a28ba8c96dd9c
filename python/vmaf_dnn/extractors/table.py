# SPDX-License-Identifier: BSD-3-Clause
"""The table of per-frame metrics that an extractor makes of a pair of clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractor import CANONICAL_6, FeatureOptions


@dataclass(frozen=True)
class FeatureTable:
    """Per-frame metrics of one pair of clips.

    `frame_numbers` is (n,) int64, `metrics` maps libvmaf's names, in its log's order, to (n,) float64.
    `fps` is frames per second of processor time, as libvmaf states it. `options` are those of the features
    that fusion models get; `scores` names the metrics that are libvmaf's own models'.
    """

    frame_numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]
    width: int
    height: int
    fps: float | None
    extractor: str
    options: FeatureOptions = FeatureOptions()  # noqa: RUF009 (frozen)
    scores: tuple[str, ...] = ()

    def rows(self, features: Sequence[str] = CANONICAL_6) -> NDArray[np.float32]:
        """The features of each frame, (n, len(features)) float32, C-contiguous.

        Raises `VideoError` for a feature that was not extracted, and for one that is NaN or infinite.
        """
        rows = np.stack([self.feature(name) for name in features], axis=1)
        bad = np.argwhere(~np.isfinite(rows))
        if bad.size:
            row, column = bad[0]
            number, value = self.frame_numbers[row], rows[row, column]
            raise VideoError(
                f"frame {number}: feature {features[column]} is {value}, expected a finite number"
            )
        return np.ascontiguousarray(rows, dtype=np.float32)

    def feature(self, name: str, options: FeatureOptions | None = None) -> NDArray[np.float64]:
        """One feature of each frame, (n,) float64, with the table's options or others.

        Raises `VideoError` if it was not extracted.
        """
        try:
            return self.metrics[(options or self.options).metric(name)]
        except KeyError:
            known = ", ".join(metric for metric in self.metrics if metric.startswith("integer_"))
            raise VideoError(
                f"feature {name} was not extracted by {self.extractor}; it gives {known}"
            ) from None
