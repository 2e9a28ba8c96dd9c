# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.clips import MakeClip
from tests.support.small_models import SOURCES, tilt
from vmaf_train.cli import build_parser, main
from vmaf_train.commands import Outcome, corpus
from vmaf_train.commands.table import COMMANDS, TABLE
from vmaf_train.corpus.distortions import DISTORTIONS
from vmaf_train.data.table import read_table
from vmaf_train.publish.sidecar import ModelFiles


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    path = tmp_path / "held_out.json"
    path.write_text(json.dumps({"sources": [SOURCES[0]]}))
    return path


@pytest.fixture
def trained(table_file: Path, held_out: Path, tmp_path: Path) -> Path:
    """A folder in which the four commands after `corpus` have run."""
    folder = tmp_path / "models"
    folder.mkdir()
    data = ["--data", table_file, "--held-out", held_out]
    run("train", "--arch", "mlp_small", *data, "--out", tmp_path / "m.ckpt", "--epochs", 30, "--polish", 100)
    run("export", "--ckpt", tmp_path / "m.ckpt", "--out", folder / "mine.onnx", "--description", "Mine.")
    run("ptq", "--onnx", folder / "mine.onnx", *data)
    run("registry", "--folder", folder)
    return folder


def run(*words: object) -> None:
    """Runs a command that must succeed and write the files that it has declared, and no other."""
    argv = [str(word) for word in words]
    args = build_parser().parse_args(argv)
    outputs = COMMANDS[args.command].outputs(args)
    declared = {*outputs.new, *outputs.updates.values()}
    before = stamps(declared)
    assert main(argv) == 0
    after = stamps(declared)
    assert {path for path in after if after[path] != before.get(path)} <= declared


def stamps(paths: set[Any]) -> dict[Path, int]:
    """When the neighbours of some files were written."""
    folders = {path.parent for path in paths}
    return {
        path: path.stat().st_mtime_ns for folder in folders for path in folder.iterdir() if path.is_file()
    }


def fail(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line that a failing command leaves on stderr."""
    assert main([str(word) for word in words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("name", TABLE)
def test_every_command_teaches(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "Example: vmaf-train" in text
    assert "--report" in text


@pytest.mark.parametrize(
    "words", [[], ["bake"], ["train"], ["corpus", "--manifest", "m", "--out", "o", "--jobs", "0"]]
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert "usage: vmaf-train" in capsys.readouterr().err


def test_the_four_commands_make_a_registered_model(
    trained: Path, table_file: Path, held_out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("registry", "--folder", trained, "--check")
    words = ["validate", "--onnx", trained / "mine.onnx", "--data", table_file, "--held-out", held_out]
    run(*words, "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["passed"] is True
    assert set(report["models"]) == {"mine", "mine int8"}
    assert list(report["models"]["mine"]["by_source"]) == [SOURCES[0]]
    assert "mine int8" in capsys.readouterr().out


def test_every_report_says_where_it_came_from_and_not_from_which_machine(
    trained: Path, tmp_path: Path
) -> None:
    reports = [*tmp_path.rglob("*.report.json"), *trained.glob("mine.json")]
    assert len(reports) == 5
    for path in reports:
        text = path.read_text()
        assert str(tmp_path) not in text
        assert json.loads(text)["run_provenance"]["argv"][0] == "vmaf-train"


def test_the_gate_stops_a_bad_model(
    exported: ModelFiles, table_file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tilt(exported, 1.5)
    report = tmp_path / "report.json"
    words = ["--onnx", exported.onnx, "--data", table_file, "--max-rmse", 1, "--report", report]
    assert main(["validate", *map(str, words)]) == 1
    assert "my_model has RMSE" in capsys.readouterr().out
    content = json.loads(report.read_text())
    assert content["passed"] is False
    assert content["missed"]


def test_corpus_makes_a_table_and_sweeps_its_work(
    tmp_path: Path,
    make_clip: MakeClip,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = DISTORTIONS[:2]
    monkeypatch.setattr(corpus, "DISTORTIONS", few)
    clips = tmp_path / "clips"
    clips.mkdir()
    make_clip(clips / "one.mkv")
    (clips / "bad.mkv").write_bytes(b"not a video")
    out = tmp_path / "t.parquet"
    run("corpus", "--manifest", clips, "--out", out)
    assert "skipped 2 of 2 pairs of bad: ffmpeg can't make" in capsys.readouterr().out
    assert read_table(out).num_rows == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clips", "t.parquet", "t.report.json"]
    report = json.loads((tmp_path / "t.report.json").read_text())
    assert {skip["distortion"] for skip in report["skipped"]} == {distortion.name for distortion in few}
    assert report["n_rows"] == 8


def test_failures_are_one_line_and_leave_nothing(
    tmp_path: Path, table_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.ckpt"
    words = ["--arch", "mlp_small", "--out", out, "--epochs", 1, "--polish", 1]
    line = fail(capsys, "train", *words, "--data", tmp_path / "none.parquet")
    assert line.startswith("vmaf-train train: Can't read the table")
    line = fail(capsys, "export", "--ckpt", table_file, "--out", tmp_path / "m.onnx")
    assert "is not a checkpoint of `vmaf-train train`" in line
    line = fail(capsys, "validate", "--onnx", tmp_path / "none.onnx", "--data", table_file)
    assert line.startswith(
        f"vmaf-train validate: Can't read the model {tmp_path / 'none.onnx'}: No such file"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made_and_goes_with_a_run_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fail(capsys, "train", "--arch", "mlp_small", "--data", "none.parquet", "--out", "no/more/m.ckpt")
    fail(capsys, "corpus", "--manifest", "none.csv", "--out", "no/c.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line(
    trained: Path, table_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    capsys.readouterr()
    before = {path: path.read_bytes() for path in trained.iterdir()}

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", self.name)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left on device" in fail(capsys, "registry", "--folder", trained, "--force")
    assert {path: path.read_bytes() for path in trained.iterdir()} == before


def test_an_interrupt_is_one_line(
    table_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "registry", replace(COMMANDS["registry"], run=interrupt))
    assert main(["registry", "--folder", "."]) == 130
    assert (
        capsys.readouterr().err
        == "vmaf-train registry: interrupted; nothing is half-written, run it again.\n"
    )


PLAN = {
    "data": ["corpus.parquet"],
    "held_out": "held_out.json",
    "gate": {"min_plcc": 0.99, "max_rmse": 3.0, "max_plcc_drop": 0.01},
    "models": [
        {
            "id": "tiny",
            "arch": "mlp_small",
            "quant_mode": "dynamic",
            "description": "Of the tests.",
            "recipe": {"epochs": 20, "polish": 50},
        }
    ],
}


@pytest.fixture
def plan(tmp_path: Path, table_file: Path, held_out: Path) -> Path:
    (tmp_path / "corpus.parquet").write_bytes(table_file.read_bytes())
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "models").mkdir()
    return tmp_path / "plan.json"


def test_a_plan_is_built_and_built_again_to_the_same_bytes(plan: Path) -> None:
    out = plan.parent / "models"
    run("all", "--config", plan, "--out", out)
    names = {path.name for path in out.iterdir()}
    assert names == {
        "README.md",
        "registry.json",
        "registry.schema.json",
        "sidecar.schema.json",
        "tiny.int8.onnx",
        "tiny.json",
        "tiny.onnx",
        "tiny.training.json",
    }
    assert "| `tiny` | int8 |" in (out / "README.md").read_text()
    stamps = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    run("all", "--config", plan, "--out", out, "--check")
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == stamps
    sidecar = json.loads((out / "tiny.json").read_text())
    training = json.loads((out / "tiny.training.json").read_text())
    assert SOURCES[0] not in training["sources"]
    assert sidecar["quant_mode"] == "dynamic"


def test_a_check_against_other_bytes_fails(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["all", "--config", str(plan), "--out", str(plan.parent / "models"), "--check"]) == 1
    assert "tiny.onnx, tiny.int8.onnx" in capsys.readouterr().out


def test_a_plan_that_misses_its_gate_replaces_nothing(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strict = PLAN | {"gate": PLAN["gate"] | {"max_rmse": 1e-6}}  # type: ignore[operator]
    plan.write_text(json.dumps(strict))
    line = fail(capsys, "all", "--config", plan, "--out", plan.parent / "models")
    assert "tiny has RMSE" in line
    assert line.endswith("Nothing was replaced.")
    assert list((plan.parent / "models").iterdir()) == []


@pytest.mark.parametrize("change", [{"gate": {"max_plc": 1}}, {"models": [{"id": "x"}]}, {"data": None}])
def test_a_plan_of_another_shape_is_refused(
    plan: Path, change: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    plan.write_text(json.dumps(PLAN | change))
    assert "plan.json is wrong" in fail(capsys, "all", "--config", plan, "--out", plan.parent / "models")
