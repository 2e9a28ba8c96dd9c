# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of both extractors share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.clips import FfmpegRunner
from vmaf_dnn.extractors import FeatureTable

Extract = Callable[..., FeatureTable]
FFV1 = ("-c:v", "ffv1")
X264 = ("-c:v", "libx264")


def lossless(ffmpeg: FfmpegRunner, source: Path, clip: Path, pixel_format: str, *filters: str) -> Path:
    """A copy of `source` in another pixel format, as FFV1 in Matroska unless the suffix says otherwise."""
    codec = FFV1 if clip.suffix == ".mkv" else ("-strict", "-1")
    graph = ",".join((*filters, f"format={pixel_format}"))
    ffmpeg("-i", source, "-vf", graph, *codec, clip)
    return clip
