# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import os
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.ffmpeg.probe import bits_to_hold, probe
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.options import VideoKeywords, video_options
from vmaf_dnn.video.y4m import open_y4m
from vmaf_dnn.video.yuv import open_yuv

RAW = VideoOptions(width=4, height=2, pixel_format="420", bitdepth=8)


def open_pair(reference: Path, distorted: Path, options: VideoOptions) -> Comparison:
    return open_comparison(reference, [distorted], options, find_ffmpeg)


def write(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def one_frame(ffmpeg: FfmpegRunner, folder: Path, pixel_format: str) -> Path:
    clip = folder / "a.mkv"
    source = ("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", 1)
    ffmpeg(*source, "-pix_fmt", pixel_format, "-c:v", "ffv1", clip)
    return clip


def y4m(header: str, *frames: int) -> bytes:
    return header.encode() + b"\n" + b"".join(b"FRAME\n" + bytes(size) for size in frames)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"width": 0}, "width must be 1 or more, got 0"),
        ({"subsample": 0}, "subsample must be 1 or more, got 0"),
        ({"threads": -1}, "threads must be 0 or more, got -1"),
        ({"frame_cnt": -2}, "frame_cnt must be 0 or more, got -2"),
        ({"pixel_format": "411"}, "pixel_format must be one of 420, 422, 444, got 411"),
        ({"bitdepth": 9}, "bitdepth must be one of 8, 10, 12, 16, got 9"),
        ({"width": 4, "bitdepth": 8}, "all four: height and pixel_format missing"),
        ({"width": "5"}, "width must be a whole number, got '5'"),
        ({"bitdepth": 8.0}, "bitdepth must be a whole number, got 8.0"),
        ({"threads": 1.5}, "threads must be a whole number, got 1.5"),
        ({"threads": True}, "threads must be a whole number, got True"),
        ({"threads": 2**31}, "threads must be 2147483647 or less, got 2147483648"),
        ({"subsample": 2.5}, "subsample must be a whole number, got 2.5"),
        ({"subsample": None}, "subsample must be a whole number, got None"),
        ({"frame_cnt": "5"}, "frame_cnt must be a whole number, got '5'"),
        ({"shortest": "no"}, "shortest must be True or False, got 'no'"),
        ({"scale": 1}, "scale must be 33 or more, got 1"),
        ({"scale": 1_000_000}, "scale must be 32768 or less, got 1000000"),
        ({"scale": "yes"}, "scale must be a whole number, got 'yes'"),
        ({"ffmpeg": 5}, "ffmpeg must be a path, got 5"),
        ({"colour": "red"}, "unknown video option 'colour'; there are .*width, height,"),
    ],
)
def test_refuses_options(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        video_options(**given)


def test_numpys_whole_numbers_are_options() -> None:
    assert video_options(frame_cnt=int(np.int64(5))) == video_options(frame_cnt=np.int64(5))  # type: ignore[arg-type]


def test_keywords_are_the_fields_of_the_options() -> None:
    assert get_type_hints(VideoKeywords) == get_type_hints(VideoOptions)


@pytest.mark.parametrize(
    ("tag", "frame_bytes", "bitdepth"),
    [
        ("", 5 * 3 + 2 * 3 * 2, 8),
        ("C420jpeg", 5 * 3 + 2 * 3 * 2, 8),
        ("C420p10", 2 * (5 * 3 + 2 * 3 * 2), 10),
        ("C422p12", 2 * (5 * 3 + 2 * 3 * 3), 12),
        ("C444p16", 2 * (5 * 3 * 3), 16),
        ("C411", 5 * 3 + 2 * 2 * 3, 8),
        ("C444alpha", 5 * 3 * 4, 8),
        ("Cmono", 5 * 3, 8),
    ],
)
def test_y4m_frame_sizes(tmp_path: Path, tag: str, frame_bytes: int, bitdepth: int) -> None:
    data = y4m(f"YUV4MPEG2 W5 H3 F25:1 Ip {tag}", frame_bytes, frame_bytes)
    clip = open_y4m(write(tmp_path, data, "a.y4m"))
    assert (clip.size, clip.bit_depth, clip.n_frames) == ("5x3", bitdepth, 2)


def test_y4m_takes_frame_parameters(tmp_path: Path) -> None:
    data = b"YUV4MPEG2 W2 H2 Cmono\nFRAME Ip\nabcdFRAME\nefgh"
    assert open_y4m(write(tmp_path, data, "a.y4m")).n_frames == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"RIFF....", "is not a y4m file: its first line must start with YUV4MPEG2, got b'RIFF"),
        (b"YUV4MPEG2 W4 H4", "is truncated: it ends within its y4m header, after 15 bytes; get all of it."),
        (b"YUV4MPEG W4 H4", "is not a y4m file"),
        (y4m("YUV4MPEG2 H4"), "the y4m header must state W as a number of pixels, got ''"),
        (y4m("YUV4MPEG2 W4 Hx"), "the y4m header must state H as a number of pixels, got 'x'"),
        (
            y4m("YUV4MPEG2 W4 H4 C420p11"),
            "chroma tag C420p11 is not supported; expected 420, 422",
        ),
        (y4m("YUV4MPEG2 W4 H4 Crgb"), "chroma tag Crgb is not supported"),
        (y4m("YUV4MPEG2 W4 H4"), "holds no frame: the file ends after its y4m header"),
        (y4m("YUV4MPEG2 W4 H4", 24, 23), "is truncated: frame 1 has 23 of its 24 bytes"),
        (y4m("YUV4MPEG2 W4 H4", 24) + b"FRA", "frame 1 must start with a FRAME line, got b'FRA'"),
        (y4m("YUV4MPEG2 W4 H4", 25), "frame 1 must start with a FRAME line, got b'\\\\x00'"),
    ],
)
def test_refuses_y4m(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(VideoError, match=sentence):
        open_y4m(write(tmp_path, data, "a.y4m"))


@given(
    data=st.binary(max_size=80),
    prefix=st.sampled_from([b"", b"YUV4MPEG2 ", b"YUV4MPEG2 W2 H2 Cmono\nFRAME\n"]),
)
def test_any_bytes_are_a_y4m_clip_or_a_video_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, prefix: bytes
) -> None:
    path = write(tmp_path_factory.getbasetemp(), prefix + data, "any.y4m")
    try:
        n_frames = open_y4m(path).n_frames
    except VideoError:
        return
    assert n_frames
    assert n_frames >= 1


@pytest.mark.parametrize(
    ("pixel_format", "bitdepth", "frame_bytes"),
    [("420", 8, 12), ("422", 8, 16), ("444", 8, 24), ("420", 10, 24), ("422", 12, 32), ("444", 16, 48)],
)
def test_yuv_frame_sizes(tmp_path: Path, pixel_format: str, bitdepth: int, frame_bytes: int) -> None:
    options = VideoOptions(width=4, height=2, pixel_format=pixel_format, bitdepth=bitdepth)
    clip = open_yuv(write(tmp_path, bytes(3 * frame_bytes), "a.yuv"), options)
    assert (clip.size, clip.bit_depth, clip.n_frames, clip.n_frames_hint) == ("4x2", bitdepth, 3, 3)


def test_refuses_yuv_that_is_not_whole_frames(tmp_path: Path) -> None:
    path = write(tmp_path, bytes(25), "a.yuv")
    with pytest.raises(
        VideoError, match="has 25 bytes, which is not a multiple of the 12 bytes of a 4x2 420 8-bit"
    ):
        open_yuv(path, RAW)


@pytest.mark.parametrize("pixel_format", ["420", "422", "444"])
def test_odd_sizes_of_raw_video_are_as_ffmpeg_writes_them(
    tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str
) -> None:
    raw = [tmp_path / name for name in ("ref.yuv", "dist.yuv")]
    for path, blur in zip(raw, ("null", "gblur=2"), strict=True):
        name = f"yuv{pixel_format}p"
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=66x50,scale=65:49",
            "-frames:v",
            3,
            "-vf",
            blur,
            "-pix_fmt",
            name,
            path,
        )
        ffmpeg(*geometry(name), "-i", path, "-strict", "-1", path.with_suffix(".y4m"))
    options: Any = {"width": 65, "height": 49, "pixel_format": pixel_format, "bitdepth": 8}
    odd = vmaf_dnn.features(*raw, **options)
    expected = vmaf_dnn.features(*(path.with_suffix(".y4m") for path in raw))
    np.testing.assert_array_equal(odd.rows(), expected.rows())
    scaled = vmaf_dnn.features(*raw, **options, scale=98)
    expected = vmaf_dnn.features(*(path.with_suffix(".y4m") for path in raw), scale=98)
    np.testing.assert_array_equal(scaled.rows(), expected.rows())


def geometry(pixel_format: str) -> tuple[str, ...]:
    return ("-f", "rawvideo", "-pixel_format", pixel_format, "-video_size", "65x49")


def test_a_header_may_be_long(tmp_path: Path, clips: Clips) -> None:
    long = tmp_path / "long.y4m"
    long.write_bytes(clips.reference.read_bytes().replace(b"\n", b" X" + b"a" * 5000 + b"\n", 1))
    expected = vmaf_dnn.features(clips.reference, clips.distorted)
    np.testing.assert_array_equal(vmaf_dnn.features(long, clips.distorted).rows(), expected.rows())


def test_probes_a_container(clips: Clips) -> None:
    clip = probe(clips.distorted, find_ffmpeg(), VideoOptions())
    assert (clip.size, clip.bit_depth, clip.n_frames, clip.n_frames_hint) == ("176x144", 8, None, N_FRAMES)


@pytest.mark.parametrize(
    ("pixel_format", "bitdepth"),
    [("yuv444p12le", 12), ("yuva420p", 8), ("gray10le", 10), ("yuv422p16le", 16), ("yuv411p", 8)],
)
def test_probes_bit_depths(tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str, bitdepth: int) -> None:
    clip = one_frame(ffmpeg, tmp_path, pixel_format)
    assert probe(clip, find_ffmpeg(), VideoOptions()).bit_depth == bitdepth


@pytest.mark.parametrize(
    ("pixel_format", "sentence"),
    [
        ("gbrp", "decodes to bgr0, which has no plane of luma, and VMAF"),
        ("yuv420p14le", "has 14-bit samples; 8, 10, 12, 16 bits are compared"),
        ("yuv444p9le", "has 9-bit samples"),
    ],
)
def test_refuses_pixels(tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str, sentence: str) -> None:
    clip = one_frame(ffmpeg, tmp_path, pixel_format)
    with pytest.raises(VideoError, match=sentence):
        probe(clip, find_ffmpeg(), VideoOptions())


@pytest.mark.parametrize(
    ("pixel_formats", "bits"),
    [
        ("rgb24 pal8 argb gbrp gbrp9le rgb565le rgb444be vuya vyu444 monow bgr0", (8, 10)),
        ("gbrp10le gbrap10be x2rgb10le xv30le nv20le yuv444p10msbbe", (10,)),
        ("gbrap12le xyz12be xv36le y212le p212le gbrp12msbbe", (12,)),
        ("rgb48be rgba64le gbrp14le gbrpf32le y216le ayuv64le p416le bayer_bggr16le grayf32le", (16,)),
    ],
)
def test_formats_without_a_plane_of_luma_are_converted_to_bits_that_hold_them(
    pixel_formats: str, bits: tuple[int, ...]
) -> None:
    assert {name: bits_to_hold(name) in bits for name in pixel_formats.split()} == dict.fromkeys(
        pixel_formats.split(), True
    )


def test_refuses_a_file_without_video(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=0.1", tmp_path / "a.wav")
    with pytest.raises(VideoError, match=r"a.wav holds no video, only audio"):
        probe(tmp_path / "a.wav", find_ffmpeg(), VideoOptions())


def test_cover_art_is_not_a_clip(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    """An attached picture stands before the video in the file; the video is what is scored."""
    cover, both = tmp_path / "cover.png", tmp_path / "both.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", 1, cover)
    words = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", cover, "-i", clips.distorted, *words, both)
    assert probe(both, find_ffmpeg(), VideoOptions()).size == "176x144"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "is not a regular file; a clip is one, or a pipe"),
        (lambda path: os.mkfifo(path), "is not a regular file"),
        (lambda path: path.touch(), "is empty: it holds no frame"),
        (lambda path: path.write_bytes(b"not a video at all"), "can't be decoded: ffmpeg says"),
    ],
    ids=["missing", "folder", "pipe", "empty", "garbage"],
)
def test_refuses_files(tmp_path: Path, clips: Clips, make: object, sentence: str) -> None:
    path = tmp_path / "a.mkv"
    make(path)  # type: ignore[operator]
    with pytest.raises(VideoError, match=f"a.mkv.*{sentence}"):
        open_pair(clips.reference, path, VideoOptions())


def test_yuv_needs_its_geometry(tmp_path: Path, clips: Clips) -> None:
    path = write(tmp_path, bytes(12), "a.yuv")
    with pytest.raises(InvalidArgument, match="--width, --height, --pixel_format and --bitdepth are missing"):
        open_pair(clips.reference, path, VideoOptions())


def test_geometry_makes_other_files_raw_when_none_is_yuv(tmp_path: Path) -> None:
    paths = [write(tmp_path, bytes(33 * 34 * 3), name) for name in ("a.mkv", "b.y4m")]
    options = VideoOptions(width=34, height=33, pixel_format="444", bitdepth=8)
    pair = open_pair(paths[0], paths[1], options)
    assert (pair.reference.n_frames, pair.distorted[0].n_frames) == (1, 1)


def test_refuses_tiny_frames(tmp_path: Path) -> None:
    path = write(tmp_path, bytes(32 * 40 * 3), "a.yuv")
    options = VideoOptions(width=32, height=40, pixel_format="444", bitdepth=8)
    with pytest.raises(VideoError, match=r"a.yuv is 32x40; VMAF needs 33x33 pixels or more"):
        open_pair(path, path, options)


def test_known_lengths_are_compared_before_any_work(tmp_path: Path) -> None:
    options = VideoOptions(width=40, height=40, pixel_format="444", bitdepth=8)
    paths = [write(tmp_path, bytes(40 * 40 * 3 * n), f"{n}.yuv") for n in (2, 3)]
    with pytest.raises(VideoError, match=r"differ in length: 2 frames in .*2.yuv, 3 in .*3.yuv; --shortest"):
        open_pair(paths[0], paths[1], options)
