# SPDX-License-Identifier: BSD-3-Clause
"""The whole clip, encoded as was found best."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import SpyFfmpeg
from tests.support.searches import search
from vmaf_dnn import InvalidArgument, VideoError


def test_the_whole_clip_is_written_with_its_sound(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out é.mkv"
    steps: list[tuple[str, float]] = []
    result = search(clip, output=output, on_step=lambda *step: steps.append(step))
    assert result.output == str(output)
    assert vmaf_dnn.score(clip, output).mean == result.chosen.scores["vmaf_tiny_v2"]["mean"]
    assert b"A_FLAC" in output.read_bytes()[:4096]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [output.name]
    assert {label.partition(",")[0] for label, _ in steps} == {
        "decoding samples", "encoding", "scoring", f"encoding {output.name}"
    }  # fmt: skip
    assert all(0 <= fraction <= 1 for _, fraction in steps)


def test_the_clip_itself_is_no_output(clip: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mkv"
    link.symlink_to(clip)
    for output in (clip, link):
        with pytest.raises(InvalidArgument, match="it is the clip that is encoded; choose another name"):
            search(clip, output=output)
    with pytest.raises(InvalidArgument, match="create its folder first"):
        search(clip, output=tmp_path / "no" / "out.mkv")


def test_an_output_that_fails_leaves_what_was_there(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.webm"
    output.write_bytes(b"before")
    vp9 = {"encoder": "libvpx-vp9", "preset": "8"}  # beside which a webm holds no FLAC
    with pytest.raises(VideoError, match=r"encoding .*clip\.mkv to .*out\.webm failed: ffmpeg says"):
        search(clip, 0, crf=(30, 30), output=output, **vp9)
    assert output.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [output.name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a.txt", ".txt is no container of video; end its name with one of .mkv, .mp4"),
        ("a.png", ".png is no container of video"),
        ("a", "its name has no suffix, which tells the container"),
        ("a.webm", ".webm holds no video of libx264"),
    ],
)
def test_an_output_that_holds_no_video_is_refused_before_the_work(
    name: str, sentence: str, clip: Path, tmp_path: Path, spy_ffmpeg: SpyFfmpeg
) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(sentence)):
        search(clip, output=tmp_path / name, ffmpeg=str(spy_ffmpeg.path))
    assert not any("-c:v" in call or "yuv4mpegpipe" in call for call in spy_ffmpeg.calls)


def test_a_full_disk(clip: Path, tmp_path: Path) -> None:
    full = tmp_path / "full.mkv"
    full.symlink_to("/dev/full")
    with pytest.raises(
        VideoError, match=r"can't write .*full\.mkv: No space left on device; free some space"
    ):
        search(clip, 0, crf=(30, 30), output=full)
