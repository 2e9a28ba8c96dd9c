# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest
import torch
from onnx import helper, numpy_helper

from tests.support.small_models import random_checkpoint
from vmaf_dnn import Session
from vmaf_dnn.errors import ModelRejected
from vmaf_train.data.table import features_of
from vmaf_train.onnx_files.export import export
from vmaf_train.onnx_files.scoring import load_graph, score_rows
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.qat import Tuning, tune
from vmaf_train.quantize.quantize import drift, quantize

QUICK = Tuning(n_rows=400, steps=25, refit_steps=25)


@pytest.fixture
def small(tmp_path: Path) -> ModelFiles:
    files = ModelFiles(tmp_path / "m.onnx")
    export(random_checkpoint("mlp_small"), files.onnx)
    return files


def arrays_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def test_tuned_weights_lose_less(exported: ModelFiles, table: pa.Table, tmp_path: Path) -> None:
    rows, plain = features_of(table), tmp_path / "plain.int8.onnx"
    quantize(exported.onnx, plain, rows)
    quantize(exported.onnx, exported.int8, rows, form=Form("qat"), tuning=Tuning(steps=150, refit_steps=50))
    before, after = (drift(exported.onnx, path, rows) for path in (plain, exported.int8))
    assert after.mean_abs < 0.75 * before.mean_abs
    assert after.max_abs < before.max_abs
    assert abs(after.bias) < 1e-2


def test_the_graph_is_that_of_ptq_and_the_fused_engine_runs_it(
    exported: ModelFiles, table: pa.Table, tmp_path: Path
) -> None:
    rows, plain = features_of(table)[:100], tmp_path / "plain.int8.onnx"
    quantize(exported.onnx, plain, rows)
    quantize(exported.onnx, exported.int8, rows, form=Form("qat"), tuning=QUICK)
    assert load_graph(exported.int8).graph.node == load_graph(plain).graph.node
    assert exported.int8.stat().st_size == plain.stat().st_size
    info = Session(exported.int8, precision="int8").info
    assert (info.engine, info.precision) == ("fused", "int8")


def test_the_fp32_file_stays(small: ModelFiles, table: pa.Table) -> None:
    before = small.onnx.read_bytes()
    quantize(small.onnx, small.int8, features_of(table), form=Form("qat"), tuning=QUICK)
    assert small.onnx.read_bytes() == before


@pytest.mark.parametrize(("per_channel", "bits"), [(True, 7), (True, 8), (False, 7)])
def test_quantising_leaves_tuned_weights_as_they_are(
    small: ModelFiles, table: pa.Table, per_channel: bool, bits: int
) -> None:
    form, rows = Form("qat", per_channel=per_channel, bits=bits), features_of(table)
    tuned = tune(load_graph(small.onnx), form, rows, QUICK)
    quantize(small.onnx, small.int8, rows, form=form, tuning=QUICK)
    int8 = arrays_of(load_graph(small.int8))
    steps = int8["mlp.2.weight_quantized"] * int8["mlp.2.weight_scale"]
    np.testing.assert_allclose(steps.T, arrays_of(tuned)["mlp.2.weight"], rtol=1e-6)


def test_every_parameter_may_move(small: ModelFiles, table: pa.Table) -> None:
    model = load_graph(small.onnx)
    before, after = arrays_of(model), arrays_of(tune(model, Form("qat"), features_of(table), QUICK))
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert moved == {f"mlp.{depth}.{part}" for depth in (0, 2, 4) for part in ("weight", "bias")}


def test_the_same_rows_give_the_same_bytes_and_other_seeds_others(small: ModelFiles, table: pa.Table) -> None:
    model, rows = load_graph(small.onnx), features_of(table)

    def tuned(seed: int) -> bytes:
        tuning = Tuning(QUICK.n_rows, QUICK.steps, QUICK.refit_steps, seed)
        return tune(model, Form("qat"), rows, tuning).SerializeToString(deterministic=True)

    first = tuned(0)
    n_threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert tuned(0) == first
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(n_threads)
    assert tuned(1) != first


def test_scores_off_the_rows_stay_too(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    quantize(exported.onnx, exported.int8, rows[rows[:, 0] < 0.8], form=Form("qat"), tuning=QUICK)
    unseen = rows[rows[:, 0] > 0.85]
    moved = score_rows(exported.int8, unseen) - score_rows(exported.onnx, unseen)
    assert np.abs(moved).max() < 1


def test_progress_goes_up_to_the_steps(small: ModelFiles, table: pa.Table) -> None:
    seen: list[tuple[int, int]] = []
    tune(
        load_graph(small.onnx),
        Form("qat"),
        features_of(table),
        QUICK,
        lambda n_done, n_total: seen.append((n_done, n_total)),
    )
    assert seen == [(25, 50), (50, 50)]


def test_a_graph_of_another_program_is_refused(tmp_path: Path, table: pa.Table) -> None:
    weight = numpy_helper.from_array(np.ones((6, 1), np.float32), "weight")
    node = helper.make_node("Gemm", ["features", "weight"], ["vmaf"], "gemm")
    other = helper.make_node("Gemm", ["features", "weight"], ["other"], "gemm_2")
    shapes = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", width])
        for name, width in (("features", 6), ("vmaf", 1))
    ]
    graph = helper.make_graph([node, other], "g", shapes[:1], shapes[1:], [weight])
    path = tmp_path / "other.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    with pytest.raises(ModelRejected) as refusal:
        quantize(path, tmp_path / "o.int8.onnx", features_of(table), form=Form("qat", keep_fp32=()))
    assert str(refusal.value) == (
        "The graph lacks a parameter of `vmaf-train export`: 'mean'; export the model again."
    )
