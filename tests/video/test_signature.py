# SPDX-License-Identifier: BSD-3-Clause
"""Files that are not what they are said to be."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import Clips, FfmpegRunner
from tests.support.extract import Extract, lossless
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.signature import kind_of

RAW = VideoOptions(width=64, height=48, pixel_format="420", bitdepth=8)
FRAME_BYTES = 64 * 48 * 3 // 2
OTHER_ENCODERS = {
    "webm": ("-c:v", "libsvtav1"),
    "obu": ("-c:v", "libsvtav1"),
    "ivf": ("-c:v", "libsvtav1"),
    "ogv": ("-c:v", "libtheora"),
    "mxf": ("-c:v", "mpeg2video"),
}
NAMES = {
    "mp4": "an MP4",
    "m4v": "an MP4",
    "3gp": "an MP4",
    "mov": "a QuickTime",
    "mkv": "a Matroska",
    "webm": "a WebM",
    "avi": "an AVI",
    "ts": "an MPEG transport stream",
    "m2ts": "an MPEG transport stream",
    "mpg": "an MPEG program stream",
    "vob": "an MPEG program stream",
    "m2v": "an MPEG-2 video",
    "h264": "an H.264",
    "hevc": "an HEVC",
    "obu": "an AV1",
    "ivf": "an IVF",
    "flv": "an FLV",
    "ogv": "an Ogg",
    "wmv": "a WMV",
    "mxf": "an MXF",
    "nut": "a NUT",
    "png": "a PNG",
    "apng": "a PNG",
    "jpg": "a JPEG",
    "mjpeg": "a JPEG",
    "gif": "a GIF",
    "webp": "a WebP",
    "dpx": "a DPX",
    "tif": "a TIFF",
    "exr": "an OpenEXR",
    "y4m": "a y4m",
}


def padded(path: Path) -> Path:
    """Whole frames of `RAW`."""
    with path.open("ab") as file:
        file.write(bytes(-file.tell() % FRAME_BYTES))
    return path


@pytest.mark.parametrize("suffix", NAMES)
def test_a_file_of_another_format_is_not_raw_video(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, suffix: str
) -> None:
    path = tmp_path / f"m.{suffix}"
    encoder = OTHER_ENCODERS.get(suffix, ())
    ffmpeg("-i", clips.reference, "-frames:v", 1, *encoder, path)
    padded(path)
    sentence = f"m.{suffix} is {NAMES[suffix]} file, not raw video; leave out -w -h -p -b"
    with pytest.raises(VideoError, match=sentence):
        extract(path, path, options=RAW)


def test_the_cure_is_to_leave_the_geometry_out(extract: Extract, tmp_path: Path, clips: Clips) -> None:
    """Or, where another file is raw indeed, names that tell them apart."""
    mp4, raw, named_yuv, other = (tmp_path / name for name in ("m.mp4", "r.raw", "m.yuv", "r.yuv"))
    shutil.copy(clips.distorted, mp4)
    shutil.copy(clips.distorted, named_yuv)
    raw.write_bytes(np.random.default_rng(1).bytes(10 * 176 * 144 * 3 // 2))
    shutil.copy(raw, other)
    options = VideoOptions(width=176, height=144, pixel_format="420", bitdepth=8)
    with pytest.raises(VideoError, match=r"m.mp4 is a Matroska file, .*; rename .*r.raw, which is, to r.yuv"):
        extract(raw, mp4, options=options)
    with pytest.raises(VideoError, match=r"m.yuv is a Matroska file, not raw video; rename it to m.mkv"):
        extract(other, named_yuv, options=options)
    expected = extract(other, mp4, options=options).rows()
    named_mkv = named_yuv.rename(tmp_path / "m.mkv")
    np.testing.assert_array_equal(extract(other, named_mkv, options=options).rows(), expected)


@pytest.mark.parametrize("name", ["encode.y4m", "encode.yuv", "encode", "encode.txt"])
def test_bytes_count_not_names(extract: Extract, tmp_path: Path, clips: Clips, name: str) -> None:
    expected = extract(clips.reference, clips.distorted).rows()
    encode = Path(shutil.copy(clips.distorted, tmp_path / name))
    reference = Path(shutil.copy(clips.reference, tmp_path / f"reference-{name}"))
    np.testing.assert_array_equal(extract(reference, encode).rows(), expected)


@pytest.mark.parametrize("value", [0, 16, 0x47, 0x7F, 0x80, 0xFF])
def test_flat_raw_video_is_raw(tmp_path: Path, value: int) -> None:
    path = tmp_path / "flat.yuv"
    path.write_bytes(bytes([value]) * FRAME_BYTES)
    assert kind_of(path) is None


BEGINNINGS = (b"\0\0\1", b"\0\0\0\1", b"\x12\0\x0a", b"\0\0\1\xba", b"\0\0\1\xb3", b"\0\0\0\1\x40\1")


@pytest.mark.parametrize("beginning", BEGINNINGS)
@given(samples=st.lists(st.integers(0, 16), min_size=64, max_size=64))
def test_dark_samples_that_begin_as_a_stream_does_are_raw(
    tmp_path_factory: pytest.TempPathFactory, beginning: bytes, samples: list[int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "dark.yuv"
    path.write_bytes(beginning + bytes(samples))
    assert kind_of(path) is None


@pytest.mark.parametrize("options", ["aud=1", "profile=baseline", "level=5.1", "annexb=1:sps-id=3"])
def test_streams_of_h264_are_known(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, options: str) -> None:
    path = tmp_path / "m.h264"
    form = ("-pix_fmt", "yuv420p", "-c:v", "libx264", "-x264-params", options)
    ffmpeg("-i", clips.reference, "-frames:v", 2, *form, path)
    assert kind_of(path) == ("an H.264", "h264")


@given(seed=st.integers(0, 2**32 - 1), n_bytes=st.integers(8, 1200))
def test_random_samples_are_raw(tmp_path_factory: pytest.TempPathFactory, seed: int, n_bytes: int) -> None:
    path = tmp_path_factory.getbasetemp() / "random.yuv"
    path.write_bytes((random.Random(seed).randbytes(n_bytes) * 300)[:4096])
    assert kind_of(path) is None


def test_raw_frames_of_every_depth_are_raw(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    for pixel_format in ("yuv420p", "yuv444p10le", "yuv422p16le", "gray"):
        path = lossless(ffmpeg, clips.reference, tmp_path / f"{pixel_format}.yuv", pixel_format)
        assert kind_of(path) is None
