# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn probe`: clips side by side, and what would be done with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from tests.support.command import assert_fails, assert_wrong_usage, on_terminal
from tests.support.extract import lossless
from vmaf_dnn.cli import main


def probed(capsys: pytest.CaptureFixture[str], *words: object) -> list[list[str]]:
    assert main(["probe", *map(str, words)]) == 0
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_a_pair_side_by_side(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    header, *rows = probed(capsys, clips.reference, clips.distorted)
    assert header == ["", str(clips.reference), str(clips.distorted)]
    table = {name: values for name, *values in rows}
    assert table["width"] == ["176", "176"]
    assert table["frame_rate"] == ["25.0", "25.0"]
    assert table["frames"] == [str(N_FRAMES)] * 2
    assert table["color_range"] == ["-", "limited"]
    assert rows[-1] == ["would be", "the reference", "scored"]


def test_verdicts_and_their_reasons(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    small = lossless(ffmpeg, clips.reference, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    wide = lossless(ffmpeg, clips.reference, tmp_path / "wide.mkv", "yuv420p", "setsar=4/3")
    short = tmp_path / "short.y4m"
    ffmpeg("-i", clips.reference, "-frames:v", 4, short)
    rows = probed(capsys, clips.reference, small, wide, short)
    verdicts, *reasons = rows[[row[0] for row in rows].index("would be") :]
    assert verdicts[1:] == ["the reference", "refused", "scored, 1 warning", "refused"]
    assert [reason[0].partition(": ")[0] for reason in reasons] == ["refused", "warning", "refused"]
    assert "differ in size" in reasons[0][0]
    assert "differ in length" in reasons[2][0]
    rows = probed(capsys, clips.reference, small, short, "--shortest", "--scale")
    assert rows[-1] == ["would be", "the reference", "scored", "scored"]


def test_json(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str], ffmpeg: FfmpegRunner) -> None:
    deep = lossless(ffmpeg, clips.reference, tmp_path / "deep.mkv", "yuv420p10le")
    assert main(["probe", str(clips.reference), str(deep), "--json"]) == 0
    reference, distorted = json.loads(capsys.readouterr().out)
    assert (reference["name"], reference["bit_depth"], reference["refused"]) == (str(clips.reference), 8, [])
    assert (distorted["bit_depth"], distorted["transfer"], distorted["warnings"]) == (10, None, [])
    assert "differ in bit depth" in distorted["refused"][0]


def test_one_clip_alone(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert probed(capsys, clips.distorted)[-1] == ["light", "-"]


def test_raw_video(tmp_path: Path, clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "a.yuv"
    raw.write_bytes(bytes(176 * 144 * 3 // 2 * N_FRAMES))
    geometry = ["-w", 176, "-h", 144, "-p", 420, "-b", 8]
    assert probed(capsys, raw, clips.distorted, *geometry)[-1] == ["would be", "the reference", "scored"]


def test_on_a_terminal(clips: Clips) -> None:
    shown = on_terminal(["probe", str(clips.reference)], n_columns=200)
    assert "color_range" in shown
    assert "\t" not in shown


def test_a_clip_that_cannot_be_read(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(["probe", str(clips.reference), "missing.mp4"], capsys, "missing.mp4: no such file")
    assert_wrong_usage(["probe"], capsys, "FILE")


def test_what_would_be_done_stands_in_the_table(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "deep.mkv"
    ffmpeg("-i", clips.reference, "-vf", "pad=176:180:0:18,format=yuv420p10le", "-c:v", "ffv1", deep)
    words = [str(clips.reference), str(deep), "--crop", "auto", "--depth", "12"]
    assert main(["probe", *words]) == 0
    rows = dict(line.split("\t", 1) for line in capsys.readouterr().out.splitlines())
    assert rows["treated"] == "raised to 12 bits\tcropped to 176x144 from 0,18 on; raised to 12 bits"
    assert rows["would be"] == "the reference\tscored"
