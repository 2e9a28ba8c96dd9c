# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn nr`: a clip without a reference, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.clips import N_FRAMES, Clips
from tests.support.command import assert_fails, on_terminal, run
from tests.support.make_tile_models import write_tile_model
from vmaf_dnn import Report, score
from vmaf_dnn.cli import main


@pytest.fixture
def words(clips: Clips, tmp_path: Path) -> list[str]:
    return ["nr", str(clips.distorted), "--tiny-model", str(write_tile_model(tmp_path))]


def test_prints_the_score(words: list[str], clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    expected = score(None, clips.distorted, tiny_model=words[-1])
    assert capsys.readouterr().out == f"bright: {expected.score:.6f}\n"


@pytest.mark.parametrize("layout", ["json", "xml", "csv", "sub"])
def test_writes_each_layout(
    words: list[str], clips: Clips, layout: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"report.{layout}"
    assert main([*words, "-o", str(out), "--pool", "p5", "--worst", "1"]) == 0
    assert capsys.readouterr().out == ""
    assert out.read_text().count("bright") >= 1
    if layout != "sub":
        assert len(Report.read(out).frame_numbers) == N_FRAMES
    if layout == "json":
        assert [one["metric"] for one in json.loads(out.read_text())["worst"]] == ["bright"]


def test_reads_a_pipe(words: list[str], clips: Clips, tmp_path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "vmaf_dnn", "nr", "-", *words[2:], "--csv"]
    with clips.reference.open("rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == N_FRAMES + 1


def test_a_person_sees_a_table(words: list[str]) -> None:
    shown = on_terminal(words)
    assert "bright" in shown
    assert f"{N_FRAMES} frames, 176x144" in shown


def test_the_frames_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--frame_skip", "2", "--subsample", "4", "--csv"]) == 0
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == ["Frame", "0", "4"]


def test_a_score_below_its_limit_ends_with_3(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--fail-below", "mean=99"]) == 3
    assert "the mean of bright is" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            ["--tiny-model", "vmaf_tiny_v4"],
            "vmaf_tiny_v4 is of kind fr: it scores a clip beside its reference",
        ),
        (["--scale"], "scale has no reference whose size it could take; give it a number of lines."),
        (["--shortest"], "shortest goes with a reference, and there is none; leave it out."),
        (["--fail-below", "vmaf:mean=3"], "vmaf"),
        (["--frame_skip", "4294967296"], "error: --frame_skip must be 2147483647 or less, got 4294967296."),
        (["--tiny-model", "nr_metric"], 'those of kind nr are: nr_metric_v1. Did you mean "nr_metric_v1"?'),
        (["--tiny-threads", "5000"], "--tiny-threads must be 1024 or less"),
    ],
)
def test_what_does_not_go_is_refused(
    words: list[str], more: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_fails([*words, *more], capsys, sentence)


def test_the_clip_is_never_replaced(
    words: list[str], clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_fails([*words, "-o", str(clips.distorted)], capsys, "this run reads it as")


def test_the_help_names_the_default_model() -> None:
    assert "default: nr_metric_v1" in " ".join(run("nr", "--help").stdout.split())
