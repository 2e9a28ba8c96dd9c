# SPDX-License-Identifier: BSD-3-Clause
"""Refusals that name the true cause and the next step."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from vmaf_dnn.errors import InvalidArgument, ToolMissing, VideoError

SOUND = ("-f", "lavfi", "-i", "sine=duration=0.3")


def test_a_file_of_sound(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    for name in ("a.wav", "a.mp4", "a.mkv"):
        ffmpeg(*SOUND, tmp_path / name)
        with pytest.raises(VideoError, match=f"{name} holds no video, only audio; name the file that has"):
            vmaf_dnn.score(clips.reference, tmp_path / name)


def test_a_cover_is_no_video(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    cover = ("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", 1, "-map", 0, "-map", 1)
    ffmpeg(*SOUND, *cover, "-c:v", "png", "-disposition:v", "attached_pic", tmp_path / "song.mp3")
    with pytest.raises(VideoError, match=r"song.mp3 holds no video, only audio and a cover"):
        vmaf_dnn.score(clips.reference, tmp_path / "song.mp3")


def test_raw_video_without_its_geometry(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    raw = tmp_path / "a.raw"
    ffmpeg("-i", clips.reference, "-f", "rawvideo", raw)
    with pytest.raises(
        VideoError, match=r"a.raw can't be decoded: .*; if it is raw video, state .*-w -h -p -b"
    ):
        vmaf_dnn.score(raw, raw)
    geometry = {"width": 176, "height": 144, "pixel_format": "420", "bitdepth": 8}
    assert vmaf_dnn.score(raw, raw, **geometry).mean > 90  # type: ignore[call-overload]


def test_half_a_copy(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    whole, half = tmp_path / "whole.mp4", tmp_path / "half.mp4"
    ffmpeg("-i", clips.distorted, "-c", "copy", whole)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(VideoError, match="is not whole, as where a copy was cut short; copy it anew"):
        vmaf_dnn.score(clips.reference, half)


def test_subtitles_are_no_video(clips: Clips, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nWords\n")
    with pytest.raises(VideoError, match=r"a.srt holds no video, only subtitle"):
        vmaf_dnn.score(clips.reference, tmp_path / "a.srt")


@pytest.mark.parametrize("tool", ["false", "true", "cat"])
def test_a_program_that_is_no_ffmpeg(clips: Clips, tool: str) -> None:
    path = shutil.which(tool)
    with pytest.raises(ToolMissing, match=f"{path} is no ffmpeg that works: asked for its filters it ended"):
        vmaf_dnn.score(clips.reference, clips.distorted, ffmpeg=path)


@pytest.mark.parametrize("extractor", ["native", "libvmaf"])
@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ("128x96", "CAMBI needs a side of at least 216 samples, got frames of 128x96; .* --scale 1080"),
        ("240x120", "SpEED-chroma needs chroma planes of at least 80x80 samples, got 120x60; scale"),
    ],
)
def test_clips_too_small_for_v1(
    tmp_path: Path, ffmpeg: FfmpegRunner, extractor: str, size: str, sentence: str
) -> None:
    clip = tmp_path / "small.y4m"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25", "-frames:v", 2, "-pix_fmt", "yuv420p", clip)
    model = "version=vmaf_v1.0.16_3d0h"
    with pytest.raises(InvalidArgument, match=sentence):
        vmaf_dnn.score(clip, clip, svm_model=model, tiny_model=None, extractor=extractor)
    report = vmaf_dnn.score(clip, clip, svm_model=model, tiny_model=None, extractor=extractor, scale=1080)
    assert report.mean > 90
