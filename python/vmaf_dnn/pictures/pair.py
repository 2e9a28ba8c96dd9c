# SPDX-License-Identifier: BSD-3-Clause
"""A frame and its partner, in memory and as image files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.pictures.difference import difference
from vmaf_dnn.pictures.still import PNG, Still
from vmaf_dnn.report.worst import WorstFrame
from vmaf_dnn.video.ffmpeg.program import FFmpeg


@dataclass(frozen=True)
class WorstPictures:
    """A frame as three image files.

    Attributes:
        frame: which frame, and its scores.
        reference: the pristine frame.
        distorted: the frame that was compared with it.
        difference: the distance of their luma, black where they are equal.
        factor: by how much the difference is amplified.
    """

    frame: WorstFrame
    reference: bytes
    distorted: bytes
    difference: bytes
    factor: int


@dataclass(frozen=True)
class ClipPair:
    """A frame of the reference and one of a distorted clip, in memory while the next is not taken."""

    frame: WorstFrame
    reference: Still
    distorted: Still
    ffmpeg: FFmpeg

    def pictures(self, image: str = PNG, width: int | None = None) -> WorstPictures:
        """Return the image files, ``"png"`` or ``"jpeg"``, at most `width` pixels wide."""
        luma, factor = self._difference
        stills = self.reference, self.distorted, Still(luma, 8)
        return WorstPictures(
            self.frame, *(still.encoded(self.ffmpeg, image, width) for still in stills), factor
        )

    @cached_property
    def _difference(self) -> tuple[NDArray[np.uint8], int]:
        return difference(self.reference.luma, self.distorted.luma, self.reference.bit_depth)
