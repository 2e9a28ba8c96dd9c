# SPDX-License-Identifier: BSD-3-Clause
"""Clips through a filter of luma: frame by frame, in Python or from one y4m to another."""

from __future__ import annotations

from vmaf_dnn.filtering.clip import filter_clip
from vmaf_dnn.filtering.frames import filter_frames

__all__ = ["filter_clip", "filter_frames"]
