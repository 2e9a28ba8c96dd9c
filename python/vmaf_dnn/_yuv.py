# SPDX-License-Identifier: BSD-3-Clause
"""Headerless raw video: planar, 8 bits in a byte or more in little-endian 16-bit words."""

from __future__ import annotations

from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import Clip, VideoOptions, file_argument

# pixel format -> how many luma samples share one chroma sample, across and down
_SUBSAMPLING = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}


def open_yuv(path: Path, options: VideoOptions) -> Clip:
    """Describe `path` with the geometry of `options`; `VideoError` unless it holds whole frames of it."""
    width, height = options.width, options.height
    pixel_format, bitdepth = options.pixel_format, options.bitdepth
    assert width is not None
    assert height is not None
    assert pixel_format is not None
    assert bitdepth is not None
    frame_bytes = _frame_bytes(width, height, pixel_format, bitdepth)
    n_frames = _whole_frames(path, frame_bytes, f"{width}x{height} {pixel_format} {bitdepth}-bit")
    name = f"yuv{pixel_format}p" + (f"{bitdepth}le" if bitdepth > 8 else "")
    arguments = ("-f", "rawvideo", "-pixel_format", name, "-video_size", f"{width}x{height}")
    return Clip(path, width, height, bitdepth, (*arguments, "-i", file_argument(path)), n_frames, n_frames)


def _frame_bytes(width: int, height: int, pixel_format: str, bitdepth: int) -> int:
    across, down = _SUBSAMPLING[pixel_format]
    if width % across or height % down:
        raise VideoError(
            f"{width}x{height} is odd, but raw {pixel_format} video shares chroma between"
            f" {across}x{down} pixels; give an even size, or the 444 format"
        )
    n_samples = width * height + 2 * (width // across) * (height // down)
    return n_samples * (2 if bitdepth > 8 else 1)


def _whole_frames(path: Path, frame_bytes: int, geometry: str) -> int:
    n_bytes = path.stat().st_size
    if n_bytes % frame_bytes:
        raise VideoError(
            f"{path} has {n_bytes} bytes, which is not a multiple of the {frame_bytes} bytes"
            f" of a {geometry} frame; check width, height, pixel_format and bitdepth"
        )
    return n_bytes // frame_bytes
