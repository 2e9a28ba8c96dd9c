# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of the worst frames: the reference, the distorted clip, and where they differ."""

from __future__ import annotations

from vmaf_dnn.pictures.pair import ClipPair, WorstPictures
from vmaf_dnn.pictures.worst import worst_pairs, worst_pictures

__all__ = ["ClipPair", "WorstPictures", "worst_pairs", "worst_pictures"]
