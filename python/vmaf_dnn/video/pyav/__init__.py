# SPDX-License-Identifier: BSD-3-Clause
"""Decoding in this process, by PyAV, where it was asked for; ffmpeg has described the clips."""

from __future__ import annotations

from vmaf_dnn.video.pyav.reader import pyav_reader, pyav_version

__all__ = ["pyav_reader", "pyav_version"]
