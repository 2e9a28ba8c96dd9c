# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn batch`: what it prints, its exit codes, and its flags."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from tests.support.batches import write_clips, write_manifest
from tests.support.command import assert_fails, assert_wrong_usage, on_terminal, run
from vmaf_dnn.cli import main
from vmaf_dnn.cli.verbs.batch import _seconds, _time


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return write_manifest(tmp_path / "m.csv", write_clips(tmp_path, 2, 2))


def test_it_says_what_it_scored(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = manifest.parent / "out"
    assert main(["batch", str(manifest), "-o", str(out)]) == 0
    printed, told = capsys.readouterr()
    assert printed == f"4 of 4 pairs scored: {out}\n"
    assert told == "0 of 4 pairs\n"
    assert main(["batch", str(manifest), "-o", str(out), "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["batch", str(manifest), "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"4 of 4 pairs scored, 4 of them by earlier runs: {out}\n"


def test_a_failed_pair_is_exit_code_1_with_sentences(manifest: Path) -> None:
    (manifest.parent / "dist1_0.y4m").unlink()
    done = run("batch", manifest, "-o", manifest.parent / "out", "-q")
    assert (done.returncode, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()
    assert first.startswith("vmaf-dnn: error: row 3 (dist1_0.y4m against ref1.y4m) failed: ")
    assert second == (
        f"vmaf-dnn: error: 1 of 4 pairs failed; the rest is in {manifest.parent / 'out'}, and the next run"
        " tries these again."
    )


def test_every_fault_of_a_manifest_is_a_line(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest.write_text(manifest.read_text() + ",x\nref0.y4m,dist0_0.y4m\n")
    assert main(["batch", str(manifest), "-o", str(manifest.parent / "out")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["row 5", "row 6"]


def test_options_may_be_set_for_all_rows(manifest: Path) -> None:
    from pyarrow import parquet

    out = manifest.parent / "out"
    words = ["batch", str(manifest), "-o", str(out), "-q", "--set", "tiny-model=vmaf_tiny_v4", "--set"]
    assert main([*words, "subsample=2"]) == 0
    table = parquet.read_table(out / "pooled.parquet")
    assert table["n_frames"].to_pylist() == [3] * 4
    assert table["scores"].to_pylist() == [["vmaf_tiny_v4"]] * 4


def test_on_a_terminal_a_bar_counts_pairs(manifest: Path) -> None:
    shown = on_terminal(["batch", str(manifest), "-o", str(manifest.parent / "out")])
    assert "4/4" in shown
    assert "4 of 4 pairs scored" in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--engine", "dask"], "--engine dask and --scheduler ADDRESS go together"),
        (["--scheduler", "tcp://x:1"], "--engine dask and --scheduler ADDRESS go together"),
        (
            ["--engine", "dask", "--scheduler", "tcp://x:1", "--workers", "2"],
            "--workers is of --engine local",
        ),
        (["--split", "soon"], "--split must be a time, as 60s or 2m, got 'soon'."),
        (["--split", "0s"], "split must be more than 0"),
        (["--set", "subsample"], "--set must be OPTION=VALUE, as scale=true, got 'subsample'."),
        (["--set", "sheep=1"], "row 1: there is no option 'sheep'; there are"),
        (["--workers", "0"], "workers must be 1 or more, got 0."),
    ],
)
def test_flags_that_make_no_sense(
    words: list[str], sentence: str, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write_manifest(manifest.parent / "one.csv", [("ref0.y4m", "dist0_0.y4m")])
    assert main(["batch", str(one), "-o", str(manifest.parent / "out"), *words]) == 1
    assert sentence in capsys.readouterr().err


def test_a_folder_is_needed(manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_wrong_usage(["batch", str(manifest)], capsys, "the following arguments are required: -o")


def test_a_manifest_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["batch", str(tmp_path / "no.csv"), "-o", str(tmp_path / "out")]
    assert_fails(words, capsys, "can't be read: No such file or directory.")


@pytest.mark.parametrize(
    ("text", "seconds"), [("60s", 60), ("90", 90), ("2m", 120), ("1.5min", 90), ("1h", 3600), (None, None)]
)
def test_times(text: str | None, seconds: float | None) -> None:
    assert _seconds(text) == seconds


@pytest.mark.parametrize(("seconds", "text"), [(3.4, "3 s"), (130, "2 min"), (36000, "10 h")])
def test_what_is_left_is_told_roughly(seconds: float, text: str) -> None:
    assert _time(seconds) == text
