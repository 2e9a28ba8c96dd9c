# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn search`: its table, its JSON, its refusals, and its end by a signal."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import COMMAND, assert_fails, assert_wrong_usage, on_terminal
from vmaf_dnn.cli import main

X264 = ["--encoder", "libx264", "--preset", "ultrafast", "--crf", "20:45"]


def words(clip: Path, *more: str) -> list[str]:
    return ["search", str(clip), *X264, "--target", "85", *more]


def test_a_line_for_each_try(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(clips.reference)) == 0
    header, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert header == ["crf", "kbit/s", "mean", "predicted MB", "predicted s", ""]
    assert [row[-1] for row in rows].count("chosen") == 1
    chosen = next(row for row in rows if row[-1] == "chosen")
    assert float(chosen[2]) >= 85
    assert {row[-1] for row in rows if float(row[2]) < 85} <= {"too low"}


def test_a_table_for_a_person(clips: Clips) -> None:
    shown = on_terminal(words(clips.reference, "--target", "p5=80,mean=85"))
    assert "chosen" in shown
    assert " of libx264 reaches p5=80,mean=85" in shown
    assert "encoding, CRF" in shown
    assert "encoding, CRF" not in on_terminal(words(clips.reference, "-q"))


def test_a_range_that_limits_the_result_is_warned_of(clips: Clips) -> None:
    command = [*COMMAND, *words(clips.reference, "--crf", "20:22", "--target", "20")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "warning: CRF 22 is the end of --crf" in done.stderr


def test_json(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.mkv"
    assert main(words(clips.reference, "--json", "-o", str(output), "--max-encodes", "12")) == 0
    found = json.loads(capsys.readouterr().out)
    chosen = next(tried for tried in found["tries"] if tried["chosen"])
    assert (found["crf"], found["settled"], found["output"]) == (chosen["crf"], True, str(output))
    score = vmaf_dnn.score(clips.reference, output)
    assert score.mean == chosen["scores"]["vmaf_tiny_v2"]["mean"]


def test_flags_reach_the_search(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--samples", "2", "--sample-duration", "0.1", "--max-encodes", "1", "--json"]
    more += [
        "--encoder-args",
        "-tune zerolatency",
        "--tiny-model",
        "vmaf_tiny_v4",
        "--tiny-precision",
        "fp32",
    ]
    assert main(words(clips.reference, *more, "--target", "1", "--crf", "30:30")) == 0
    found = json.loads(capsys.readouterr().out)
    assert [sample["frames"] for sample in found["samples"]] == [2, 2]
    assert found["encoder_arguments"][-2:] == ["-tune", "zerolatency"]
    assert list(found["tries"][0]["scores"]) == ["vmaf_tiny_v4"]


@pytest.mark.filterwarnings("ignore:.* is the end of --bitrate:RuntimeWarning")
def test_bitrates(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    kept = ["search", str(clips.reference), *X264[:4], "--target", "80"]
    assert main([*kept, "--bitrate", "--json", "--max-encodes", "12"]) == 0
    default = json.loads(capsys.readouterr().out)
    assert default["bitrate"] >= 50
    assert main([*kept, "--bitrate", "500:9000"]) == 0
    assert capsys.readouterr().out.startswith("bitrate\tkbit/s\t")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--crf", "20"], "argument --crf: invalid MIN:MAX value: '20'"),
        (["--crf", "low:high"], "argument --crf: invalid MIN:MAX value: 'low:high'"),
        (["--samples", "-1"], "argument --samples: invalid unsigned number value: '-1'"),
    ],
)
def test_wrong_usage(
    clips: Clips, more: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_wrong_usage(words(clips.reference, *more), capsys, sentence)


@pytest.mark.parametrize("missing", ["--encoder", "--target"])
def test_what_has_to_be_given(clips: Clips, missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = words(clips.reference)
    at = given.index(missing)
    assert_wrong_usage(
        given[:at] + given[at + 2 :], capsys, f"the following arguments are required: {missing}"
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--crf", "40:20"], "the range of crf is reversed: 40:20; give 20:40."),
        (["--bitrate"], "crf and bitrate are two searches; give one of them."),
        (
            ["--encoder", "libx266"],
            "the encoder 'libx266' is none that a search can drive; there are libx264,",
        ),
        (["--target", "p5>92"], "a limit is POOLING=NUMBER"),
        (["--target", "99.9", "--crf", "40:45"], "doesn't reach mean=99.9"),
        (["--tiny-model", "nobody"], "nobody"),
    ],
)
def test_refusals(clips: Clips, more: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(words(clips.reference, *more), capsys, sentence)


def test_an_encode_of_another_size_and_its_cure(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--encoder-args", "-vf scale=88:72", "--target", "20", "--crf", "20:51"]
    assert_fails(words(clips.reference, *small), capsys, "differ in size")
    assert main(words(clips.reference, *small, "--scale")) == 0


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["yuv4mpegpipe", "encoded.mkv", "whole"])
def test_a_signal_leaves_nothing_behind(moment: str, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    clip, scratch, out = tmp_path / "long.mkv", tmp_path / "scratch", tmp_path / "out"
    scratch.mkdir()
    out.mkdir()
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360", "-frames:v", 700, "-preset", "ultrafast", clip)
    short = ["--samples", "1", "--sample-duration", "0.2"] if moment == "whole" else []
    command = [*COMMAND, "search", str(clip), "--encoder", "libx264", "--preset", "slower", "--target", "1"]
    command += ["--crf", "30:30", "-o", str(out / "found.mkv"), *short]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"TMPDIR": str(scratch)}
    ) as process:
        wait_for_ffmpeg(process.pid, str(out) if moment == "whole" else moment)
        process.send_signal(signal.SIGINT)
        shown = process.communicate(timeout=30)
    assert (process.returncode, *shown) == (130, b"", b"")
    assert list(scratch.iterdir()) == list(out.iterdir()) == []
    assert children_of(process.pid) == []


def children_of(pid: int) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            line = shlex.join((folder / "cmdline").read_text().split("\0"))
        except (OSError, IndexError):
            continue
        if parent == str(pid):
            found.append(line)
    return found


def wait_for_ffmpeg(pid: int, word: str) -> None:
    """Until a child of the process was called with that word."""
    for _ in range(1000):
        if any(word in line for line in children_of(pid)):
            return
        time.sleep(0.01)
    pytest.fail(f"no ffmpeg was started with {word}")
