# SPDX-License-Identifier: BSD-3-Clause
"""--pool, --worst and --fail-below."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import Clips
from tests.support.command import assert_fails, assert_wrong_usage, on_terminal, pair
from vmaf_dnn.cli import main
from vmaf_dnn.text import clock


@pytest.fixture(scope="module")
def report(clips: Clips) -> vmaf_dnn.Report:
    return vmaf_dnn.score(clips.reference, clips.distorted)


def ladder(clips: Clips) -> list[str]:
    return [*pair(clips), "-d", str(clips.reference)]


def out_of(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    assert main(words) == code
    return capsys.readouterr().out


def test_a_pipe_gets_the_headline(
    clips: Clips, report: vmaf_dnn.Report, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("p5", "harmonic_mean", "min", "p2.5", "worst_second"):
        expected = f"vmaf_tiny_v2: {report.pooled(word):.6f}\n"
        assert out_of([*pair(clips), "--pool", word], capsys) == expected


def test_the_table_of_several_clips_has_the_headline_first(
    clips: Clips, report: vmaf_dnn.Report, capsys: pytest.CaptureFixture[str]
) -> None:
    header, first, _ = out_of([*ladder(clips), "--pool", "p5"], capsys).splitlines()
    assert header.split("\t")[3:] == ["score", "p5", "mean", "harmonic", "min", "max"]
    expected = [report.pooled(word) for word in ("p5", "mean", "harmonic_mean", "min", "max")]
    assert first.split("\t")[4:] == [f"{value:.6f}" for value in expected]
    header = out_of([*ladder(clips), "--pool", "min"], capsys).splitlines()[0]
    assert header.split("\t")[4:] == ["min", "mean", "harmonic", "max"]


def test_a_report_states_the_headline(
    clips: Clips, report: vmaf_dnn.Report, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(out_of([*pair(clips), "--pool", "p5", "--json"], capsys))
    assert document["headline"] == {"pool": "p5", "scores": {"vmaf_tiny_v2": round(report.pooled("p5"), 6)}}


def test_a_pipe_gets_the_worst_frames_below_the_scores(
    clips: Clips, report: vmaf_dnn.Report, capsys: pytest.CaptureFixture[str]
) -> None:
    score, gap, header, *rows = out_of([*pair(clips), "--worst", "3"], capsys).splitlines()
    (worst,) = report.worst(3)  # of ten frames at 25 a second
    assert (score, gap) == (f"vmaf_tiny_v2: {report.mean:.6f}", "")
    assert header.split("\t") == ["frame", "time_s", "metric", "score", *report.metrics]
    (cells,) = [row.split("\t") for row in rows]
    assert cells[0] == str(worst.frame_number) == str(int(np.argmin(report.metrics["vmaf_tiny_v2"])))
    assert float(cells[1]) == pytest.approx(worst.frame_number / 25, abs=1e-6)
    assert cells[2:4] == ["vmaf_tiny_v2", f"{worst.score:.6f}"]
    assert cells[4:] == [f"{value:.6f}" for value in worst.metrics.values()]


def test_of_several_clips_the_worst_frames_have_their_clips_names(
    clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = out_of([*ladder(clips), "--worst", "1"], capsys).splitlines()
    assert [line.split("\t")[0] for line in lines[4:]] == [
        "distorted",
        str(clips.distorted),
        str(clips.reference),
    ]


def test_reports_name_the_worst_frames_and_stay_documents(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(json.loads(out_of([*pair(clips), "--worst", "1", "--json"], capsys))["worst"]) == 1
    assert out_of([*pair(clips), "--worst", "1", "-o", str(tmp_path / "a.xml")], capsys) == ""
    assert vmaf_dnn.Report.read(tmp_path / "a.xml").n_worst == 1
    assert out_of([*pair(clips), "--worst", "1", "--csv"], capsys).startswith("Frame,")


def test_a_person_sees_the_headline_first_and_the_worst_frames(clips: Clips) -> None:
    shown = on_terminal([*pair(clips), "-q", "--pool", "p5", "--worst", "1"])
    assert shown.index("p5") < shown.index("mean") < shown.index("worst frame")
    assert "adm2\N{NO-BREAK SPACE}0." in shown
    shown = on_terminal([*ladder(clips), "-q", "--worst", "1"], 100)
    assert shown.count("0:00.") == 2


@pytest.mark.parametrize(
    ("time_s", "shown"),
    [(0.04, "0:00.040"), (59.9996, "1:00.000"), (754.5, "12:34.500"), (3723.25, "1:02:03.250")],
)
def test_times_are_those_of_a_player(time_s: float, shown: str) -> None:
    assert clock(time_s, 3) == shown


def test_a_clip_below_a_limit_ends_the_run_with_3_after_its_report(
    clips: Clips, report: vmaf_dnn.Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*ladder(clips), "-o", str(tmp_path / "reports"), "--json"]
    words += ["--fail-below", "mean=95,p1=10", "--fail-below", "vmaf_tiny_v2:min=90"]
    assert main(words) == 3
    assert capsys.readouterr().err == (
        f"vmaf-dnn: error: {clips.distorted}: the mean of vmaf_tiny_v2 is {report.mean:.6f}, below 95;"
        f" the min of vmaf_tiny_v2 is {report.pooled('min'):.6f}, below 90.\n"
    )
    assert len(list((tmp_path / "reports").iterdir())) == 2


def test_clips_above_their_limits_pass(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of([*pair(clips), "--fail-below", "mean=1,vmaf_tiny_v2:p1=1"], capsys)


def test_limits_are_of_each_model(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    models = ["--tiny-model", "vmaf_tiny_v2", "--tiny-model", "vmaf_tiny_v4"]
    assert main([*pair(clips), *models, "--fail-below", "vmaf_tiny_v4:mean=99"]) == 3
    assert "the mean of vmaf_tiny_v4 is " in capsys.readouterr().err


def test_a_clip_that_could_not_be_scored_counts_more_than_a_limit(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.y4m").write_bytes(b"YUV4MPEG2 sheep\n")
    assert main([*pair(clips), "-d", str(tmp_path / "broken.y4m"), "--fail-below", "mean=99"]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "broken.y4m" in first
    assert "below 99" in second


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--fail-below", "mean"], "a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got 'mean'"),
        (["--fail-below", "average=3"], "the pooling must be one of mean"),
        (["--pool", "p101"], "the pooling must be one of mean"),
        (["--worst", "-1"], "invalid unsigned number value: '-1'"),
    ],
)
def test_wrong_numbers_are_refused_before_the_clips_are_read(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_wrong_usage(["-r", "missing.y4m", "-d", "missing.y4m", *words], capsys, sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--fail-below", "vmaf:p5=80"],
            "a limit is of 'vmaf', and the scores of this run are vmaf_tiny_v2; write vmaf_tiny_v2:p5=80.",
        ),
        (["-n", "--fail-below", "p5=80"], "a limit needs a score, and no model is asked for"),
        (["-n", "--worst", "3"], "--worst needs a score, and no model is asked for"),
    ],
)
def test_scores_that_there_will_not_be_are_refused_before_the_clips_are_read(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_fails(["-r", "missing.y4m", "-d", "missing.y4m", *words], capsys, sentence)


def test_limits_of_libvmafs_own_scores(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*pair(clips), "-m", "version=vmaf_v0.6.1", "--fail-below", "vmaf:mean=99"]
    assert main(words) == 3
    assert "the mean of vmaf is " in capsys.readouterr().err
