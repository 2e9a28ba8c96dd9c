# SPDX-License-Identifier: BSD-3-Clause
"""What both extractors do: read, match and refuse clips, and give libvmaf's numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader, assert_equals_log
from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import FeatureTable, libvmaf, native
from vmaf_dnn.video import EXTRACTORS, Progress, VideoOptions

Extract = Callable[..., FeatureTable]


@pytest.fixture(params=EXTRACTORS)
def extract(request: pytest.FixtureRequest) -> Extract:
    if request.param == "libvmaf":
        return libvmaf.extract

    def one(reference: Path, distorted: Path, **keywords: Any) -> FeatureTable:
        return native.extract(reference, [distorted], **keywords)[0]

    return one


FFV1 = ("-c:v", "ffv1")


def lossless(ffmpeg: FfmpegRunner, source: Path, clip: Path, pixel_format: str, *filters: str) -> Path:
    """A copy of `source` in another pixel format, as FFV1 in Matroska unless the suffix says otherwise."""
    codec = FFV1 if clip.suffix == ".mkv" else ("-strict", "-1")
    graph = ",".join((*filters, f"format={pixel_format}"))
    ffmpeg("-i", source, "-vf", graph, *codec, clip)
    return clip


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


def test_frames_match_by_index_not_by_time(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    late = tmp_path / "late.mkv"
    ffmpeg("-i", clips.distorted, "-vf", "setpts=N*N*7+900", "-fps_mode", "passthrough", *FFV1, late)
    expected = extract(clips.reference, clips.distorted).rows()
    np.testing.assert_array_equal(extract(clips.reference, late).rows(), expected)


def test_threads_change_nothing(extract: Extract, clips: Clips) -> None:
    one, three = (extract(clips.reference, clips.distorted, options=VideoOptions(threads=n)) for n in (0, 3))
    np.testing.assert_array_equal(one.rows(), three.rows())


def cut(ffmpeg: FfmpegRunner, clip: Path, folder: Path, start: int, end: int) -> Path:
    part = folder / f"{clip.stem}_{start}_{end}.mkv"
    ffmpeg(
        "-i",
        clip,
        "-vf",
        f"trim=start_frame={start}:end_frame={end},setpts=PTS-STARTPTS",
        "-c:v",
        "ffv1",
        part,
    )
    return part


def test_skip_and_count_are_libvmafs(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    options = VideoOptions(frame_skip_ref=3, frame_skip_dist=1, frame_cnt=4)
    table = extract(clips.reference, clips.distorted, options=options)
    reference, distorted = (
        cut(ffmpeg, clips.reference, tmp_path, 3, 7),
        cut(ffmpeg, clips.distorted, tmp_path, 1, 5),
    )
    assert_equals_log(table, libvmaf_log(reference, distorted))


def test_subsample_is_libvmafs(extract: Extract, clips: Clips, libvmaf_log: LogReader) -> None:
    table = extract(clips.reference, clips.distorted, options=VideoOptions(subsample=3))
    assert table.frame_numbers.tolist() == [0, 3, 6, 9]
    assert_equals_log(table, libvmaf_log(clips.reference, clips.distorted, "n_subsample=3"))


def test_subsample_does_not_thin_motion(extract: Extract, clips: Clips) -> None:
    whole = extract(clips.reference, clips.distorted)
    third = extract(clips.reference, clips.distorted, options=VideoOptions(subsample=3))
    np.testing.assert_array_equal(third.metrics["integer_motion2"], whole.metrics["integer_motion2"][::3])


@pytest.mark.parametrize("suffix", [".mkv", ".y4m"])
@pytest.mark.parametrize("shorter", ["reference", "distorted"])
def test_lengths_that_differ(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    suffix: str,
    shorter: str,
    libvmaf_log: LogReader,
) -> None:
    pair = {
        name: lossless(ffmpeg, clip, tmp_path / f"{name}{suffix}", "yuv420p")
        for name, clip in (("reference", clips.reference), ("distorted", clips.distorted))
    }
    ends = {name: cut(ffmpeg, clip, tmp_path, 0, 6) for name, clip in pair.items()}
    pair[shorter] = lossless(ffmpeg, ends[shorter], tmp_path / f"short{suffix}", "yuv420p")
    sentence = r"differ in length: (6 frames in .*, (10|more)|10 frames in .*, 6) in .*; --shortest"
    with pytest.raises(VideoError, match=sentence):
        extract(pair["reference"], pair["distorted"])
    table = extract(pair["reference"], pair["distorted"], options=VideoOptions(shortest=True))
    assert_equals_log(table, libvmaf_log(ends["reference"], ends["distorted"]))


def test_sizes_that_differ(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    small = lossless(ffmpeg, clips.distorted, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    with pytest.raises(VideoError, match=r"differ in size: .* is 176x144, .* is 88x72; --scale"):
        extract(clips.reference, small)
    big = lossless(ffmpeg, small, tmp_path / "big.mkv", "yuv420p", "scale=176:144:flags=bicubic")
    table = extract(clips.reference, small, options=VideoOptions(scale=True))
    assert_equals_log(table, libvmaf_log(clips.reference, big))


def test_bit_depths_that_differ(extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    ten = lossless(ffmpeg, clips.distorted, tmp_path / "ten.mkv", "yuv420p10le")
    with pytest.raises(
        VideoError, match=r"differ in bit depth: .* has 8 bits, .* has 10; convert one of them first"
    ):
        extract(clips.reference, ten)


@pytest.mark.parametrize("skipped", ["frame_skip_ref", "frame_skip_dist"])
def test_skipping_everything_is_an_error(extract: Extract, clips: Clips, skipped: str) -> None:
    with pytest.raises(
        VideoError,
        match=r"(has 10 frames, and skipping leaves none of them|ends within the 10 frames to be skipped)",
    ):
        extract(clips.distorted, clips.distorted, options=VideoOptions(**{skipped: N_FRAMES}))  # type: ignore[arg-type]


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


X264 = ("-c:v", "libx264")


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


@pytest.mark.parametrize(
    "text",
    [
        "fmt:yuv420p10le s:64x64",
        "n:   0 pts:      0 fmt:yuv420p10le sar:1/1 s:64x64 i:P",
        "[Parsed_showinfo_0 @ 0x1] [info] n:   0 pts:      0 fmt:yuv420p10le sar:1/1 s:64x64 i:P",
        "Input stream #7:0 (video): 9 frames decoded",
        "  Input stream #0:0 (video): 9 packets read (9 bytes); 9 frames decoded; 0 decode errors;",
        "Reconfiguring filter graph because it can",
        "[h264 @ 0x1] [error] bad",
    ],
)
@pytest.mark.parametrize("place", ["title", "name", "key"])
def test_words_in_a_file_are_not_ffmpegs(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, text: str, place: str
) -> None:
    clip = tmp_path / (f"{text.replace('/', ' ')}.mkv" if place == "name" else "a.mkv")
    tag = {"title": ("-metadata", f"title=x\n{text}"), "key": ("-metadata", f"{text}=x"), "name": ()}[place]
    ffmpeg("-i", clips.distorted, "-c", "copy", *tag, f"file:{clip}")
    np.testing.assert_array_equal(
        extract(clips.reference, clip).rows(), extract(clips.reference, clips.distorted).rows()
    )


def test_words_after_a_line_break_in_a_name_are_not_ffmpegs(
    extract: Extract, tmp_path: Path, clips: Clips
) -> None:
    told = (
        "[Parsed_showinfo_0 @ 0x1] [info] n: 0 fmt:gray s:9x9",
        "[verbose]   Input stream #0:0 (video): 9 packets read (9 bytes); 9 frames decoded",
    )
    clip = tmp_path / ("\n".join(("a", *told)) + ".mkv")
    shutil.copy(clips.distorted, clip)
    assert extract(clips.reference, clip).rows().shape == (N_FRAMES, 6)


@pytest.mark.parametrize(
    "name",
    [
        "a b.mkv",
        "it's.mkv",
        'a "b".mkv',
        "c:d.mkv",
        "[x]%d%03d.mkv",
        "-lead.mkv",
        "é漢.mkv",
        r"a\b;,=|@#&.mkv",
        "a\nb.mkv",
    ],
)
def test_odd_names(
    extract: Extract, tmp_path: Path, clips: Clips, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(clips.distorted, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert extract(clips.reference, name).rows().shape == (N_FRAMES, 6)


def test_playlists_reach_no_network(extract: Extract, tmp_path: Path, clips: Clips) -> None:
    playlist = tmp_path / "a.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(VideoError, match=r"can't be decoded: ffmpeg says .*whitelist"):
        extract(clips.reference, playlist)


def test_progress_ends_at_the_last_frame(extract: Extract, clips: Clips) -> None:
    seen: list[Progress] = []
    extract(clips.reference, clips.distorted, progress=seen.append)
    assert (seen[-1].n_frames_done, seen[-1].n_frames_total) == (N_FRAMES, N_FRAMES)
    assert seen[-1].fps > 0


def test_an_error_in_the_progress_hook_ends_the_run_and_leaves_nothing(
    extract: Extract, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop(_: Progress) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        extract(clips.reference, clips.distorted, progress=stop)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_writes_nothing_at_home_and_prints_nothing(clips: Clips, tmp_path: Path, extractor: str) -> None:
    home, code = (
        tmp_path / "home",
        "import sys, vmaf_dnn; vmaf_dnn.features(*sys.argv[1:3], extractor=sys.argv[3])",
    )
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    command = [sys.executable, "-c", code, clips.reference, clips.distorted, extractor]
    done = subprocess.run(
        command, env=environment | {"HOME": str(home)}, capture_output=True, cwd=tmp_path, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(tmp_path.rglob("*")) == [home]


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
        with pytest.warns(RuntimeWarning, match=r"may differ in colour range: .* is untagged, .* is full"):
            extract(tmp_path / "untagged.y4m", full)
        assert extract(full, full).rows()[:, :5].min() > 0.9999
