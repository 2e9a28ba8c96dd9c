# SPDX-License-Identifier: BSD-3-Clause
"""The command `vmaf-dnn`: in this process, as a shell would run it, and on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clips import Clips
from vmaf_dnn.cli import main

COMMAND = [sys.executable, "-m", "vmaf_dnn"]


def run(
    *words: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a shell would run it, its output going to pipes."""
    environment = os.environ | (env or {})
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, env=environment, cwd=cwd
    )


def pair(clips: Clips) -> list[str]:
    return ["-r", str(clips.reference), "-d", str(clips.distorted)]


def assert_fails(words: list[str], capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    """Exit 1, nothing on stdout, one line on stderr that holds `sentence`."""
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vmaf-dnn: error: ")
    assert err.count("\n") == 1
    assert sentence in err


def assert_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: vmaf-dnn")
    assert sentence in err.splitlines()[-1]


def on_terminal(words: list[str], n_columns: int = 120) -> str:
    """What the command writes when stdout and stderr are a terminal."""
    master, slave = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": str(n_columns)}
    with subprocess.Popen([*COMMAND, *words], stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        shown = b""
        while chunk := _read(master):
            shown += chunk
        assert process.wait() == 0
    os.close(master)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's word for "the other side has closed"
        return b""
