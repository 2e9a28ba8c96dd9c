# SPDX-License-Identifier: BSD-3-Clause
"""The decoder av: the frames of ffmpeg bit for bit, or a sentence."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from tests.support.damage import MakeDamage, concealed_slice, cut_container, damaged_stream
from tests.support.extract import X264, lossless
from vmaf_dnn import InvalidArgument, ToolMissing, VideoError
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.comparison import open_comparison
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.frames import frame_reader
from vmaf_dnn.video.timing.selection import Selection

av = pytest.importorskip("av")


def frames(path: Path, decoder: str, *, n_skipped: int = 0, frame_cnt: int = 0) -> list[bytes]:
    """All planes of each frame, chroma too if there is any."""
    options = VideoOptions(decoder=decoder, frame_cnt=frame_cnt)
    with ExitStack() as stack:
        clip = open_comparison(path, [path], options, find_ffmpeg).reference
        has_chroma = clip.chroma != "mono"
        selection = Selection(n_skipped, frame_cnt)
        reading = frame_reader(clip, selection, clip, options, find_ffmpeg, with_chroma=has_chroma)
        reader = stack.enter_context(reading)
        read = []
        while (frame := reader.read()) is not None:
            read.append(
                b"".join(np.ascontiguousarray(p).tobytes() for p in (frame if has_chroma else [frame]))
            )
        reader.close()
    return read


def assert_same_frames(path: Path, n_least: int = 2) -> None:
    expected = frames(path, "ffmpeg")
    assert len(expected) >= n_least
    assert frames(path, "av") == expected


def score(reference: Path, distorted: Path) -> vmaf_dnn.Report:
    return vmaf_dnn.score(reference, distorted, decoder="av", tiny_model=None)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:the clips may differ in colour range:RuntimeWarning")
@pytest.mark.parametrize(
    "pixel_format",
    [
        *("yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuvj420p", "yuva420p", "gray", "gray10le"),
        *("yuv420p10le", "yuv422p10le", "yuv444p12le", "yuv420p16le"),
    ],
)
@pytest.mark.parametrize("size", ["176:144", "75:69"])
def test_frames_are_ffmpegs_in_each_format(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str, size: str
) -> None:
    clip = lossless(ffmpeg, clips.reference, tmp_path / "a.mkv", pixel_format, f"scale={size}")
    assert_same_frames(clip)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("b-frames.mp4", (*X264, "-bf", 3)),
        ("cropped.mp4", (*X264, "-vf", "crop=150:70")),  # neither is whole macroblocks
        ("fragments.mp4", (*X264, "-movflags", "frag_keyframe+empty_moov")),
        ("interlaced.ts", (*X264, "-flags", "+ildct+ilme", "-x264-params", "tff=1")),
        ("a.h264", X264),
        ("a.mp4", ("-c:v", "libx265", "-x265-params", "log-level=none")),
        ("a.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime")),
        ("grain.mp4", ("-c:v", "libsvtav1", "-svtav1-params", "film-grain=20")),
        ("a.avi", ("-c:v", "mpeg4")),
        ("a.mpg", ("-c:v", "mpeg2video")),
        ("vfr.mp4", (*X264, "-vf", "select='not(eq(mod(n,3),1))'", "-fps_mode", "vfr")),
    ],
)
def test_frames_are_ffmpegs_of_each_codec(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, name: str, codec: tuple[object, ...]
) -> None:
    ffmpeg("-i", clips.reference, *codec, tmp_path / name)
    assert_same_frames(tmp_path / name)


@pytest.mark.slow
@pytest.mark.parametrize("codec", [X264, ("-c:v", "libx265")])
@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_what_an_edit_list_or_an_open_gop_cuts_is_cut(
    tmp_path: Path, ffmpeg: FfmpegRunner, codec: tuple[str, str], suffix: str
) -> None:
    whole, part = tmp_path / "whole.mkv", tmp_path / f"part.{suffix}"
    settings = f"{codec[1][3:]}-params", "open-gop=1:keyint=25:bframes=3:log-level=none"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=176x144:r=25:d=3", *codec, *(f"-{settings[0]}", settings[1]), whole
    )
    ffmpeg("-ss", "1.2", "-i", whole, "-c", "copy", part)
    assert_same_frames(part, 25)


def test_frames_are_skipped_and_counted(clips: Clips) -> None:
    every = frames(clips.distorted, "av")
    assert frames(clips.distorted, "av", n_skipped=2, frame_cnt=3) == every[2:5]
    assert frames(clips.distorted, "av", n_skipped=7) == every[7:]


def test_scores_are_those_of_ffmpeg(clips: Clips) -> None:
    report = vmaf_dnn.score(clips.reference, clips.distorted, decoder="av")
    assert report.scores == vmaf_dnn.score(clips.reference, clips.distorted).scores
    assert vmaf_dnn.features(clips.reference, clips.distorted, decoder="av").extractor.startswith(
        "native features, PyAV "
    )


@pytest.mark.parametrize("damage", [damaged_stream, cut_container, concealed_slice])
def test_damage_fails_each_time(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, damage: MakeDamage
) -> None:
    clip = damage(clips, tmp_path, ffmpeg)
    for _ in range(2):  # PyAV leaves a message out that it has had
        with pytest.raises(VideoError, match=rf"^decoding .*{clip.name} failed: ffmpeg says '.*'\.$"):
            score(clips.reference, clip)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_a_change_on_the_way_fails(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    parts = []
    for size in ("64x64", "96x64"):
        parts.append(tmp_path / f"{size}.h264")
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d=0.2", *X264, parts[-1])
    clip = tmp_path / "both.h264"
    clip.write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.raises(VideoError, match=r"both.h264 changes its size, .*\(changed to 96x64, yuv\d+p\)"):
        score(clip, clip)


@pytest.mark.parametrize("turn", [("-display_rotation", 90), ("-display_rotation", 180), ("-display_hflip",)])
def test_what_is_to_be_turned_is_refused(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, turn: tuple[object, ...]
) -> None:
    clip = tmp_path / "turned.mp4"
    ffmpeg(*turn, "-i", clips.distorted, "-c", "copy", clip)
    with pytest.raises(VideoError, match=r"turned.mp4 is to be turned .*; leave --decoder .* out"):
        score(clip, clip)


def test_packed_samples_are_refused(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    clip = tmp_path / "packed.nut"
    ffmpeg("-i", clips.distorted, "-c:v", "rawvideo", "-pix_fmt", "nv12", clip)
    with pytest.raises(VideoError, match=r"packed.nut decodes to nv12, which the decoder av does not take"):
        score(clip, clip)


def test_pictures_stored_upside_down_are_refused(tmp_path: Path) -> None:
    """PyAV gives their memory from its last row on, and what lies behind."""
    clip = tmp_path / "m.nut"
    with av.open(clip, "w") as file:
        stream = file.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        stream.codec_context.extradata = b"BottomUp\0"
        file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64), np.uint8), format="gray")))
    with pytest.raises(VideoError, match=r"m.nut is stored upside down, which the decoder av does not take"):
        score(clip, clip)


def test_what_a_container_cuts_is_refused(clips: Clips) -> None:
    """The ffmpeg that describes a clip cuts what the container says; decoders don't."""
    options = VideoOptions(decoder="av")
    whole = open_comparison(clips.distorted, [clips.distorted], options, find_ffmpeg).reference
    clip = replace(whole, height=whole.height - 2)
    with (
        frame_reader(clip, Selection(0), clip, options, find_ffmpeg) as reader,
        pytest.raises(VideoError, match=r"decodes to 176x144 and is to be cut to 176x142, .*; leave"),
    ):
        reader.read()


def test_scaling_is_refused(clips: Clips) -> None:
    with pytest.raises(VideoError, match=r"has to be scaled, which the decoder av does not do; leave"):
        vmaf_dnn.score(clips.reference, clips.distorted, decoder="av", scale=72)


def test_libvmaf_decodes_by_itself() -> None:
    with pytest.raises(InvalidArgument, match=r"the decoder av is for the native extractor"):
        VideoOptions(decoder="av", extractor="libvmaf")
    with pytest.raises(InvalidArgument, match=r"decoder must be one of ffmpeg, av, got gst"):
        VideoOptions(decoder="gst")


def test_without_pyav(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ToolMissing, match=r"the decoder av is PyAV, .*: pip install 'vmaf-dnn\[av\]'"):
        score(clips.reference, clips.distorted)
    assert vmaf_dnn.score(clips.reference, clips.reference, decoder="av").scores  # raw clips need none


def test_a_playlist_opens_no_other_file(clips: Clips, tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/{clips.distorted.name}\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoError):
        score(clips.reference, playlist)
