# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.small_models import SOURCES, random_checkpoint
from vmaf_dnn import Session
from vmaf_train.cli import main
from vmaf_train.onnx_files.export import export
from vmaf_train.onnx_files.scoring import load_graph
from vmaf_train.publish.registry import check_registry, write_registry
from vmaf_train.publish.sidecar import ModelFiles, write_sidecar

MODES = {"ptq": "dynamic", "ptq-static": "static", "qat": "qat"}


@pytest.fixture
def small(tmp_path: Path) -> ModelFiles:
    """A small fp32 model with its sidecar, in a folder of its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    files, checkpoint = ModelFiles(folder / "mine.onnx"), random_checkpoint("mlp_small")
    training = {
        "feature_min": [0] * 6,
        "feature_max": [1] * 6,
        "n_rows": 1,
        "sources": ["a"],
        "recipe": {},
        "target": "vmaf",
    }
    checkpoint.training.update(training)  # type: ignore[attr-defined]
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {"description": "Mine."}, provenance={})
    return files


@pytest.fixture
def data(table_file: Path, tmp_path: Path) -> list[str]:
    path = tmp_path / "held_out.json"
    path.write_text(json.dumps({"sources": [SOURCES[0]]}))
    return ["--data", str(table_file), "--held-out", str(path)]


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


@pytest.mark.parametrize("name", MODES)
def test_the_sidecar_says_how_the_int8_file_was_made(
    name: str, small: ModelFiles, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--onnx", str(small.onnx), *data]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert f"({MODES[name]}, first, last fp32, one scale a channel, 7 bits): " in line
    assert "; on 400 rows it moves scores by 0." in line
    sidecar, report = read(small.sidecar), read(small.int8.with_name("mine.int8.report.json"))
    assert sidecar["quant_mode"] == report["form"]["mode"] == MODES[name]
    assert sidecar["int8_drift"] == report["int8_drift"]
    assert sidecar["int8_drift"]["n_rows"] == 400
    assert report["run_provenance"]["outputs"]["int8"]["sha256"] == sidecar["int8_sha256"]
    write_registry(small.onnx.parent)
    assert check_registry(small.onnx.with_name("registry.json")) == 1


def test_calibration_rows_are_recorded_by_number_and_digest(small: ModelFiles, data: list[str]) -> None:
    assert main(["ptq-static", "--onnx", str(small.onnx), *data]) == 0
    write_registry(small.onnx.parent)
    (entry,) = read(small.onnx.with_name("registry.json"))["models"]
    said = read(small.int8.with_name("mine.int8.report.json"))["quant_calibration_set"]
    assert entry["quant_calibration_set"] == read(small.sidecar)["quant_calibration_set"] == said
    assert said.startswith("800 rows of the training split, sha256 ")


def test_options_choose_the_form(small: ModelFiles, data: list[str]) -> None:
    options = ["--per-tensor", "--keep-fp32", "last,node_linear_1", "--bits", "8", "--budget-plcc", "0.002"]
    assert main(["ptq", "--onnx", str(small.onnx), *data, *options]) == 0
    assert read(small.int8.with_name("mine.int8.report.json"))["form"] == {
        "mode": "dynamic",
        "per_channel": False,
        "keep_fp32": ["last", "node_linear_1"],
        "bits": 8,
    }
    assert read(small.sidecar)["quant_accuracy_budget_plcc"] == 0.002
    nodes = [node.name for node in load_graph(small.int8).graph.node if node.op_type == "MatMulInteger"]
    assert nodes == ["node_linear_MatMul_quant"]


def test_none_keeps_no_layer(small: ModelFiles, data: list[str]) -> None:
    assert main(["ptq", "--onnx", str(small.onnx), *data, "--keep-fp32", "none"]) == 0
    assert sum(node.op_type == "MatMulInteger" for node in load_graph(small.int8).graph.node) == 3


def test_pin_only_leaves_fp32_the_default(small: ModelFiles, data: list[str]) -> None:
    assert main(["ptq", "--onnx", str(small.onnx), *data, "--pin-only"]) == 0
    write_registry(small.onnx.parent)
    registry = small.onnx.with_name("registry.json")
    assert Session("mine", registry=registry).info.precision == "fp32"
    assert Session("mine", registry=registry, precision="int8").info.precision == "int8"


def test_an_int8_file_that_misses_the_gate_is_pinned_and_no_default(
    small: ModelFiles, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    rough = random_checkpoint("mlp_small", scale=12)
    rough.training.update(read(small.training))  # type: ignore[attr-defined]
    export(rough, small.onnx)
    write_sidecar(small, rough, {}, provenance={})
    assert main(["ptq", "--onnx", str(small.onnx), *data]) == 0
    assert "\nint8 is no default: mine.int8.onnx: max |Δ| in VMAF is " in capsys.readouterr().out
    sidecar, report = read(small.sidecar), read(small.int8.with_name("mine.int8.report.json"))
    assert sidecar["quant_mode"] == "fp32"
    assert not report["quant_gate"]["passed"]
    write_registry(small.onnx.parent)
    session = Session("mine", registry=small.onnx.with_name("registry.json"))
    assert session.info.precision == "fp32"


def test_an_int8_file_is_replaced_only_when_told(
    small: ModelFiles, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--onnx", str(small.onnx), *data]
    assert main(["ptq", *words]) == 0
    before = small.int8.read_bytes()
    capsys.readouterr()
    assert main(["ptq-static", *words]) == 2
    assert "mine.int8.onnx exists; --force replaces it" in capsys.readouterr().err
    assert small.int8.read_bytes() == before
    assert main(["ptq-static", *words, "--force"]) == 0
    assert read(small.sidecar)["quant_mode"] == "static"


@pytest.mark.parametrize("name", ["ptq", "ptq-static"])  # qat: test_training_qat.py
def test_the_same_words_give_the_same_bytes(name: str, small: ModelFiles, data: list[str]) -> None:
    words = [name, "--onnx", str(small.onnx), *data]
    assert main(words) == 0
    first = small.int8.read_bytes()
    assert main([*words, "--force"]) == 0
    assert small.int8.read_bytes() == first


@pytest.mark.parametrize("name", MODES)
def test_a_wrong_layer_is_one_line_and_1(
    name: str, small: ModelFiles, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--onnx", str(small.onnx), *data, "--keep-fp32", "gemm7"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"vmaf-train {name}: There is no layer 'gemm7' to keep in fp32; the model has ")
    assert not small.int8.exists()


def test_six_bits_are_wrong_usage(small: ModelFiles, data: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["ptq", "--onnx", str(small.onnx), *data, "--bits", "6"])
    assert stop.value.code == 2
