# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.command import assert_fails, run
from tests.support.ladders import report_of
from vmaf_dnn.cli import main

NOISE = np.random.default_rng(4).normal(size=100)


def written(folder: Path, shift: float, n_frames: int = 100) -> list[str]:
    paths = [folder / "a.json", folder / "b.json"]
    scores = [80 + NOISE[:n_frames], 80 + shift + NOISE[:n_frames] + 0.2 * NOISE[::-1][:n_frames]]
    for path, values in zip(paths, scores, strict=True):
        report_of(f"{path.stem}.mkv", None, values).write(path)
    return list(map(str, paths))


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["compare", *words]) == 0
    return capsys.readouterr().out


def test_a_difference_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed([*written(tmp_path, -0.5), "--worst", "2"], capsys)
    head, verdict, metrics, worst = out.strip().split("\n\n")
    assert head == "A: a.mkv\nB: b.mkv\n100 frames"
    assert verdict.startswith("vmaf: B is 0.")
    assert " lower in the mean, between -0." in verdict
    assert verdict.endswith(" (95%): they differ.")
    header, row = (line.split("\t") for line in metrics.splitlines())
    assert header == ["metric", "A", "B", "B - A", "from", "to", "B higher", "B lower"]
    assert float(row[4]) < float(row[3]) < float(row[5]) < 0
    first, header_of_frames, *frames = worst.splitlines()
    assert first == "B is lowest beside A by vmaf in"
    assert header_of_frames.split("\t") == ["frame", "time, s", "A", "B", "B - A"]
    assert len(frames) == 2


def test_chance_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "%): that may be chance." in printed(written(tmp_path, 0.0), capsys)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_frames_without_a_finite_value_are_counted(
    value: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = written(tmp_path, 0.5)
    values = 80 + NOISE
    values[7] = value
    report_of("a.mkv", None, values).write(paths[0])
    out = printed(paths, capsys)
    assert "vmaf: 1 of 100 frames left out: no finite value\n" in out
    assert "%): they differ." in out
    assert "nan" not in out


def test_few_frames_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(written(tmp_path, 0.5, 10), capsys)
    assert "; 10 frames are too few to tell more (24 are needed)." in out


def test_a_report_beside_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, 0)[0]
    out = printed([path, path], capsys)
    assert "vmaf: both are the same in every frame." in out
    assert "lowest" not in out


def test_frames_of_one_alone_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of("a.mkv", None, NOISE)
    report.write(tmp_path / "a.json")
    replace(report, frame_numbers=np.arange(30, 130)).write(tmp_path / "b.json")
    out = printed([str(tmp_path / "a.json"), str(tmp_path / "b.json")], capsys)
    assert "\n70 frames in both, of 100 in A and 100 in B\n" in out


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed([*written(tmp_path, -0.5), "--json"], capsys))
    of = document["metrics"]["vmaf"]
    assert of["interval"][0] < of["mean"] < of["interval"][1] < 0
    assert of["differs"] is True
    assert len(of["lowest"]) <= 5


def test_other_references_are_warned_of(tmp_path: Path) -> None:
    report_of("a.mkv", None, NOISE, reference="one.y4m").write(tmp_path / "a.json")
    report_of("b.mkv", None, NOISE, reference="other.y4m").write(tmp_path / "b.json")
    done = run("compare", tmp_path / "a.json", tmp_path / "b.json")
    warning = "vmaf-dnn: warning: the reports are of references of two names, one.y4m and other.y4m"
    assert done.stderr.startswith(warning)
    assert done.stderr.count("\n") == 1
    assert done.returncode == 0


def test_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = written(tmp_path, 0)
    assert_fails(["compare", a, str(tmp_path / "none")], capsys, "none does not exist; give a report")
    replace(report_of("b", None, NOISE), frame_numbers=np.arange(500, 600)).write(b)
    assert_fails(["compare", a, b], capsys, "the reports have no frame in common")
