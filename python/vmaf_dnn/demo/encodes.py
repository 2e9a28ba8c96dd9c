# SPDX-License-Identifier: BSD-3-Clause
"""The demo's encodes: which there are, and what was found of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vmaf_dnn.report import SVM_METRIC, Report


@dataclass(frozen=True)
class Encode:
    """One encode of the demo: an encoder of ffmpeg's and its constant rate factor."""

    encoder: str
    crf: int

    @property
    def name(self) -> str:
        """For titles and file names: x264_crf27."""
        return f"{self.encoder.removeprefix('lib')}_crf{self.crf}"


ENCODES = tuple(Encode("libx264", crf) for crf in (23, 28, 33, 38))
ENCODES += tuple(Encode("libx265", crf) for crf in (24, 29, 34, 39))


@dataclass(frozen=True)
class ScoredEncode:
    """An encode, its bitrate, and its report."""

    encode: Encode
    kbit_per_s: float
    report: Report

    def mean_difference(self, metric: str) -> float:
        """Mean over frames of the absolute difference between `metric` and libvmaf's `vmaf`."""
        metrics = self.report.metrics
        return float(np.abs(metrics[metric] - metrics[SVM_METRIC]).mean())
