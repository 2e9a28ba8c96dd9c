# SPDX-License-Identifier: BSD-3-Clause
"""Whether two encodes of one clip differ: their scores, frame by frame."""

from __future__ import annotations

from vmaf_dnn.differences.compare import compare
from vmaf_dnn.differences.difference import Difference, Differences, FrameDifference

__all__ = ["Difference", "Differences", "FrameDifference", "compare"]
