# SPDX-License-Identifier: BSD-3-Clause
"""Formats of clips: both extractors give libvmaf's numbers for each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader, assert_equals_log
from tests.support.extract import X264, Extract, lossless
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "pixel_format",
    [
        "yuv422p",
        "yuv444p",
        "yuv420p10le",
        "yuv422p10le",
        "yuv420p12le",
        "yuv444p12le",
        "yuv420p16le",
        "yuv444p16le",
    ],
)
def test_metrics_equal_plain_libvmaf_in_each_format(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    libvmaf_log: LogReader,
    pixel_format: str,
) -> None:
    reference = lossless(ffmpeg, clips.reference, tmp_path / "r.mkv", pixel_format, "noise=alls=3:all_seed=1")
    distorted = lossless(ffmpeg, clips.distorted, tmp_path / "d.mkv", pixel_format)
    assert_equals_log(extract(reference, distorted), libvmaf_log(reference, distorted))


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_y4m_yuv_and_mkv_of_one_content_agree(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, bits: int
) -> None:
    pixel_format = "yuv420p" if bits == 8 else f"yuv420p{bits}le"
    options = VideoOptions(width=176, height=144, pixel_format="420", bitdepth=bits)
    tables = []
    for suffix in (".mkv", ".y4m", ".yuv"):
        pair = [
            lossless(ffmpeg, clip, tmp_path / f"{clip.stem}{suffix}", pixel_format)
            for clip in (clips.reference, clips.distorted)
        ]
        tables.append(extract(pair[0], pair[1], options=options if suffix == ".yuv" else VideoOptions()))
    for table in tables[1:]:
        assert table.metrics.keys() == tables[0].metrics.keys()
        for name, values in table.metrics.items():
            np.testing.assert_array_equal(values, tables[0].metrics[name])


def test_shifted_bits_leave_features_as_they_are(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    """Features of a 10-bit clip that is an 8-bit one times 4 equal the 8-bit ones (features.md 2)."""
    eight = extract(clips.reference, clips.distorted).rows()
    pair = [
        lossless(ffmpeg, c, tmp_path / f"{c.stem}.mkv", "yuv420p10le")
        for c in (clips.reference, clips.distorted)
    ]
    np.testing.assert_array_equal(extract(pair[0], pair[1]).rows(), eight)


@pytest.mark.filterwarnings("ignore:the clips may differ in colour range:RuntimeWarning")
@pytest.mark.parametrize("pixel_format", ["yuvj420p", "nv12", "gray", "yuva420p", "uyvy422"])
def test_only_luma_counts_and_it_is_not_converted(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, pixel_format: str
) -> None:
    """The same luma samples under another chroma layout or a full-range tag give the same features."""
    codec = {"nv12": "rawvideo", "uyvy422": "rawvideo"}.get(pixel_format, "ffv1")
    name, tag = ("yuv420p", "pc") if pixel_format == "yuvj420p" else (pixel_format, "tv")
    other = tmp_path / "other.nut"
    graph = f"scale=in_range=pc:out_range=pc,format={name},setparams=range={tag}"
    ffmpeg("-i", clips.distorted, "-vf", graph, "-c:v", codec, "-color_range", tag, other)
    plain = extract(clips.reference, clips.distorted).rows()
    np.testing.assert_array_equal(extract(clips.reference, other).rows(), plain)


def test_bit_depths_that_differ(extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    with pytest.raises(
        VideoError, match=r"differ in bit depth: .* has 8 bits, .* has 10; raise the shallower first"
    ):
        extract(clips.reference, ten)


def joined(ffmpeg: FfmpegRunner, clips: Clips, folder: Path, *filters: str) -> Path:
    """Half of the reference through each of `filters`, one after the other in one H.264 stream."""
    parts = [folder / f"{index}.h264" for index in range(len(filters))]
    for part, graph in zip(parts, filters, strict=True):
        ffmpeg("-i", clips.reference, "-frames:v", N_FRAMES // 2, "-vf", graph, *X264, part)
    whole = folder / "joined.h264"
    whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    return whole


@pytest.mark.parametrize("subsample", [1, 100])
@pytest.mark.parametrize(
    ("filters", "scale", "change"),
    [
        (("null", "scale=88:72"), False, "88x72"),
        (("scale=88:72", "null"), True, "176x144"),
        (("null", "format=yuv422p"), False, "yuv422p"),
        (("null", "format=yuv420p10le"), False, "yuv420p10le"),
    ],
)
def test_a_format_that_changes_on_the_way(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    filters: tuple[str, str],
    scale: bool,
    change: str,
    subsample: int,
) -> None:
    """The filters restart in mid-clip, and libvmaf's log with them."""
    both = joined(ffmpeg, clips, tmp_path, *filters)
    sentence = f"joined.h264 changes its size, pixel format or colour tags on the way .*{change}"
    with pytest.raises(VideoError, match=sentence):
        extract(clips.reference, both, options=VideoOptions(scale=scale, subsample=subsample))


def test_clips_of_different_color_range_are_not_compared(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    source = ("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25", "-frames:v", 3)
    for name in ("full", "limited"):
        filters = f"scale=out_range={name},format=yuv420p,setparams=range={name}"
        ffmpeg(*source, "-vf", filters, tmp_path / f"{name}.y4m")
    ffmpeg(*source, "-pix_fmt", "yuv420p", tmp_path / "untagged.y4m")
    ffmpeg("-i", tmp_path / "full.y4m", tmp_path / "full.mp4")
    limited = tmp_path / "limited.y4m"
    for full in (tmp_path / "full.y4m", tmp_path / "full.mp4"):
        with pytest.raises(VideoError, match=r"differ in colour range: .* is limited, .* is full; convert"):
            extract(limited, full)
        with pytest.warns(RuntimeWarning, match=r"may differ in colour range: .* says nothing, .* is full"):
            extract(tmp_path / "untagged.y4m", full)
        assert extract(full, full).rows()[:, :5].min() > 0.9999
