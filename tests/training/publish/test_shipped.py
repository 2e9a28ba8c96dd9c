# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models against the committed tables: every claim about them is measured here again."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.paths import ROOT
from vmaf_train.data.table import (
    Split,
    column,
    features_of,
    read_held_out,
    read_table,
    read_tables,
    sources_of,
    split_by_source,
    task_of,
    truth_of,
)
from vmaf_train.metrics import clipped
from vmaf_train.onnx_files.scoring import score_rows
from vmaf_train.publish.displays import DISPLAYS
from vmaf_train.publish.evaluation import Evaluation, evaluate, misses
from vmaf_train.publish.plan import Plan, read_plan
from vmaf_train.publish.registry import SCHEMAS, check_registry
from vmaf_train.publish.sidecar import ModelFiles

MODELS = ROOT / "model" / "tiny"
CONFIGS = ROOT / "training" / "configs"
PLANS = {name: read_plan(CONFIGS / f"{name}.json") for name in ("shipped", "v4_neg", "v4_4k", "v5")}
PLAN = PLANS["shipped"]
CORPUS, AUGMENTED = PLAN.data
NETS = [(name, model.id) for name, plan in PLANS.items() for model in plan.models]
IDS = sorted({id_ for plan in PLANS.values() for model in plan.models for id_ in (model.id, *model.displays)})
LARGEST_ERROR = 1.5  # VMAF points, of any frame of an ordinary x264 encode


@pytest.fixture(scope="module", params=NETS, ids=[id_ for _, id_ in NETS])
def net(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The plan of a net, and its id."""
    return request.param


@pytest.fixture(scope="module")
def plan(net: tuple[str, str]) -> Plan:
    return PLANS[net[0]]


@pytest.fixture(scope="module")
def split(net: tuple[str, str]) -> Split:
    return split_of(net[0])


@lru_cache(maxsize=1)
def split_of(name: str) -> Split:
    return split_by_source(read_tables(PLANS[name].data), read_held_out(PLANS[name].held_out))


@pytest.fixture(scope="module")
def report(net: tuple[str, str]) -> dict[str, Any]:
    return json.loads((CONFIGS / f"{net[0]}.report.json").read_text())


@pytest.fixture(scope="module")
def files(net: tuple[str, str]) -> ModelFiles:
    return ModelFiles(MODELS / f"{net[1]}.onnx")


@pytest.fixture(scope="module")
def evaluations(files: ModelFiles, split: Split) -> dict[str, Evaluation]:
    return {"fp32": evaluate(files.onnx, split.held_out), "int8": evaluate(files.int8, split.held_out)}


def test_the_registry_is_that_of_the_files() -> None:
    assert check_registry(MODELS / "registry.json") == len(IDS) == 13
    for name, schema in SCHEMAS.items():
        assert json.loads((MODELS / name).read_text()) == schema


def test_the_default_runs_fp32_and_the_larger_ones_int8() -> None:
    models = json.loads((MODELS / "registry.json").read_text())["models"]
    modes = {model["id"]: model["quant_mode"] for model in models}
    assert sorted(modes) == IDS
    assert modes["vmaf_tiny_v2"] == "fp32"
    assert "fp32" not in [mode for id_, mode in modes.items() if id_ != "vmaf_tiny_v2"]
    assert all(model["int8_sha256"] for model in models)


def test_no_model_saw_a_held_out_source(files: ModelFiles, split: Split) -> None:
    training = json.loads(files.training.read_text())
    assert training["sources"] == sources_of(split.train)
    assert not set(training["sources"]) & set(sources_of(split.held_out))
    assert training["n_rows"] == split.train.num_rows


def test_each_model_passes_the_gate(
    files: ModelFiles, plan: Plan, evaluations: dict[str, Evaluation]
) -> None:
    assert plan.gate.min_plcc >= 0.998
    assert (plan.gate.max_rmse or np.inf) <= 1
    assert plan.gate.max_plcc_drop <= 0.01
    assert misses(files.id, evaluations["fp32"], evaluations["int8"], plan.gate) == []


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_every_frame_of_an_ordinary_x264_encode_is_close(
    files: ModelFiles, split: Split, precision: str
) -> None:
    rows = split.held_out.filter((pa.compute.field("codec") == "x264") & (pa.compute.field("scale") == 1))
    path = files.onnx if precision == "fp32" else files.int8
    error = clipped(score_rows(path, features_of(rows)), task_of(rows).output_range) - truth_of(rows)
    assert len(error) > 200
    assert np.abs(error).max() < LARGEST_ERROR


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_report_says_what_is_measured(
    files: ModelFiles, evaluations: dict[str, Evaluation], report: dict[str, Any], precision: str
) -> None:
    said, found = report["models"][files.id][precision], evaluations[precision].to_json()
    for part in ("overall", "ordinary", "odd"):
        # Sums in float32 differ a little between CPUs.
        assert found[part] == pytest.approx(said[part], abs=5e-4)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_card_says_what_the_report_says(
    files: ModelFiles, plan: Plan, report: dict[str, Any], precision: str
) -> None:
    said = report["models"][files.id][precision]["overall"]
    size = (files.onnx if precision == "fp32" else files.int8).stat().st_size
    quality = f"{said['plcc']:.6f} | {said['srocc']:.6f} | {said['rmse']:.3f} | {said['max_error']:.2f}"
    line = f"| `{files.id}` | {precision} | {size} | {quality} |"
    assert line in (MODELS / plan.cards).read_text()


def test_labels_are_libvmafs_clip_of_the_unclipped_score(split: Split) -> None:
    for table in (split.train, split.held_out):
        unclipped = column(table, "vmaf_unclipped")
        np.testing.assert_array_equal(column(table, "vmaf"), np.clip(unclipped, *task_of(table).output_range))


def test_the_table_covers_scenes_codecs_and_scores() -> None:
    table = read_table(CORPUS)
    assert table.num_rows >= 20_000
    assert sum(path.stat().st_size for path in PLAN.data) < 10 * 2**20
    assert len(set(column(table, "scene"))) == 45
    codecs, sizes = np.unique(column(table, "codec").astype(str), return_counts=True)
    assert {"x264", "x265", "vp9", "svtav1", "mpeg2", "blur", "noise", "sharpen", "drop", "freeze"} < set(
        codecs
    )
    assert sizes.min() > 1000
    assert set(column(table, "scale")) == {1, 2, 4}
    assert np.histogram(column(table, "vmaf"), bins=10, range=(0, 100))[0].min() > 500


def test_the_table_says_where_it_came_from_and_not_from_which_machine() -> None:
    metadata = pq.read_schema(CORPUS).metadata
    assert metadata[b"extractor"].startswith(b"libvmaf ")
    for plan in PLANS.values():
        for path in plan.data:
            said = json.loads(pq.read_schema(path).metadata[b"run_provenance"])
            assert not [text for text in strings(said) if text.startswith("/")]
    provenance = json.loads(metadata[b"run_provenance"])
    assert len(provenance["inputs"]["clips"]) == 45


def test_a_net_of_v1_has_a_contract_for_each_display() -> None:
    (model,) = PLANS["v5"].models
    for id_, name in model.displays.items():
        sidecar = json.loads((MODELS / f"{id_}.json").read_text())
        assert sidecar["onnx"] == f"{model.id}.onnx"
        assert sidecar["feature_options"] == list(DISPLAYS[name].features.options)
        assert sidecar["quality"]["against"] == DISPLAYS[name].model
        assert sidecar["quality"]["fp32"]["max_error"] < LARGEST_ERROR


@pytest.mark.parametrize("folder", ["model/tiny", "training/configs", "training/data"])
def test_no_committed_json_holds_an_absolute_path(folder: str) -> None:
    for path in (ROOT / folder).glob("*.json"):
        assert not [text for text in strings(json.loads(path.read_text())) if text.startswith("/")], path


def strings(value: object) -> list[str]:
    """Every string in a JSON value."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []
