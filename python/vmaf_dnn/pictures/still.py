# SPDX-License-Identifier: BSD-3-Clause
"""One frame as an image file, made by ffmpeg with the colours that its clip states."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.ffmpeg.process import answer
from vmaf_dnn.video.frames import Frame, Plane

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

PNG, JPEG = "png", "jpeg"
_ENCODERS = {
    PNG: ("-pix_fmt", "rgb24", "-c:v", "png"),
    JPEG: ("-pix_fmt", "yuvj444p", "-c:v", "mjpeg", "-q:v", "2", "-huffman", "optimal"),
}
_OUTPUT_MATRIX = {PNG: "", JPEG: ":out_color_matrix=bt601"}  # JFIF knows no other
_MATRICES = {  # what clips state -> what the filter scale calls it
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
_LINES_OF_HD = 720
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Still:
    """A frame, and what its samples mean.

    Attributes:
        frame: luma, or Y, U and V.
        bit_depth: of its samples.
        chroma: the layout, as "420".
        matrix: in the words of ffmpeg's filter scale.
        is_full: whether samples take the full range.
    """

    frame: Frame
    bit_depth: int
    chroma: str = "420"
    matrix: str = "bt709"
    is_full: bool = True

    @classmethod
    def of(cls, frame: Frame, bit_depth: int, clip: Clip) -> Still:
        """Return a frame of a clip; if that states no matrix: BT.709 from 720 lines on, else BT.601."""
        guess = "bt709" if clip.height >= _LINES_OF_HD else "smpte170m"
        matrix = _MATRICES.get(clip.stated.matrix or "", guess)
        return cls(frame, bit_depth, clip.chroma, matrix, clip.stated.color_range == "full")

    @property
    def luma(self) -> Plane:
        """(height, width) of its samples."""
        return self.frame[0] if isinstance(self.frame, tuple) else self.frame

    def encoded(self, ffmpeg: FFmpeg, image: str = PNG, max_width: int | None = None) -> bytes:
        """Return the image, 8 bits a sample, at most `max_width` pixels wide. Raises `VideoError`."""
        planes = self.frame if isinstance(self.frame, tuple) else (self.frame,)
        layout = f"yuv{self.chroma}p" if len(planes) > 1 else "gray"
        height, across = self.luma.shape
        shown = min(max_width or across, across)
        lines = max(1, round(height * shown / across))
        in_range = "pc" if self.is_full else "tv"
        into = (
            f"scale=w={shown}:h={lines}:in_color_matrix={self.matrix}:in_range={in_range}"
            f":out_range=pc{_OUTPUT_MATRIX[image]}:flags=bicubic+accurate_rnd+full_chroma_int"
        )
        command = [
            *(ffmpeg.path, "-nostdin", "-loglevel", "error", "-threads", "1", "-f", "rawvideo"),
            *("-pix_fmt", layout, "-s", f"{across}x{height}", "-i", "pipe:0", "-vf", into),
            *("-frames:v", "1", *_ENCODERS[image], "-f", "image2pipe", "pipe:1"),
        ]
        samples = b"".join(self._in_8_bits(plane).tobytes() for plane in planes)
        done = _answer(command, samples)
        if done.returncode or not done.stdout:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise VideoError(
                f"{ffmpeg.path} made no {image.upper()} of a frame ({last or 'it does not say why'});"
                " try another ffmpeg with --ffmpeg."
            )
        return done.stdout

    def _in_8_bits(self, plane: Plane) -> Plane:
        shift = self.bit_depth - 8
        if shift == 0:
            return plane
        rounded = (plane.astype(np.uint32) + (1 << (shift - 1))) >> shift
        lowered: Plane = np.minimum(rounded, 255).astype(np.uint8)
        return lowered


def _answer(command: Sequence[str], samples: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return answer(command, _TIMEOUT_S, samples)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VideoError(
            f"{command[0]} made no image of a frame ({error}); try another ffmpeg with --ffmpeg."
        ) from error
