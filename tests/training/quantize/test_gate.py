# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.small_models import SOURCES
from vmaf_dnn.errors import InvalidArgument, ModelRejected, RegistryInvalid
from vmaf_train.cli import main
from vmaf_train.data.table import features_of
from vmaf_train.onnx_files.scoring import score_rows
from vmaf_train.publish.int8_choice import cheapest_that_passes
from vmaf_train.publish.int8_gate import Limits, candidates, judge
from vmaf_train.publish.registry import write_registry
from vmaf_train.publish.sidecar import ModelFiles, record_quantisation
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.quantize import drift, quantize

LOOSE = Limits(mean_abs=5, max_abs=50, bias=5, plcc_drop=0.5)


@pytest.fixture
def files(exported: ModelFiles, table: pa.Table) -> ModelFiles:
    """A dynamic int8 file, and a sidecar that says so."""
    rows = features_of(table)
    quantize(exported.onnx, exported.int8, rows)
    record_quantisation(exported, "dynamic", 0.25, drift(exported.onnx, exported.int8, rows))
    return exported


@pytest.fixture
def registry(files: ModelFiles) -> Path:
    write_registry(files.onnx.parent)
    return files.onnx.with_name("registry.json")


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    path = tmp_path / "held_out.json"
    path.write_text(json.dumps({"sources": [SOURCES[0]]}))
    return path


def test_measures_what_the_library_gives(files: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    found = judge(files, rows, LOOSE)
    assert found.drift == drift(files.onnx, files.int8, rows)
    assert found.missed == []
    assert found.engine_gap < 1e-3


def test_the_synthetic_check_is_of_16_uniform_rows(files: ModelFiles, table: pa.Table) -> None:
    found = judge(files, features_of(table), LOOSE)
    rows = np.random.default_rng(0).random((16, 6))
    fp32, int8 = score_rows(files.onnx, rows), score_rows(files.int8, rows)
    assert found.synthetic_plcc_drop == pytest.approx(1 - np.corrcoef(fp32, int8)[0, 1], abs=1e-9)
    assert found.synthetic_max_abs == pytest.approx(np.abs(fp32 - int8).max())


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ("mean_abs", "mean |Δ| in VMAF"),
        ("max_abs", "max |Δ| in VMAF"),
        ("bias", "|bias| in VMAF"),
        ("engine_gap", "engine gap in VMAF"),
    ],
)
def test_each_limit_is_named_with_the_value_that_misses_it(
    files: ModelFiles, table: pa.Table, limit: str, name: str
) -> None:
    (sentence,) = judge(files, features_of(table), replace(LOOSE, **{limit: -1.0})).missed
    value = sentence.removeprefix(f"my_model.int8.onnx: {name} is ").removesuffix(", at most -1 is allowed")
    assert float(value) >= 0


def test_the_budget_is_for_clips_and_synthetic_rows(files: ModelFiles, table: pa.Table) -> None:
    clips, synthetic = judge(files, features_of(table), replace(LOOSE, plcc_drop=-1.0)).missed
    assert clips.startswith("my_model.int8.onnx: PLCC drop is 0.0000, at most -1 is allowed")
    assert synthetic.startswith("my_model.int8.onnx: synthetic PLCC drop is 0.0")


def test_a_missing_int8_file_is_refused(exported: ModelFiles, table: pa.Table) -> None:
    with pytest.raises(ModelRejected, match=r"^Can't read the model .*my_model\.int8\.onnx: No such file"):
        judge(exported, features_of(table), LOOSE)


def test_all_are_the_entries_that_run_int8(registry: Path) -> None:
    (found,) = candidates(registry, pinned=False)
    assert (found.files.id, found.quant_mode, found.budget_plcc) == ("my_model", "dynamic", 0.25)


def test_pinned_int8_files_are_judged_when_asked_for(files: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)[:50]
    record_quantisation(files, "fp32", 0.25, drift(files.onnx, files.int8, rows))
    write_registry(files.onnx.parent)
    path = files.onnx.with_name("registry.json")
    with pytest.raises(
        InvalidArgument, match=r"has no model that runs int8; --pinned judges int8 files that"
    ):
        candidates(path, pinned=False)
    (found,) = candidates(path, pinned=True)
    assert found.quant_mode == "fp32"


def test_other_bytes_than_the_pinned_are_refused(registry: Path, files: ModelFiles) -> None:
    files.int8.write_bytes(files.int8.read_bytes() + b"\0")
    with pytest.raises(RegistryInvalid, match=r"my_model\.int8\.onnx has the sha256 .*, the registry pins"):
        candidates(registry, pinned=False)


def gate(*words: object) -> int:
    return main(["quant-gate", *map(str, words)])


def test_the_command_passes_and_reports(
    files: ModelFiles, table_file: Path, held_out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loose = ("--max-mean", 5, "--max-abs", 50, "--max-bias", 5)
    assert gate("--model", files.onnx, "--data", table_file, "--held-out", held_out, *loose) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.startswith("int8 against fp32")
    assert line.split()[:3] == ["my_model", "-", "400"]
    assert line.endswith("passed")
    report = json.loads(files.onnx.with_name("my_model.quant-gate.json").read_text())
    assert (report["passed"], report["missed"]) == (True, [])
    found = report["models"]["my_model"]
    assert (found["n_rows"], found["limits"]["max_abs"], found["missed"]) == (400, 50, [])
    assert {"mean_abs", "bias", "plcc", "synthetic_plcc_drop", "engine_gap"} < set(found)
    (int8,) = report["run_provenance"]["inputs"]["int8"]
    assert int8["path"] == "my_model.int8.onnx"


def test_the_command_fails_with_the_limit_and_the_value(
    files: ModelFiles, table_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate("--model", files.onnx, "--data", table_file, "--max-mean", 1e-6) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].endswith("missed")
    assert any("mean |Δ| in VMAF is 0." in line and "at most 1e-06 is allowed" in line for line in lines[2:])
    assert not json.loads(files.onnx.with_name("my_model.quant-gate.json").read_text())["passed"]


def test_the_budget_is_the_entrys_unless_one_is_given(registry: Path, table_file: Path) -> None:
    words = ("--all", "--registry", registry, "--data", table_file)
    report = registry.with_name("registry.quant-gate.json")
    gate(*words)
    assert json.loads(report.read_text())["models"]["my_model"]["limits"]["plcc_drop"] == 0.25
    gate(*words, "--max-plcc-drop", 0.125, "--force")
    found = json.loads(report.read_text())["models"]["my_model"]
    assert (found["limits"]["plcc_drop"], found["quant_mode"]) == (0.125, "dynamic")


@pytest.mark.parametrize(
    "words", [["--all"], ["--model", "m.onnx", "--registry", "r.json"], ["--model", "m.onnx", "--pinned"]]
)
def test_half_a_choice_is_wrong_usage(
    words: list[str], table_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(*words, "--data", table_file) == 2
    assert capsys.readouterr().err == (
        "vmaf-train quant-gate: --all needs --registry, and --registry and --pinned need --all; give both.\n"
    )


def test_the_cheapest_form_that_passes_is_left(exported: ModelFiles, table: pa.Table) -> None:
    (tried,) = cheapest_that_passes(exported, features_of(table), LOOSE)
    assert tried.form == Form("dynamic", keep_fp32=())
    assert tried.verdict.missed == []
    left = drift(exported.onnx, exported.int8, features_of(table))
    assert left == tried.verdict.drift


def test_dearer_forms_are_tried_until_one_passes(exported: ModelFiles, table: pa.Table) -> None:
    """Which of the two forms drifts more is the machine's to say: training rounds as its vectors do."""
    rows = features_of(table)
    mean_abs = {}
    for form in (Form(keep_fp32=()), Form()):
        (tried,) = cheapest_that_passes(exported, rows, LOOSE, [form])
        mean_abs[form] = tried.verdict.drift.mean_abs
    better, worse = sorted(mean_abs, key=mean_abs.__getitem__)
    limits = replace(LOOSE, mean_abs=1.001 * mean_abs[better] / 0.9)
    attempts = cheapest_that_passes(exported, rows, limits, [worse, better, Form("static")])
    assert [attempt.form for attempt in attempts] == [worse, better]
    assert [bool(attempt.verdict.missed) for attempt in attempts] == [True, False]


def test_a_tenth_of_each_limit_is_spared_for_rows_not_seen(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    (tried,) = cheapest_that_passes(exported, rows, LOOSE, [Form()])
    limits = replace(LOOSE, mean_abs=1.05 * tried.verdict.drift.mean_abs)
    assert judge(exported, rows, limits).missed == []
    (again,) = cheapest_that_passes(exported, rows, limits, [Form()])
    assert len(again.verdict.missed) == 1


def test_the_last_form_is_left_if_none_passes(exported: ModelFiles, table: pa.Table) -> None:
    tried = cheapest_that_passes(
        exported, features_of(table), replace(LOOSE, max_abs=0.0), [Form(), Form("static")]
    )
    assert [attempt.form.mode for attempt in tried] == ["dynamic", "static"]
    assert all(attempt.verdict.missed for attempt in tried)
    assert tried[1].to_json()["form"]["mode"] == "static"  # type: ignore[index]
