# SPDX-License-Identifier: BSD-3-Clause
"""Ladders on the command line: with several distorted clips, and of reports that were written."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from tests.support.clips import Clips, FfmpegRunner
from tests.support.command import assert_fails, assert_wrong_usage, on_terminal
from tests.support.ladders import reports_of
from vmaf_dnn.cli import main

pytest.importorskip("bjontegaard")

CRFS = (22, 28, 34, 40)


@pytest.fixture(scope="module")
def encodes(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> list[Path]:
    folder = tmp_path_factory.mktemp("encodes")
    paths = []
    for encoder, more in (("libx264", []), ("libx265", ["-x265-params", "log-level=none"])):
        for crf in CRFS:
            paths.append(folder / f"{encoder}_{crf}.mkv")
            ffmpeg("-i", clips.reference, "-c:v", encoder, *more, "-crf", crf, "-preset", "fast", paths[-1])
    return paths


def words(clips: Clips, encodes: list[Path]) -> list[str]:
    return ["-r", str(clips.reference), *(word for path in encodes for word in ("-d", str(path)))]


def tables(text: str) -> list[list[list[str]]]:
    """What stands between empty lines, in cells."""
    return [[line.split("\t") for line in part.splitlines()] for part in text.strip().split("\n\n")]


def test_a_pipe_gets_tables(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("a.json", "a.csv", "a.png", "a.svg")]
    flags = [word for file in files for word in ("--ladder", str(file))]
    assert main([*words(clips, encodes), *flags, "--target", "mean=70", "-o", str(tmp_path / "r")]) == 0
    of_clips, groups, hull, cheapest = tables(capsys.readouterr().out)
    assert of_clips[0][:4] == ["distorted", "bytes", "frames", "score"]
    assert of_clips[0][-1] == "kbit/s"
    assert [row[0] for row in groups] == ["group", "h264", "hevc"]
    assert groups[1][6:] == ["-", "-", "-"]
    assert hull[0] == ["convex hull", "group", "kbit/s", "vmaf_tiny_v2 mean"]
    assert cheapest[0][0].startswith("cheapest with mean of vmaf_tiny_v2 70 or more: libx26")
    document = json.loads(files[0].read_text())
    assert f"{document['bd'][0]['bd_rate']:+.2f}" == groups[2][6]
    rates = {rung["name"]: rung["kbit_per_s"] for group in document["groups"] for rung in group["rungs"]}
    assert [f"{rates[Path(row[0]).name]:.3f}" for row in of_clips[1:]] == [row[-1] for row in of_clips[1:]]
    assert all(file.stat().st_size for file in files)


def test_reports_make_the_same_ladder(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "reports"
    first = tmp_path / "first.json"
    assert main([*words(clips, encodes), "--ladder", str(first), "-o", str(folder), "--json"]) == 0
    capsys.readouterr()
    assert main(["ladder", str(folder), "--json", "-o", str(tmp_path / "second.json")]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "second.json").read_text())
    one, other = (json.loads((tmp_path / name).read_text()) for name in ("first.json", "second.json"))
    assert one["hull"] == other["hull"]
    assert one["bd"][0]["bd_rate"] == pytest.approx(other["bd"][0]["bd_rate"], abs=1e-3)


def test_a_list_of_reports_is_read(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(clips, encodes[:2]), "--json", "--group", "x26."]) == 0
    (tmp_path / "list.json").write_text(capsys.readouterr().out)
    assert main(["ladder", str(tmp_path / "list.json"), "--target", "p5=101"]) == 0
    (groups, hull, best) = tables(capsys.readouterr().out)
    assert groups[1][:2] == ["h264", "2"]
    assert len(hull) == 3
    assert best[0][0].startswith("no encode has p5 of vmaf_tiny_v2 101; the best: libx264_22.mkv, ")


def test_names_group(clips: Clips, encodes: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words(clips, encodes[3:6]), "--group", "x26[45]"]) == 0
    groups = tables(capsys.readouterr().out)[1]
    assert [row[:2] for row in groups[1:3]] == [["x264", "1"], ["x265", "2"]]
    assert groups[3][0].startswith("no BD delta of x265: x264 has 1 rung, and BD deltas take 4")


def test_a_terminal_shows_rates_for_bytes(clips: Clips, encodes: list[Path]) -> None:
    shown = on_terminal([*words(clips, encodes[:2]), "--ladder", "-q"])
    assert "kbit/s" in shown
    assert "bytes" not in shown
    assert "convex hull" not in shown
    assert "convex hull" in on_terminal([*words(clips, encodes[:2]), "--ladder"])


def test_json_on_stdout_stays_alone(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(clips, encodes[:2]), "--json", "--ladder", str(tmp_path / "a.csv")]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 3


def test_a_clip_that_cannot_be_scored_is_left_out(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.mkv").write_bytes(encodes[0].read_bytes()[:2000])
    assert main([*words(clips, [*encodes[:2], tmp_path / "broken.mkv"]), "--ladder"]) == 1
    out, err = capsys.readouterr()
    assert tables(out)[1][1][:2] == ["h264", "2"]
    assert "broken.mkv" in err


def test_clips_without_a_rate_do_not_hide_a_broken_one(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, capsys: pytest.CaptureFixture[str]
) -> None:
    ffmpeg("-i", clips.reference, tmp_path / "a.yuv")
    (tmp_path / "b.yuv").write_bytes(bytes(100))
    raw = ["-w", "176", "-h", "144", "-p", "420", "-b", "8", "-r", str(tmp_path / "a.yuv")]
    given = [*raw, "-d", str(tmp_path / "a.yuv"), "-d", str(tmp_path / "b.yuv"), "--ladder"]
    assert main(given) == 1
    broken, without = capsys.readouterr().err.splitlines()
    assert "b.yuv has 100 bytes, which is not a multiple" in broken
    cure = "states no bit rate; score the clip again, state --frame_rate (frame_rate=25)."
    assert without.endswith(cure)
    assert main([*given, "--frame_rate", "25"]) == 1
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "rawvideo\t1\t7603.200" in out


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--ladder", "a.xml"], "a ladder is written as .json, .csv, .png or .svg, got a.xml"),
        (["--group", "("], "the group must be a regular expression"),
        (["--group", "nothing"], "is in no group: its name doesn't hold 'nothing'"),
        (["--target", "93"], "a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got '93'"),
        (["--target", "stddev=3"], "the limit of 3 is of stddev, which tells no quality"),
        (["--ladder", "--pool", "stddev"], "the ladder is of stddev, which tells no quality"),
        (["--target", "median=93"], "the pooling must be one of mean"),
    ],
)
def test_wrong_usage(
    flags: list[str], sentence: str, clips: Clips, encodes: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_wrong_usage([*words(clips, encodes[:2]), *flags], capsys, sentence)


def test_a_group_that_is_never_done_is_refused(
    clips: Clips, encodes: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    name = str(encodes[0].with_name("a" * 60 + ".mkv"))
    sentence = "the group '(a+)+$' is not found in the clips' names within 2 s; write it without repetitions"
    assert_wrong_usage(["-r", str(clips.reference), "-d", name, "--group", "(a+)+$"], capsys, sentence)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_clip_stands_once(clips: Clips, encodes: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    sentence = f"2 distorted clips are {encodes[0]}; a ladder takes each once"
    assert_wrong_usage([*words(clips, [encodes[0]] * 2), "--ladder"], capsys, sentence)


def test_what_can_not_be_given_is_refused_before_the_work(
    clips: Clips, encodes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = words(clips, encodes[:2])
    (tmp_path / "clip.png").symlink_to(encodes[0])
    for flags, sentence in (
        (["--ladder", str(tmp_path / "no" / "a.png")], "No such file or directory; create its folder first"),
        (["-n", "--ladder"], "a ladder is of a score, and no model is asked for; name one"),
        (["--target", "other:mean=93"], "a limit is of 'other', and the scores of this run are vmaf_tiny_v2"),
        (["--ladder", str(tmp_path / "clip.png")], "clip.png: this run reads it as"),
    ):
        assert_fails([*given, *flags], capsys, sentence)


def test_reports_without_rates_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (report,) = reports_of("h264", [100], [60])
    report.write(tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text()
    assert main(["ladder", str(tmp_path / "a.json")]) == 0
    capsys.readouterr()
    (tmp_path / "a.json").write_text(text.replace("kbit_per_s", "other"))
    sentence = "the report of h264_100.mkv states no bit rate; score the clip again, with --ladder"
    assert_fails(["ladder", str(tmp_path / "a.json")], capsys, sentence)


def test_what_is_no_report_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(["ladder", str(tmp_path)], capsys, "holds no report in JSON or XML; name a folder or files")
    assert_fails(["ladder", str(tmp_path / "a.json")], capsys, "a.json does not exist; give a report in JSON")
    (tmp_path / "a.json").write_text("[{}, 3]")
    assert_fails(["ladder", str(tmp_path / "a.json")], capsys, "report 1 of ")
    (tmp_path / "a.json").write_text("[1,")
    assert_fails(["ladder", str(tmp_path / "a.json")], capsys, "a.json is no JSON in line 1")
    shutil.copy(__file__, tmp_path / "a.json")
    assert_fails(["ladder", str(tmp_path)], capsys, "as no report does")


def test_the_output_is_none_of_the_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (report,) = reports_of("h264", [100], [60])
    file = tmp_path / "a.json"
    report.write(file)
    assert_fails(["ladder", str(file), "-o", str(file)], capsys, "this run reads it as")
