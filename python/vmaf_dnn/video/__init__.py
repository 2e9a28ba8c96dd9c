# SPDX-License-Identifier: BSD-3-Clause
"""Clips: what a caller may say about them, how they are read, and whether they can be compared."""

from __future__ import annotations

from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.options import VideoOptions

__all__ = ["Progress", "VideoOptions"]
