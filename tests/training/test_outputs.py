# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.cli import main
from vmaf_train.outputs import Outputs, UsageError, claimed

TRAIN = ["train", "--arch", "mlp_small", "--epochs", "1", "--polish", "1"]


@pytest.fixture
def words(table_file: Path, tmp_path: Path) -> list[str]:
    """A training of no use that takes no time."""
    return [*TRAIN, "--data", str(table_file), "--out", str(tmp_path / "m.ckpt")]


@pytest.mark.parametrize("name", ["m.ckpt", "m.ckpt.report.json"])
def test_an_output_that_exists_is_refused_and_kept(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_text("mine")
    assert main(words) == 2
    assert capsys.readouterr().err == (
        f"vmaf-train train: {tmp_path / name} exists; --force replaces it, or name another output.\n"
    )
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_force_replaces_it(words: list[str], tmp_path: Path) -> None:
    assert main(words) == 0
    assert main(words) == 2
    before = (tmp_path / "m.ckpt").stat().st_mtime_ns
    assert main([*words, "--force"]) == 0
    assert (tmp_path / "m.ckpt").stat().st_mtime_ns > before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.ckpt", "m.ckpt.report.json"]


def test_a_command_that_fails_leaves_nothing_and_replaces_nothing(words: list[str], tmp_path: Path) -> None:
    bad = ["none.parquet" if word.endswith(".parquet") else word for word in words]
    assert main(bad) == 1
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "m.ckpt").write_text("mine")
    assert main([*bad, "--force"]) == 1
    assert main(words) == 2
    assert (tmp_path / "m.ckpt").read_text() == "mine"


KILLED = """
import os, signal, sys
from pathlib import Path
from vmaf_train.outputs import Outputs, claimed

first, report = map(Path, sys.argv[1:])
with claimed(Outputs({"first": first}, report), force=False):
    first.write_text("of the killed run")
    first.with_name(f".{'0a' * 8}-report.json").touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_has_left_is_no_obstacle(tmp_path: Path) -> None:
    first, report = tmp_path / "first", tmp_path / "report.json"
    assert subprocess.run([sys.executable, "-c", KILLED, first, report]).returncode < 0
    assert first.exists()
    with claimed(Outputs({"first": first}, report), force=False):
        first.write_text("of the next")
        report.write_text("{}")
    with pytest.raises(UsageError, match="first exists"), claimed(Outputs({"first": first}), force=False):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "report.json"]


def test_what_is_changed_in_place_needs_no_force(tmp_path: Path) -> None:
    (tmp_path / "sidecar.json").touch()
    with claimed(Outputs(updates={"sidecar": tmp_path / "sidecar.json"}), force=False):
        pass


def test_a_device_is_no_file_to_keep() -> None:
    with claimed(Outputs(report=Path("/dev/null")), force=False):
        pass


@pytest.mark.parametrize("force", [False, True])
def test_where_no_file_can_be_written_is_said_before_the_work(tmp_path: Path, force: bool) -> None:
    (tmp_path / "file").touch()
    for path, sentence in (
        (tmp_path, "it is a folder"),
        (tmp_path / "file" / "no" / "x", "Can't make the folder .*: Not a directory; name another"),
    ):
        with pytest.raises(InvalidArgument, match=sentence), claimed(Outputs({"a": [path]}), force=force):
            raise AssertionError("the work has begun")


def test_two_outputs_have_two_names(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--report", str(tmp_path / "m.ckpt")]) == 2
    assert "m.ckpt is named for two outputs; name another --report.\n" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_table_and_a_checkpoint_of_one_name_have_two_reports(table_file: Path, tmp_path: Path) -> None:
    table = tmp_path / "x.parquet"
    shutil.copyfile(table_file, table)
    (tmp_path / "x.report.json").write_text("{}")
    out = tmp_path / "new" / "x.ckpt"
    assert (
        main(["train", "--arch", "mlp_small", "--data", str(table), "--out", str(out), "--epochs", "2"]) == 0
    )
    assert (tmp_path / "new" / "x.ckpt.report.json").exists()
