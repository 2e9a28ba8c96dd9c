# SPDX-License-Identifier: BSD-3-Clause
"""Extractors turn a pair of clips into a table of per-frame metrics; here is the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError

CANONICAL_6: tuple[str, ...] = ("adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3", "motion2")


@dataclass(frozen=True)
class FeatureTable:
    """Per-frame metrics of one pair of clips.

    `frame_numbers` is (n,) int64, `metrics` maps libvmaf's names, in its log's order, to (n,) float64.
    `fps` is libvmaf's own figure: frames per second of processor time.
    """

    frame_numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]
    width: int
    height: int
    fps: float | None
    extractor: str

    def rows(self, features: Sequence[str] = CANONICAL_6) -> NDArray[np.float32]:
        """The features of each frame, (n, len(features)) float32, C-contiguous.

        Raises `VideoError` for a feature that was not extracted, and for one that is NaN or infinite.
        """
        rows = np.stack([self._feature(name) for name in features], axis=1)
        bad = np.argwhere(~np.isfinite(rows))
        if bad.size:
            row, column = bad[0]
            number, value = self.frame_numbers[row], rows[row, column]
            raise VideoError(
                f"frame {number}: feature {features[column]} is {value}, expected a finite number"
            )
        return np.ascontiguousarray(rows, dtype=np.float32)

    def _feature(self, name: str) -> NDArray[np.float64]:
        try:
            return self.metrics[f"integer_{name}"]
        except KeyError:
            known = ", ".join(metric for metric in self.metrics if metric.startswith("integer_"))
            raise VideoError(
                f"feature {name} was not extracted by {self.extractor}; it gives {known}"
            ) from None
