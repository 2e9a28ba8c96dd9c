# SPDX-License-Identifier: BSD-3-Clause
"""`ptq`, `ptq-static`, `qat`, `quant-gate` and `registry` on models that take no rows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.kind_models import GRAPHS, QUALITY, samples, write_model
from vmaf_dnn import Session
from vmaf_train.cli import main
from vmaf_train.publish.int8_choice import FORMS
from vmaf_train.publish.kind_gate import (
    KindLimits,
    cheapest_on_samples,
    judge_samples,
    quantise_and_record,
)
from vmaf_train.publish.quality import state_quality
from vmaf_train.publish.registry import check_registry, write_registry
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.quantize_nodes import quantize_samples
from vmaf_train.quantize.samples import Samples, write_samples

MODES = {"ptq": "dynamic", "ptq-static": "static"}


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    """Samples of every kind, a third of them of a held-out source."""
    paths = [tmp_path / f"{kind}.npz" for kind in GRAPHS]
    for kind, path in zip(GRAPHS, paths, strict=True):
        write_samples(path, Samples(samples(kind, 9), np.array([*"aabaabaab"])))
    held_out = tmp_path / "held_out.json"
    held_out.write_text(json.dumps({"sources": ["b"]}))
    return ["--data", *map(str, paths), "--held-out", str(held_out)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kinds"
    folder.mkdir()
    for kind in GRAPHS:
        state_quality(write_model(folder, kind), "the truth", 9, 3, QUALITY[kind])
    return folder


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


@pytest.mark.parametrize("kind", GRAPHS)
@pytest.mark.parametrize("name", MODES)
def test_the_sidecar_says_how_the_int8_file_was_made(
    name: str, kind: str, folder: Path, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    files = ModelFiles(folder / f"toy_{kind}.onnx")
    assert main([name, "--onnx", str(files.onnx), *data, "--keep-fp32", "none"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert f"({MODES[name]}, every layer, one scale a channel, 7 bits): " in line
    assert re.search(r"; on 3 samples it moves what comes out by [0-9.e-]+ \(largest", line)
    sidecar, report = read(files.sidecar), read(folder / f"toy_{kind}.int8.report.json")
    assert (sidecar["quant_mode"], sidecar["int8_drift"]["n_rows"]) == (MODES[name], 3)
    assert report["quant_gate"]["passed"]
    assert ("quant_calibration_set" in sidecar) == (name == "ptq-static")
    write_registry(folder)
    session = Session(files.id, registry=folder / "registry.json")
    assert session.info.precision == "int8"


def test_qat_tunes_a_filter(folder: Path, data: list[str]) -> None:
    files = ModelFiles(folder / "toy_filter.onnx")
    assert main(["qat", "--onnx", str(files.onnx), *data]) == 0
    assert read(files.sidecar)["quant_mode"] == "qat"


def test_the_gate_judges_every_kind_of_a_registry(
    folder: Path, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in GRAPHS:
        assert main(["ptq", "--onnx", str(folder / f"toy_{kind}.onnx"), *data, "--keep-fp32", "none"]) == 0
    assert main(["registry", "--folder", str(folder), "--cards"]) == 0
    capsys.readouterr()
    registry = str(folder / "registry.json")
    assert main(["quant-gate", "--all", "--registry", registry, *data]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(GRAPHS)
    for kind in GRAPHS:
        assert re.search(
            rf"^toy_{kind} +dynamic +3 .* - +\d+ +\d\d%  passed$", "\n".join(lines), re.MULTILINE
        )
    assert "int8 moves what comes out by" in (folder / "README.md").read_text()


def test_a_file_that_misses_its_budget_is_pinned_and_no_default(
    folder: Path, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    files = ModelFiles(folder / "toy_words.onnx")
    words = ["--onnx", str(files.onnx), *data, "--keep-fp32", "none", "--budget-plcc", "1e-9"]
    assert main(["ptq", *words]) == 0
    assert "int8 is no default: toy_words.int8.onnx: PLCC drop is 0.000" in capsys.readouterr().out
    assert read(files.sidecar)["quant_mode"] == "fp32"
    assert main(["quant-gate", "--model", str(files.onnx), *data, "--max-plcc-drop", "1e-9"]) == 1


def test_pin_only_leaves_fp32_the_default(folder: Path, data: list[str]) -> None:
    files = ModelFiles(folder / "toy_filter.onnx")
    assert main(["ptq", "--onnx", str(files.onnx), *data, "--pin-only"]) == 0
    assert read(files.sidecar)["quant_mode"] == "fp32"
    write_registry(folder)
    assert Session("toy_filter", registry=folder / "registry.json").info.precision == "fp32"
    assert Session("toy_filter", registry=folder / "registry.json", precision="int8").info.precision == "int8"


def test_a_table_is_not_what_a_filter_takes(
    folder: Path, table_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ptq", "--onnx", str(folder / "toy_filter.onnx"), "--data", str(table_file)]) == 1
    assert (
        "corpus.parquet holds degraded, which toy_filter.onnx takes; give an .npz" in capsys.readouterr().err
    )


def test_a_fusion_model_is_judged_beside_the_others(
    exported: ModelFiles, folder: Path, data: list[str], table_file: Path
) -> None:
    data = [*data[:-2], str(table_file)]
    tuned = ["--keep-fp32", "first,last"]
    assert main(["ptq", "--onnx", str(exported.onnx), *data, *tuned]) == 0
    filter_ = folder / "toy_filter.onnx"
    assert main(["ptq", "--onnx", str(filter_), *data, *tuned]) == 0
    words = [
        "quant-gate",
        "--model",
        str(exported.onnx),
        str(filter_),
        *data,
        "--max-mean",
        "9",
        "--max-abs",
        "99",
    ]
    main([*words, "--max-bias", "9", "--max-plcc-drop", "1"])
    report = read(exported.onnx.parent / "my_model.quant-gate.json")
    assert set(report["models"]) == {"my_model", "toy_filter"}
    assert "bias_share" in report["models"]["toy_filter"]
    assert "engine_gap" in report["models"]["my_model"]


def test_exact_sentences_count_where_they_are_told(folder: Path) -> None:
    files, some = ModelFiles(folder / "toy_plan.onnx"), Samples(samples("plan", 6))
    quantize_samples(files.onnx, files.int8, some)
    shares = {files.onnx: 0.96, files.int8: 0.94}
    verdict = judge_samples(files, some, exact=shares.__getitem__)
    assert verdict.missed == [
        "toy_plan.int8.onnx: drop of exact sentences is 0.0200, at most 0.01 is allowed"
    ]
    assert verdict.to_json()["exact_int8"] == 0.94
    assert judge_samples(files, some, KindLimits(exact_drop=0.03), exact=shares.__getitem__).missed == []


def test_a_bias_is_no_way_around_the_correlation(folder: Path) -> None:
    files, some = ModelFiles(folder / "toy_nr.onnx"), Samples(samples("nr", 6))
    quantize_samples(files.onnx, files.int8, some)
    (sentence,) = judge_samples(files, some, KindLimits(bias=1e-6)).missed
    assert sentence.startswith("toy_nr.int8.onnx: |bias| as a share of the spread is 0.0")


def test_the_cheapest_form_that_passes_is_taken(folder: Path) -> None:
    files, some = ModelFiles(folder / "toy_filter.onnx"), Samples(samples("filter", 6))
    (first,) = cheapest_on_samples(files, some)
    assert first.form == FORMS[0]
    needed = first.verdict.drift.plcc_drop
    several = cheapest_on_samples(files, some, KindLimits(plcc_drop=needed), FORMS[:3])
    assert len(several) > 1
    assert several[0].verdict.missed


@pytest.mark.parametrize(("budget", "mode"), [(0.01, "dynamic"), (0.0, "fp32")])
def test_what_misses_in_every_form_stays_fp32(folder: Path, budget: float, mode: str) -> None:
    files, some = ModelFiles(folder / "toy_words.onnx"), Samples(samples("words", 6))
    tried, verdict = quantise_and_record(files, some, some, KindLimits(plcc_drop=budget))
    assert len(tried) == (1 if mode == "dynamic" else len(FORMS))
    assert bool(verdict.missed) == (mode == "fp32")
    assert read(files.sidecar)["quant_mode"] == mode
    write_registry(folder)
    assert check_registry(folder / "registry.json") == len(GRAPHS)
