# SPDX-License-Identifier: BSD-3-Clause
"""Several distorted clips on the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import Clips
from tests.support.command import on_terminal
from vmaf_dnn.cli import main


def words(clips: Clips) -> list[str]:
    return ["-r", str(clips.reference), "-d", str(clips.distorted), "-d", str(clips.reference)]


def test_a_pipe_gets_a_table(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(clips)) == 0
    header, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert header == ["distorted", "bytes", "frames", "score", "mean", "harmonic", "min", "max"]
    expected = vmaf_dnn.score(clips.reference, clips.distorted).mean
    n_bytes = str(clips.distorted.stat().st_size)
    assert rows[0][:5] == [str(clips.distorted), n_bytes, "10", "vmaf_tiny_v2", f"{expected:.6f}"]
    assert rows[1][0] == str(clips.reference)


def test_a_folder_gets_a_report_each_and_stdout_the_table(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "reports"
    assert main([*words(clips), "-o", str(folder), "--csv"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["distorted.mkv.csv", "reference.y4m.csv"]
    assert (folder / "distorted.mkv.csv").read_text().startswith("Frame,integer_motion2,")
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main([*words(clips), "-o", str(folder), "-q"]) == 0
    assert (folder / "distorted.mkv.xml").read_text().startswith("<VMAF")
    assert capsys.readouterr().out == ""


def test_stdout_gets_one_json_list(clips: Clips, capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["--json"], ["--json", "-o", "-"]):
        assert main([*words(clips), *more]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert [item["distorted"] for item in listed] == [str(clips.distorted), str(clips.reference)]
        assert listed[1]["pooled_metrics"]["integer_vif_scale3"]["mean"] > 0.9999


@pytest.mark.parametrize("more", [["--xml"], ["--csv", "-o", "-"], ["-o", "-"]])
def test_other_documents_hold_one_report(
    clips: Clips, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*words(clips), *more])
    sentence = "several reports go to stdout as one --json list; or name a folder with --output"
    assert sentence in capsys.readouterr().err


def test_clips_of_one_name_are_refused(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twice = ["-r", str(clips.reference), *["-d", str(clips.distorted)] * 2]
    assert main([*twice, "-o", str(tmp_path / "new")]) == 1
    assert "2 distorted clips are called distorted.mkv, and so would their reports" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_file_is_no_folder(clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main([*words(clips), "-o", str(tmp_path / "file")]) == 1
    assert "file: File exists; several reports need a folder" in capsys.readouterr().err


def test_a_failed_run_leaves_no_folder(clips: Clips, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.mkv"
    damaged.write_bytes(clips.distorted.read_bytes()[:-500])
    kept = tmp_path / "kept"
    kept.mkdir()
    for folder in (tmp_path / "new", kept):
        assert main([*words(clips), "-d", str(damaged), "-o", str(folder), "--fail-fast"]) == 1
        assert folder.exists() == (folder == kept)


def test_odd_names_stay_in_their_cell(
    clips: Clips, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    odd = tmp_path / os.fsdecode(b"a\tb\nc\xff.mkv")
    shutil.copy(clips.distorted, odd)
    assert main([*words(clips), "-d", str(odd)]) == 0
    last = capsysbinary.readouterr().out.decode().splitlines()[-1].split("\t")
    assert last[0] == str(tmp_path / r"a\x09b\x0ac\xff.mkv")
    assert main([*words(clips), "-d", str(odd), "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)[2]["distorted"].endswith("a\tb\nc\\xff.mkv")


def test_a_file_for_several_reports_is_refused(
    clips: Clips, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It used to become a folder of that name."""
    with pytest.raises(SystemExit, match="2"):
        main([*words(clips), "-o", str(tmp_path / "all.json")])
    said = " ".join(capsys.readouterr().err.split())
    assert "all.json names one file for 2 reports; name a folder and their format (--output" in said
    assert said.endswith(f"{tmp_path / 'all'} --json).")
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_loses_its_middle_on_a_narrow_terminal(clips: Clips, tmp_path: Path) -> None:
    several = [tmp_path / f"a_folder_of_encodes_with_a_long_name_x264_crf{crf}.mkv" for crf in (23, 38)]
    for path in several:
        shutil.copyfile(clips.distorted, path)
    flags = [word for path in several for word in ("-d", str(path))]
    shown = on_terminal(["-r", str(clips.reference), *flags, "-q"], n_columns=80)
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()
    names = [line.split()[0] for line in lines if "vmaf_tiny_v2" in line]
    assert [name[-9:] for name in names] == ["crf23.mkv", "crf38.mkv"]
    assert all("…" in name for name in names)
    assert max(map(len, lines)) <= 80
