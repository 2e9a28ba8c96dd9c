# SPDX-License-Identifier: BSD-3-Clause
"""Clips that are damaged in their middle, each in a way that decoders tell of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.clips import Clips, FfmpegRunner
from tests.support.extract import FFV1

MakeDamage = Callable[[Clips, Path, FfmpegRunner], Path]


def damaged_stream(clips: Clips, folder: Path, ffmpeg: FfmpegRunner) -> Path:
    stream = folder / "damaged.h264"
    ffmpeg("-i", clips.reference, "-c:v", "libx264", "-crf", 20, "-bf", 0, stream)
    data = bytearray(stream.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = bytes(byte ^ 0x5A for byte in data[middle : middle + 300])
    stream.write_bytes(data)
    return stream


def cut_container(clips: Clips, folder: Path, ffmpeg: FfmpegRunner) -> Path:
    half = folder / "half.mkv"
    data = clips.distorted.read_bytes()
    half.write_bytes(data[: len(data) * 3 // 4])
    return half


def concealed_slice(clips: Clips, folder: Path, ffmpeg: FfmpegRunner) -> Path:
    """FFV1's checksums find the flipped bytes; its decoder shows the slice all the same."""
    clip = folder / "slice.mkv"
    ffmpeg("-i", clips.distorted, *FFV1, "-level", 3, "-slicecrc", 1, clip)
    data = bytearray(clip.read_bytes())
    data[len(data) // 2] ^= 0x55
    clip.write_bytes(data)
    return clip
