# SPDX-License-Identifier: BSD-3-Clause
"""Where the command's report goes, and what it must never replace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import vmaf_dnn
from tests.support.clips import Clips
from vmaf_dnn.cli import main
from vmaf_dnn.svm import find_model


@pytest.fixture
def folder(clips: Clips, tmp_path: Path) -> Path:
    """A copy of the clips and of the registry's folder, for a run to damage."""
    shutil.copy(clips.reference, tmp_path / "ref.y4m")
    shutil.copy(clips.distorted, tmp_path / "dist.mkv")
    shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny")
    (tmp_path / "link.y4m").symlink_to("ref.y4m")
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        *("ref.y4m", "link.y4m", "tiny/../dist.mkv", "tiny/registry.json", "tiny/vmaf_tiny_v4.int8.onnx"),
        *("tiny/vmaf_tiny_v4.onnx", "tiny/vmaf_tiny_v4.json"),
    ],
)
def test_refuses_to_replace_what_the_run_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(folder)
    before = Path(name).read_bytes()
    words = ["--registry", "tiny/registry.json", "--tiny-model", "vmaf_tiny_v4", "-o", name]
    assert main(["-r", "ref.y4m", "-d", "dist.mkv", *words]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"vmaf-dnn: error: can't write {name}: this run reads it as ")
    assert err.count("\n") == 1
    assert Path(name).read_bytes() == before


def test_refuses_to_replace_a_built_in_model_that_the_run_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = find_model("vmaf_v0.6.1")
    assert known is not None
    model = folder / known.name
    shutil.copy(known, model)
    monkeypatch.setenv("VMAF_DNN_MODEL_PATH", str(folder))
    words = ["-m", "version=vmaf_v0.6.1", "-o", str(model)]
    assert main(["-r", str(folder / "ref.y4m"), "-d", str(folder / "dist.mkv"), *words]) == 1
    assert f"can't write {model}: this run reads it" in capsys.readouterr().err
    assert model.read_bytes() == known.read_bytes()


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/proc/self/fd/1"])
def test_what_stdout_holds_already_stays(folder: Path, output: str) -> None:
    log = folder / "log"
    log.write_text("before\n")
    command = [sys.executable, "-m", "vmaf_dnn", "-r", "ref.y4m", "-d", "dist.mkv", "--csv", "-o", output]
    with log.open("a") as stdout:
        subprocess.run(command, cwd=folder, stdout=stdout, check=True)
    assert log.read_text().startswith("before\nFrame,")


def test_an_old_report_is_replaced(folder: Path) -> None:
    out = folder / "out.json"
    out.write_text("old")
    assert main(["-r", str(folder / "ref.y4m"), "-d", str(folder / "dist.mkv"), "-q", "-o", str(out)]) == 0
    assert json.loads(out.read_text())["frames"]


@pytest.mark.parametrize(("words", "start"), [([], "<VMAF"), (["--json"], "{"), (["-q", "--csv"], "Frame,")])
def test_a_dash_is_stdout(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    start: str,
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    assert main(["-r", "ref.y4m", "-d", "dist.mkv", "-o", "-", *words]) == 0
    assert capsys.readouterr().out.startswith(start)
    assert sorted(folder.iterdir()) == before


def test_a_library_call_takes_no_closing_slash(clips: Clips, tmp_path: Path) -> None:
    report = vmaf_dnn.score(clips.reference, clips.distorted, tiny_model=None)
    with pytest.raises(vmaf_dnn.InvalidArgument, match="there is no such folder; name a file"):
        report.write(f"{tmp_path}/new/")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def odd_model(tmp_path: Path) -> Path:
    r"""A model in a folder whose name is no UTF-8 and holds a control code; reports spell it `né\xff\x01`."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path / "né") + b"\xff\x01"))
    odd.mkdir()
    return Path(shutil.copy(vmaf_dnn.models()[0].path, odd / "model.onnx"))


@pytest.mark.slow
@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize("to_file", [True, False])
def test_reports_hold_any_path(
    clips: Clips, odd_model: Path, tmp_path: Path, format: str, to_file: bool
) -> None:
    out = tmp_path / "out"
    words = ["-r", clips.reference, "-d", clips.distorted, "--tiny-model", odd_model, f"--{format}"]
    done = run_in_ascii(*words, *(["-o", out] if to_file else []))
    text = (out.read_bytes() if to_file else done.stdout).decode()
    block = json.loads(text)["tiny_model"] if format == "json" else ElementTree.fromstring(text)[-1].attrib
    assert (done.returncode, done.stderr) == (0, b"")
    assert block["path"] == str(tmp_path / r"né\xff\x01" / "model.onnx")


def test_info_shows_any_path_in_any_locale(odd_model: Path) -> None:
    plain, as_json = run_in_ascii("info", odd_model), run_in_ascii("info", odd_model, "--json")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert rb"n\xe9\udcff" in plain.stdout
    assert json.loads(as_json.stdout)["path"] == str(odd_model)


def run_in_ascii(*words: object) -> subprocess.CompletedProcess[bytes]:
    command: list[str | bytes] = [sys.executable, "-m", "vmaf_dnn", *map(os.fsencode, map(str, words))]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    return subprocess.run(command, capture_output=True, env=environment)
