# SPDX-License-Identifier: BSD-3-Clause
"""Searches by small encodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import vmaf_dnn
from vmaf_dnn import SearchResult

N_FRAMES = 60
SCENE = "testsrc2=size=128x96:rate=25,noise=alls=10:allf=t:all_seed=3"
FASTEST = {"libx264": "ultrafast", "libx265": "ultrafast"}
FASTEST |= {"libsvtav1": "12", "libaom-av1": "8", "libvpx-vp9": "8", "librav1e": "10"}
X264 = {"encoder": "libx264", "preset": "ultrafast"}


def search(clip: Path, target: str | float = "mean=85", **keywords: Any) -> SearchResult:
    return vmaf_dnn.search(clip, target=target, **{**X264, "crf": (20, 45)} | keywords)
