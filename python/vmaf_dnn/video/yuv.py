# SPDX-License-Identifier: BSD-3-Clause
"""Headerless raw video: planar, 8 bits in a byte or more in little-endian 16-bit words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import SUBSAMPLING, Clip, file_argument
from vmaf_dnn.video.options import VideoOptions


def open_yuv(path: Path, options: VideoOptions) -> Clip:
    """Describe `path` with the geometry of `options`; `VideoError` unless it holds whole frames of it."""
    clip, n_bytes = raw_clip(path, options)
    size_bytes = _whole_frames(path, n_bytes, f"{clip.size} {clip.chroma} {clip.bit_depth}-bit")
    return replace(clip, frame_offsets=range(0, size_bytes, n_bytes), n_bytes=size_bytes)


def raw_clip(path: Path, options: VideoOptions) -> tuple[Clip, int]:
    """Return a clip with the geometry of `options`, and how many bytes a frame has."""
    width, height = options.width, options.height
    pixel_format, bit_depth = options.pixel_format, options.bitdepth
    assert width is not None
    assert height is not None
    assert pixel_format is not None
    assert bit_depth is not None
    name = f"yuv{pixel_format}p" + (f"{bit_depth}le" if bit_depth > 8 else "")
    arguments = ("-f", "rawvideo", "-pixel_format", name, "-video_size", f"{width}x{height}")
    clip = Clip(path, width, height, bit_depth, pixel_format, (*arguments, "-i", file_argument(path)))
    return clip, frame_bytes(width, height, pixel_format, bit_depth)


def _whole_frames(path: Path, n_bytes: int, geometry: str) -> int:
    size_bytes = path.stat().st_size
    if size_bytes % n_bytes:
        raise VideoError(
            f"{path} has {size_bytes} bytes, which is not a multiple of the {n_bytes} bytes"
            f" of a {geometry} frame; check width, height, pixel_format and bitdepth."
        )
    return size_bytes


def frame_bytes(width: int, height: int, chroma: str, bit_depth: int, *, has_alpha: bool = False) -> int:
    """Bytes of one frame: 8 bits in a byte, more in two; chroma planes round up, "mono" has none."""
    n_samples = width * height * (2 if has_alpha else 1)
    if chroma != "mono":
        across, down = SUBSAMPLING[chroma]
        n_samples += 2 * -(-width // across) * -(-height // down)
    return n_samples * (2 if bit_depth > 8 else 1)
