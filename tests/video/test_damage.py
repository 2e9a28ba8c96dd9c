# SPDX-License-Identifier: BSD-3-Clause
"""Damaged clips are refused, whole ones never."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from tests.support.extract import FFV1, X264, Extract
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions

pytestmark = pytest.mark.slow


def test_damaged_frames_are_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    stream = tmp_path / "damaged.h264"
    ffmpeg("-i", clips.reference, "-c:v", "libx264", "-crf", 20, "-bf", 0, stream)
    data = bytearray(stream.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = bytes(byte ^ 0x5A for byte in data[middle : middle + 300])
    stream.write_bytes(data)
    with pytest.raises(VideoError, match=r"damaged.h264 .*: ffmpeg says .*"):
        extract(clips.reference, stream)


@pytest.mark.parametrize("shortest", [False, True])
def test_a_cut_off_container_is_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, shortest: bool
) -> None:
    half = tmp_path / "half.mkv"
    data = clips.distorted.read_bytes()
    half.write_bytes(data[: len(data) * 3 // 4])
    with pytest.raises(VideoError, match=r"half.mkv .*failed: ffmpeg says 'File ended prematurely'"):
        extract(clips.reference, half, options=VideoOptions(shortest=shortest))


def test_concealed_damage_is_not_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    """FFV1's checksums find the flipped bytes; its decoder shows the slice all the same."""
    clip = tmp_path / "damaged.mkv"
    ffmpeg("-i", clips.distorted, *FFV1, "-level", 3, "-slicecrc", 1, clip)
    data = bytearray(clip.read_bytes())
    data[len(data) // 2] ^= 0x55
    clip.write_bytes(data)
    with pytest.raises(VideoError, match=r"damaged.mkv .*: ffmpeg says 'slice CRC mismatch"):
        extract(clips.reference, clip)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", X264),
        ("b-frames.mkv", (*X264, "-bf", 3)),
        ("fragments.mp4", (*X264, "-movflags", "frag_keyframe+empty_moov")),
        ("a.h264", X264),
        ("a.ts", X264),
        ("a.hevc", ("-c:v", "libx265", "-x265-params", "log-level=none")),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime")),
        ("a.avi", ("-c:v", "mpeg4")),
    ],
)
def test_clean_files_are_scored(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, name: str, codec: tuple[object, ...]
) -> None:
    clip = tmp_path / name
    ffmpeg("-i", clips.reference, *codec, clip)
    assert extract(clips.reference, clip).rows().shape == (N_FRAMES, 6)


@pytest.mark.parametrize("codec", [X264, ("-c:v", "libx265")])
@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_a_cut_at_an_open_gop_is_scored(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, codec: tuple[str, str], suffix: str
) -> None:
    whole, part = tmp_path / "whole.mkv", tmp_path / f"part.{suffix}"
    settings = f"{codec[1][3:]}-params", "open-gop=1:keyint=25:bframes=3:log-level=none"
    source = ("-f", "lavfi", "-i", "testsrc2=s=176x144:r=25:d=3")
    ffmpeg(*source, *codec, *(f"-{settings[0]}", settings[1]), whole)
    ffmpeg("-ss", "1.2", "-i", whole, "-c", "copy", part)
    assert len(extract(part, part).frame_numbers) > 25


def test_damaged_sound_is_no_matter(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    whole, damaged = tmp_path / "whole.avi", tmp_path / "damaged.avi"
    sound = ("-f", "lavfi", "-i", "sine=d=0.4", "-c:a", "libmp3lame")
    ffmpeg("-i", clips.reference, *sound, "-c:v", "mpeg4", whole)
    ffmpeg("-i", whole, "-map", 0, "-c", "copy", "-bsf:a", "noise=amount=3", damaged)
    np.testing.assert_array_equal(
        extract(clips.reference, damaged).rows(), extract(clips.reference, whole).rows()
    )
