# SPDX-License-Identifier: BSD-3-Clause
"""Clips of fewer bits are raised, exactly as ffmpeg does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner, LogReader, assert_equals_log
from tests.support.extract import X264, Extract, lossless
from vmaf_dnn import InvalidArgument, VideoError
from vmaf_dnn.extractors import native
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.opening import open_clips

RANGES = {"tv": "limited", "pc": "full"}
AUTO = VideoOptions(depth="auto")


@pytest.mark.parametrize("color_range", ["tv", "pc"])
@pytest.mark.parametrize("bits", [10, 12, 16])
@pytest.mark.parametrize("suffix", [".mkv", ".y4m"])
def test_features_are_libvmafs_of_the_clip_that_ffmpeg_raised(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    libvmaf_log: LogReader,
    color_range: str,
    bits: int,
    suffix: str,
) -> None:
    def of_range(source: Path, name: str, pixel_format: str) -> Path:
        scale = f"scale=in_range={color_range}:out_range={color_range},format={pixel_format}"
        codec = (*X264, "-qp", "0") if name.endswith(".mkv") else ("-strict", "-1")
        graph = f"{scale},setparams=range={color_range}"
        ffmpeg("-i", source, "-vf", graph, *codec, tmp_path / name)
        return tmp_path / name

    deep = f"yuv420p{bits}le"
    low = of_range(clips.reference, f"low{suffix}", "yuv420p")
    high = of_range(clips.distorted, "high.y4m", deep)
    raised, as_high = of_range(low, "raised.y4m", deep), of_range(high, "as_high.y4m", deep)
    for path in (raised, as_high):  # the plain filter would convert them to the other range
        path.write_bytes(path.read_bytes().replace(b" XCOLORRANGE=FULL", b"", 1))
    assert open_clips([low], AUTO, find_ffmpeg)[0].stated.color_range == RANGES[color_range]
    assert_equals_log(extract(low, high, options=AUTO), libvmaf_log(raised, as_high))


def test_both_sides_are_raised_to_a_number(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    twelve = [
        lossless(ffmpeg, clip, tmp_path / f"{i}.mkv", "yuv420p12le", "scale=in_range=tv:out_range=tv")
        for i, clip in enumerate((clips.reference, ten))
    ]
    table = extract(clips.reference, ten, options=VideoOptions(depth=12))
    assert_equals_log(table, libvmaf_log(*twelve))


@pytest.mark.parametrize("feature", ["speed_chroma_u", "speed_chroma_v"])
def test_chroma_is_raised_too(tmp_path: Path, ffmpeg: FfmpegRunner, feature: str) -> None:
    clips = [tmp_path / name for name in ("ref.y4m", "dist.mkv")]
    for path, more in zip(clips, ((), ("-pix_fmt", "yuv420p10le", "-c:v", "ffv1")), strict=True):
        ffmpeg("-f", "lavfi", "-i", "mandelbrot=s=320x240", "-frames:v", 2, "-pix_fmt", "yuv420p", path)
        ffmpeg("-i", path, "-vf", "noise=alls=20", *more, path.with_stem("b")) if more else None
    distorted = clips[1].with_stem("b")
    raised = tmp_path / "raised.mkv"
    ffmpeg("-i", clips[0], "-pix_fmt", "yuv420p10le", "-c:v", "ffv1", raised)
    ours = vmaf_dnn.features(clips[0], distorted, features=[feature], depth="auto")
    expected = vmaf_dnn.features(raised, distorted, features=[feature])
    np.testing.assert_array_equal(ours.column(feature), expected.column(feature))


def test_a_ladder_is_raised_to_its_deepest(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    eight, same = native.extract(clips.reference, [clips.distorted, ten], options=AUTO)
    np.testing.assert_array_equal(eight.rows(), same.rows())


def test_reports_say_it(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    report = vmaf_dnn.score(clips.reference, ten, depth="auto")
    assert report.clips is not None
    blocks = report.clips.as_dict()
    assert blocks["reference"]["treated"] == "raised to 10 bits"
    assert blocks["reference"]["bit_depth"] == 8
    assert "treated" not in blocks["distorted"]


def test_none_is_lowered(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    with pytest.raises(VideoError, match=r"ten.mkv has 10 bits, and none are lowered to 8; --depth auto"):
        vmaf_dnn.score(clips.reference, ten, depth=8)
    with pytest.raises(VideoError, match=r"differ in bit depth: .* or --depth auto \(depth='auto'\)"):
        vmaf_dnn.score(clips.reference, ten)
    with pytest.raises(InvalidArgument, match="depth must be one of auto, 8, 10, 12, 16, got 9"):
        VideoOptions(depth=9)
