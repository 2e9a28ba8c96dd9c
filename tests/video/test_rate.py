# SPDX-License-Identifier: BSD-3-Clause
"""Bit rates of streams: of the packets of video alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from vmaf_dnn import InvalidArgument, VideoError
from vmaf_dnn.report import Report
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

SOURCE = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30000/1001:duration=2"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=2"]


def n_bytes(path: Path) -> int:
    """What ffmpeg counts of the first stream of video."""
    words = ["-nostdin", "-loglevel", "verbose", "-i", path, "-map", "0:V:0", "-c", "copy", "-f", "null", "-"]
    log = subprocess.run([find_ffmpeg().path, *map(str, words)], capture_output=True, text=True).stderr
    return int(re.findall(r"packets muxed \((\d+) bytes\)", log)[0])


def states(report: Report) -> dict[str, object]:
    assert report.clips is not None
    return dict(report.clips.distorted_states)


def rate_of(clip: Path, reference: Path, **keywords: object) -> object:
    report = vmaf_dnn.score(reference, clip, bit_rate=True, **keywords)  # type: ignore[call-overload]
    return states(report)["kbit_per_s"]


def test_the_container_and_its_sound_do_not_count(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ref = tmp_path / "ref.mkv"
    ffmpeg(*SOURCE, *SOUND, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", 3, ref)
    ffmpeg("-i", ref, "-c", "copy", tmp_path / "same.mp4")
    ffmpeg("-i", ref, "-c", "copy", "-an", tmp_path / "silent.mkv")
    expected = n_bytes(ref) * 8 / 1000 / (60 * 1001 / 30000)
    for clip in (ref, tmp_path / "same.mp4", tmp_path / "silent.mkv"):
        assert rate_of(clip, ref) == pytest.approx(expected, rel=1e-9)
    assert ref.stat().st_size > 1.5 * n_bytes(ref)


@pytest.mark.parametrize(
    ("name", "words", "codec"),
    [
        ("a.ts", ["-c:v", "libx264"], "h264"),
        ("a.h264", ["-c:v", "libx264"], "h264"),
        ("a.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none"], "hevc"),
        ("a.webm", ["-c:v", "libvpx-vp9"], "vp9"),
    ],
)
def test_rate_and_codec_of_streams(
    name: str, words: list[str], codec: str, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=2", "-pix_fmt", "yuv420p"]
    ffmpeg(*source, *words, tmp_path / name)
    report = vmaf_dnn.score(tmp_path / name, tmp_path / name, bit_rate=True)
    assert states(report)["codec"] == codec
    assert states(report)["kbit_per_s"] == pytest.approx(n_bytes(tmp_path / name) * 8 / 1000 / 2, rel=1e-9)


def test_a_variable_frame_rate_goes_by_time_stamps(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    gap = ["-vf", "select='not(between(n,10,39))'", "-fps_mode", "vfr", "-pix_fmt", "yuv420p"]
    source = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=2"]
    ffmpeg(*source, *gap, "-c:v", "libx264", tmp_path / "gap.mkv")
    expected = n_bytes(tmp_path / "gap.mkv") * 8 / 1000 / 2  # 20 frames in 2 s
    assert rate_of(tmp_path / "gap.mkv", tmp_path / "gap.mkv") == pytest.approx(expected, rel=1e-9)


def test_samples_are_a_stream_too(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    frame = 176 * 144 * 3 // 2
    ffmpeg("-i", clips.reference, tmp_path / "a.yuv")
    raw = {"width": 176, "height": 144, "pixel_format": "420", "bitdepth": 8}
    y4m = rate_of(clips.reference, clips.reference)
    assert y4m == pytest.approx(frame * 8 * 25 / 1000, rel=1e-3)
    assert rate_of(tmp_path / "a.yuv", clips.reference, **raw) == pytest.approx(frame * 8 * 25 / 1000)
    assert rate_of(tmp_path / "a.yuv", tmp_path / "a.yuv", **raw, frame_rate=50) == pytest.approx(
        frame * 8 * 50 / 1000
    )
    report = vmaf_dnn.score(tmp_path / "a.yuv", tmp_path / "a.yuv", bit_rate=True, **raw)  # type: ignore[call-overload]
    assert states(report)["kbit_per_s"] is None
    assert states(report)["codec"] == "rawvideo"


def test_stills_go_by_the_references_rate(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    ffmpeg("-i", clips.reference, "-c:v", "ffv1", tmp_path / "ref.mkv")
    ffmpeg("-i", clips.distorted, "-pix_fmt", "yuv420p", tmp_path / "%03d.tif")
    sizes = sum(path.stat().st_size for path in tmp_path.glob("*.tif"))
    rate = rate_of(tmp_path / "%03d.tif", tmp_path / "ref.mkv")
    assert rate == pytest.approx(sizes * 8 / 1000 / (10 / 25), rel=1e-9)


def test_it_is_measured_only_when_asked_for(clips: Clips) -> None:
    assert "kbit_per_s" not in states(vmaf_dnn.score(clips.reference, clips.distorted))


def test_a_pipe_has_none(clips: Clips, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.y4m")
    with pytest.raises(
        VideoError, match=r"pipe\.y4m is read once, so its bit rate can't be measured; write a file"
    ):
        vmaf_dnn.score(clips.reference, tmp_path / "pipe.y4m", bit_rate=True)


def test_a_switch_is_a_switch(clips: Clips) -> None:
    with pytest.raises(InvalidArgument, match="bit_rate must be True or False, got 1"):
        vmaf_dnn.score(clips.reference, clips.distorted, bit_rate=1)  # type: ignore[call-overload]
