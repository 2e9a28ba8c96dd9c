# SPDX-License-Identifier: BSD-3-Clause
"""Completion in shells."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.command import run
from vmaf_dnn.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_the_flags(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert main(["--print-completion", shell]) == 0
    assert "tiny-precision" in capsys.readouterr().out


def complete(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words, in a folder with clips."""
    script = tmp_path / "completion"
    script.write_text(run("--print-completion", "bash").stdout)
    (tmp_path / "distorted.mp4").touch()
    quoted = " ".join(f"'{word}'" for word in ("vmaf-dnn", *words))
    code = (
        f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; "
        "$(complete -p vmaf-dnn | sed 's/.*-F //; s/ .*//'); printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    return done.stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["-d", "dis"], "distorted.mp4"),
        (["--tiny-model", "vmaf_tiny_v"], "vmaf_tiny_v4"),
        (["info", "vmaf_tiny_v"], "vmaf_tiny_v2"),
        (["--tiny-precision", "i"], "int8"),
        (["--tiny-pre"], "--tiny-precision"),
    ],
)
def test_bash_completes_files_models_and_words(tmp_path: Path, words: list[str], offered: str) -> None:
    assert offered in complete(tmp_path, *words)
