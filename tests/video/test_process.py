# SPDX-License-Identifier: BSD-3-Clause
"""Children end with the work, whatever ends it and at whatever moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support.clips import Clips
from tests.support.processes import assert_all_end, children, processes_in
from vmaf_dnn import VideoError, score
from vmaf_dnn.video.ffmpeg.process import answer, started
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder, temporary_folder
from vmaf_dnn.video.options import EXTRACTORS

WRAPPED = ["sh", "-c", "sleep 100; exit 3"]  # the shell waits for a child of its own


def test_what_a_script_started_ends_with_it(tmp_path: Path) -> None:
    with started(WRAPPED, cwd=tmp_path):
        wait_for(2, tmp_path)
    assert_all_end(tmp_path)


def test_an_answer_that_does_not_come_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        answer(WRAPPED, 0.2)
    monkeypatch.undo()
    assert_all_end(tmp_path)


def test_says_what_the_command_says_and_how_it_ends() -> None:
    result = answer(["sh", "-c", "echo out; echo log >&2; exit 3"], 60)
    assert (result.returncode, result.stdout, result.stderr) == (3, b"out\n", b"log\n")
    with pytest.raises(FileNotFoundError):
        answer(["/nowhere/ffmpeg"], 60)


def test_the_terminal_is_not_the_childs() -> None:
    told = answer([sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())"], 60)
    assert told.stdout == b"True\n"


@pytest.fixture
def interrupting_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start of a child is followed by a Ctrl-C before its number is known."""
    plain = subprocess._fork_exec  # type: ignore[attr-defined]

    def fork_exec(*words: object) -> int:
        pid = plain(*words)
        os.kill(os.getpid(), 2)
        time.sleep(0.01)
        return int(pid)

    monkeypatch.setattr(subprocess, "_fork_exec", fork_exec)


@pytest.mark.usefixtures("interrupting_start")
def test_an_interrupted_start_leaves_no_child(tmp_path: Path) -> None:
    before = children()
    with pytest.raises(KeyboardInterrupt), started(WRAPPED, cwd=tmp_path):
        pytest.fail("the block was entered")
    assert_all_end(tmp_path)
    assert children() == before


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_an_interrupted_score_leaves_nothing(
    clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: str
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = children()
    with pytest.raises(KeyboardInterrupt):
        score(clips.distorted, clips.distorted, extractor=extractor, progress=interrupt)
    assert (children(), processes_in(tmp_path), list(tmp_path.iterdir())) == (before, [], [])


def test_an_interrupt_as_a_folder_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Path.mkdir

    def mkdir(path: Path, mode: int = 0o777) -> None:
        plain(path, mode)
        raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(KeyboardInterrupt), temporary_folder():
        pytest.fail("the block was entered")
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_folder_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with temporary_folder() as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_temporary_folder_that_goes_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sentence = r"ffmpeg's log can't be written \(No such file or directory\); let it be while clips are read"

    def lose() -> None:
        with scratch_folder() as folder:
            folder.rmdir()
            (folder / "ffmpeg.log").read_bytes()

    with pytest.raises(VideoError, match=sentence):
        lose()


@pytest.mark.parametrize(
    ("clip", "what"), [("distorted", "ffmpeg.* can't be"), ("reference", "no thread can be")]
)
def test_threads_used_up_are_called_so(
    clips: Clips, monkeypatch: pytest.MonkeyPatch, clip: str, what: str
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    path = getattr(clips, clip)
    with pytest.raises(VideoError, match=rf"{what} started .*can't start new thread\); end processes"):
        score(path, path)


def wait_for(n_processes: int, folder: Path) -> None:
    end_s = time.monotonic() + 30
    while len(processes_in(folder)) < n_processes:
        assert time.monotonic() < end_s
        time.sleep(0.01)
