# SPDX-License-Identifier: BSD-3-Clause
"""The commands of docs/training.md, as a reader would paste them, on a small table."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.small_models import SOURCES
from vmaf_train.cli import main

PAGE = (ROOT / "docs" / "training.md").read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE.partition("## What each command does")[0], re.DOTALL)
COMMANDS = [
    shlex.split(line.removeprefix("$ vmaf-train "))
    for block in BLOCKS
    for line in block.splitlines()
    if line.startswith("$ vmaf-train ")
]
QUICK = {"train": ["--epochs", "30", "--polish", "100"], "validate": ["--min-plcc", "0"]}


@pytest.mark.slow
def test_the_commands_of_the_page_run_one_after_the_other(
    table_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`corpus` is left out: it takes clips, and minutes."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(table_file, "corpus.parquet")
    Path("held_out.json").write_text(json.dumps({"sources": [SOURCES[0]]}))
    names = [words[0] for words in COMMANDS]
    assert names == ["corpus", "train", "export", "registry", "ptq", "validate", "registry", "quant-gate"]
    for words in COMMANDS[1:]:
        status = main([*words, *QUICK.get(words[0], []), *(["--force"] if words[0] == "registry" else [])])
        said = capsys.readouterr()
        # a table of noise makes a poor model, which the gate may refuse with its sentence
        assert status == 0 or (words[0] == "quant-gate" and status == 1), said.err
    assert {"mine.onnx", "mine.int8.onnx", "mine.json", "registry.json"} <= {
        path.name for path in Path("models").iterdir()
    }


def test_a_table_and_a_checkpoint_of_one_name_have_two_reports(table_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "x.parquet"
    shutil.copyfile(table_file, table)
    (tmp_path / "x.report.json").write_text("{}")
    out = tmp_path / "new" / "x.ckpt"
    assert (
        main(["train", "--arch", "mlp_small", "--data", str(table), "--out", str(out), "--epochs", "2"]) == 0
    )
    assert (tmp_path / "new" / "x.ckpt.report.json").exists()
