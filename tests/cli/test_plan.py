# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn plan PICTURE | vmaf-dnn caption`: the pipe between two processes, and what it refuses."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.command import COMMAND, assert_fails
from tests.support.plans import REGISTRY, disc
from vmaf_dnn.cli import main

Image = pytest.importorskip("PIL.Image")
OURS = ["--registry", str(REGISTRY)]
SAID = ["a large red circle", "a small blue circle"]


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "red.png", tmp_path / "blue\n.png"]
    Image.fromarray(disc()).save(paths[0])
    Image.fromarray(disc((55, 85, 225), 6)).resize((256, 256), Image.Resampling.NEAREST).save(paths[1])
    return list(map(str, paths))


def plans_of(pictures: list[str], *words: str) -> bytes:
    done = subprocess.run([*COMMAND, "plan", *pictures, *OURS, *words], capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize(("form", "n_bytes"), [("fp16", 8192), ("int8", 4100)])
def test_another_process_says_what_is_on_the_pictures(pictures: list[str], form: str, n_bytes: int) -> None:
    plans = plans_of(pictures, "--form", form)
    assert len(plans) == 2 * (48 + n_bytes)
    done = subprocess.run([*COMMAND, "caption", *OURS], input=plans, capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == SAID


def test_plans_go_through_a_file(
    pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "plans.bin")
    assert main(["plan", *pictures, "-o", file, *OURS]) == 0
    assert main(["caption", file, "--json", *OURS]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["caption"] for one in found] == SAID
    assert all(-1 < one["log_likelihood"] <= 0 for one in found)


def test_a_caption_is_there_before_the_next_plan(pictures: list[str]) -> None:
    plans = plans_of(pictures)
    command = [*COMMAND, "caption", *OURS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(plans[: len(plans) // 2])
        process.stdin.flush()
        assert process.stdout.readline().decode() == f"{SAID[0]}\n"
        process.stdin.close()


def test_nothing_of_a_refused_picture_is_written(
    pictures: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.png").write_bytes(b"no picture")
    words = ["plan", pictures[0], str(tmp_path / "none.png"), "-o", str(tmp_path / "plans.bin"), *OURS]
    assert_fails(words, capsys, "none.png can't be read as BMP, GIF, JPEG")
    assert not (tmp_path / "plans.bin").exists()


def test_refuses_to_replace_a_picture_with_its_plan(
    pictures: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_fails(["plan", pictures[0], "-o", pictures[0], *OURS], capsys, "this run reads it")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty, expected plans of `vmaf-dnn plan`"),
        (b"\x89PNG" + bytes(100), "plan 1: This is not a plan"),
        (
            b"VPLN\x01\x01\x10\x00\x00\x01" + bytes(38) + np.zeros(4096, "<f2").tobytes(),
            "is of encoder 00000000",
        ),
    ],
)
def test_refuses_files_that_hold_no_plans_of_its_encoder(
    data: bytes, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plans.bin").write_bytes(data)
    assert_fails(["caption", str(tmp_path / "plans.bin"), *OURS], capsys, sentence)


def test_what_came_before_a_cut_is_told_as_json(pictures: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, "caption", "--json", *OURS], input=plans_of(pictures)[:-5], capture_output=True
    )
    assert done.returncode == 1
    assert [one["caption"] for one in json.loads(done.stdout)] == SAID[:1]
    assert b"stdin, plan 2: The plan has 8187 bytes behind its header" in done.stderr
    nothing = subprocess.run([*COMMAND, "caption", "--json", *OURS], input=b"x", capture_output=True)
    assert (nothing.returncode, nothing.stdout) == (1, b"")


def test_empty_paths_are_refused(pictures: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(
        ["caption", "", *OURS], capsys, "the path of the plans is empty; name a file, or - for stdin."
    )
    assert_fails(["plan", "", "-o", "out.bin", *OURS], capsys, "The path of a picture is empty; name a file.")
    assert_fails(["plan", pictures[0], "-o", "", *OURS], capsys, "a file whose name is empty; name one.")


def test_refuses_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert_fails(
        ["caption", str(tmp_path / "none.bin"), *OURS], capsys, "No such file or directory; check the"
    )


def test_bytes_are_neither_written_to_a_terminal_nor_typed(
    pictures: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert_fails(["plan", pictures[0], *OURS], capsys, "plans are bytes, no text for a terminal")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    assert_fails(["caption", *OURS], capsys, "plans are bytes, nothing to type")


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        ("> /dev/full", "can't write to stdout: No space left on device; free some space"),
        ("<&- > /dev/null", "stdin is empty, expected plans"),
    ],
)
def test_a_stream_that_fails_is_told_by_its_name(
    ending: str, sentence: str, pictures: list[str], tmp_path: Path
) -> None:
    plans = tmp_path / "plans.bin"
    assert main(["plan", pictures[0], "-o", str(plans), *OURS]) == 0
    words = [*COMMAND, "caption", *([] if "<" in ending else [str(plans)]), *OURS]
    done = subprocess.run(f"{shlex.join(words)} {ending}", shell=True, capture_output=True, text=True)
    assert done.returncode == 1
    assert sentence in done.stderr
