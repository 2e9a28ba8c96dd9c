# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.support.small_models import SOURCES
from vmaf_train.data.table import features_of
from vmaf_train.files import sha256_of
from vmaf_train.fit.net import Checkpoint
from vmaf_train.onnx_files.export import export
from vmaf_train.provenance import Run
from vmaf_train.publish.cards import write_cards
from vmaf_train.publish.evaluation import evaluate
from vmaf_train.publish.sidecar import ModelFiles, record_quantisation, write_sidecar
from vmaf_train.quantize.quantize import drift, quantize

Reports = dict[str, dict[str, Any]]
COMMAND = ("vmaf-train", "all", "--config", "plan.json", "--out", "models", "--force")


@pytest.fixture
def files(checkpoint: Checkpoint, table: pa.Table, table_file: Path, tmp_path: Path) -> ModelFiles:
    """A quantised model whose sidecar says how it was made."""
    held_out = tmp_path / "held_out.json"
    held_out.write_text(json.dumps({"sources": SOURCES}))
    inputs: dict[str, Path | list[Path]] = {"data": [table_file], "held_out": held_out}
    found = ModelFiles(tmp_path / "my_model.onnx")
    export(checkpoint, found.onnx)
    provenance = Run(Path(__file__), COMMAND, {}).provenance(inputs, {})
    write_sidecar(found, checkpoint, {"description": "A model of the tests."}, provenance)
    rows = features_of(table)[:50]
    quantize(found.onnx, found.int8, rows)
    record_quantisation(found, "dynamic", 0.01, drift(found.onnx, found.int8, rows))
    return found


@pytest.fixture
def reports(files: ModelFiles, table: pa.Table) -> Reports:
    """What a report of `vmaf-train all` says of it."""
    figures = {name: evaluate(path, table).to_json() for name, path in precisions(files).items()}
    return {files.id: figures | {"int8_drift": json.loads(files.sidecar.read_text())["int8_drift"]}}


def precisions(files: ModelFiles) -> dict[str, Path]:
    return {"fp32": files.onnx, "int8": files.int8}


def card(files: ModelFiles, reports: Reports) -> str:
    path = files.onnx.with_name("README.md")
    write_cards(path, reports)
    return path.read_text()


def test_a_card_states_quality_by_precision_family_and_kind(files: ModelFiles, reports: Reports) -> None:
    lines = card(files, reports).splitlines()
    for precision, path in precisions(files).items():
        a = reports[files.id][precision]["overall"]
        quality = f"{a['plcc']:.6f} | {a['srocc']:.6f} | {a['rmse']:.3f} | {a['max_error']:.2f}"
        start = f"| `my_model` | {precision} | {path.stat().st_size} | {quality} | "
        assert [line for line in lines if line.startswith(start)]
    for group, name in (("by_family", "blur"), ("by_family", "x264"), ("by_kind", "kind")):
        a, b = (reports[files.id][precision][group][name] for precision in precisions(files))
        errors = " | ".join(f"{part['rmse']:.3f} | {part['max_error']:.2f}" for part in (a, b))
        assert f"| {name} | {a['n_rows']} | {errors} |" in lines


def test_a_card_lists_every_file_with_its_size_and_digest(files: ModelFiles, reports: Reports) -> None:
    text = card(files, reports)
    for path in (files.onnx, files.int8, files.sidecar, files.training):
        assert f"| `{path.name}` | {path.stat().st_size} | `{sha256_of(path)}` |" in text


def test_a_card_says_what_the_model_is_and_where_it_holds(files: ModelFiles, reports: Reports) -> None:
    text = card(files, reports)
    assert "A model of the tests." in text
    assert '`mlp_large`, 6-64-32-16-1, 3073 parameters; `precision="auto"` runs int8 (`dynamic`)' in text
    lowest, highest = json.loads(files.sidecar.read_text())["feature_range"][0]
    assert f"| `adm2` | {lowest:.4f} | {highest:.4f} |" in text
    worst = max(SOURCES, key=lambda name: float(reports[files.id]["fp32"]["by_source"][name]["rmse"]))
    assert f"Hardest held-out source: `{worst}`, RMSE" in text


def test_a_card_says_how_to_reproduce_and_names_no_machine(
    files: ModelFiles, reports: Reports, table_file: Path
) -> None:
    text = card(files, reports)
    assert "`vmaf-train all --config plan.json --out models --check`\n" in text
    assert f"`corpus.parquet` (sha256 `{sha256_of(table_file)[:12]}`)" in text
    assert "/tmp" not in text


def test_a_model_without_int8_has_a_card(files: ModelFiles, reports: Reports) -> None:
    files.int8.unlink()
    text = card(files, {files.id: {"fp32": reports[files.id]["fp32"]}})
    assert "There is no int8 file." in text
    assert "| `my_model` | int8 |" not in text
    assert "my_model.int8.onnx" not in text
