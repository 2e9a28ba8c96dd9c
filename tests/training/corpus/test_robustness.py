# SPDX-License-Identifier: BSD-3-Clause
"""A corpus run that is killed, that fills its disk, that has nothing to do; all from the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clips import MakeClip
from vmaf_train.cli import main
from vmaf_train.commands import corpus
from vmaf_train.corpus.distortions import DISTORTIONS
from vmaf_train.data.table import read_table

PAGE_BYTES = 4096


@pytest.fixture
def clips(tmp_path: Path, make_clip: MakeClip) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "one.mkv")
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a quarter of a MiB; the first pair or two fill it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small disk needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, n_bytes_left: int) -> Path:
    """A file that leaves so much of a disk and no more."""
    free = os.statvfs(folder)
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_bsize - n_bytes_left))
    return ballast


def fail(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line that a failing command leaves on stderr."""
    assert main([str(word) for word in words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def finished(work: Path) -> dict[Path, int]:
    """The finished pairs, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in work.glob("[0-9a-f]*.parquet")}


def test_a_killed_run_continues_where_it_was(clips: Path, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "corpus.parquet"
    words: list[str | Path] = ["corpus", "--manifest", clips, "--out", out, "--work", work, "--keep-work"]
    command = [sys.executable, "-m", "vmaf_train", *words]
    running = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    while len(finished(work)) < 3 and running.poll() is None:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not out.exists()
    (work / f".1a2b3c4d-{'0' * 24}.parquet").touch()
    before = finished(work)
    assert 3 <= len(before) < len(DISTORTIONS)

    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert json.loads((tmp_path / "corpus.report.json").read_text())["n_pairs_reused"] == len(before)
    assert before.items() <= finished(work).items()
    assert read_table(out).num_rows == 4 * len(DISTORTIONS)
    assert {path.name for path in work.iterdir()} == {path.name for path in finished(work)} | {"corpus.lock"}
    assert {path.name for path in tmp_path.iterdir()} == {"clips", "work", out.name, "corpus.report.json"}


def test_a_disk_that_fills_ends_the_run_and_a_rerun_goes_on(
    clips: Path,
    disk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        corpus, "DISTORTIONS", tuple(distortion for distortion in DISTORTIONS if distortion.scale == 1)[-6:]
    )
    out, work = tmp_path / "t.parquet", disk / "work"
    words = ["corpus", "--manifest", clips, "--out", out, "--work", work, "--jobs", "1"]
    ballast = fill(disk, 16 * PAGE_BYTES)
    line = fail(capsys, *words)
    assert re.match(r"vmaf-train corpus: .*No space left on device; free some space", line)
    assert not out.exists()
    n_finished = len(finished(work))
    ballast.unlink()
    assert main([str(word) for word in words]) == 0
    assert json.loads((tmp_path / "t.report.json").read_text())["n_pairs_reused"] == n_finished
    assert read_table(out).num_rows == 24


def test_a_table_that_does_not_fit_is_not_half_there(
    clips: Path,
    disk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(corpus, "DISTORTIONS", DISTORTIONS[:2])
    ballast = fill(disk, PAGE_BYTES)
    words = ["corpus", "--manifest", clips, "--out", disk / "t.parquet", "--work", tmp_path / "work"]
    assert "No space left on device" in fail(capsys, *words)
    assert list(disk.iterdir()) == [ballast]
    ballast.unlink()
    assert main([str(word) for word in words]) == 0


def test_an_empty_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none").mkdir()
    line = fail(capsys, "corpus", "--manifest", tmp_path / "none", "--out", tmp_path / "t.parquet")
    assert line.startswith(f"vmaf-train corpus: {tmp_path / 'none'} names no clip, expected clips (.avi")
    assert [path.name for path in tmp_path.iterdir()] == ["none"]
