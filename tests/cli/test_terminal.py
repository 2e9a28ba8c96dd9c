# SPDX-License-Identifier: BSD-3-Clause
"""Terminals, and streams that are closed or full."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clips import N_FRAMES, Clips
from tests.support.command import on_terminal, pair

pytestmark = pytest.mark.slow


def test_a_closed_pipe_is_quiet(clips: Clips) -> None:
    script = f'{sys.executable} -m vmaf_dnn -r "$1" -d "$2" --json | true; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", script, "bash", clips.reference, clips.distorted], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")


def test_a_terminal_gets_progress_and_a_summary(clips: Clips, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    shown = on_terminal([*pair(clips), "-o", str(out)])
    assert "scoring" in shown
    assert f"{N_FRAMES}/{N_FRAMES}" in shown
    assert "vmaf_tiny_v2" in shown
    assert "report:" in shown
    assert out.exists()
    assert on_terminal([*pair(clips), "-o", str(out), "--quiet"]) == ""
    assert "scoring" not in on_terminal([*pair(clips), "-q"])


def test_a_terminal_gets_tables() -> None:
    shown = on_terminal(["models"])
    assert "─" in shown
    assert "vmaf_tiny_v3" in shown
    assert "sha256:" in on_terminal(["info", "vmaf_tiny_v2"])


BAD_OUTPUT = (
    "vmaf-dnn: error: can't write to stdout: Bad file descriptor; it is closed: leave it open, or write to a"
    " file.\n"
)
FULL = (
    "vmaf-dnn: error: can't write to stdout: No space left on device; free some space, or write to a file"
    " on another disk.\n"
)
MISSING = "vmaf-dnn: error: no.y4m: no such file.\n"


@pytest.mark.parametrize(
    ("words", "status", "stderr"),
    [
        ("$PAIR >&-", 1, BAD_OUTPUT),
        ("$PAIR --json >&-", 1, BAD_OUTPUT),
        ("models >&-", 1, BAD_OUTPUT),
        ("--help >&-", 1, BAD_OUTPUT),
        ("$PAIR -o out.json >&-", 0, ""),
        ("$PAIR 2>&-", 0, ""),
        ("$PAIR <&-", 0, ""),
        ("$PAIR -o out.json <&- >&- 2>&-", 0, ""),
        ("$PAIR <&- >&- 2>&-", 1, ""),
        ("-r no.y4m -d no.y4m 2>&-", 1, ""),
        ("-r no.y4m -d no.y4m >&-", 1, MISSING),
        ("-r no.y4m -d no.y4m 2>/dev/full", 1, ""),
        ("--sheep 2>&-", 2, ""),
        ("$PAIR --json >/dev/full", 1, FULL),
        ("--version >/dev/full", 1, FULL),
        ("--help >/dev/full", 1, FULL),
        ("models --help >/dev/full", 1, FULL),
    ],
)
def test_closed_and_full_streams(clips: Clips, tmp_path: Path, words: str, status: int, stderr: str) -> None:
    shell = f"{sys.executable} -m vmaf_dnn " + words.replace("$PAIR", '-r "$1" -d "$2"')
    command: list[str | Path] = ["sh", "-c", shell, "sh", clips.reference, clips.distorted]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (status, stderr)
    assert (tmp_path / "out.json").exists() == ("-o" in words)
