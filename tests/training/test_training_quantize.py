# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest
from onnx import numpy_helper
from small_models import random_checkpoint

from vmaf_train.export import export
from vmaf_train.metrics import is_reported
from vmaf_train.quantize import drift, quantize
from vmaf_train.scoring import is_dynamic, load_graph, score_rows
from vmaf_train.sidecar import ModelFiles
from vmaf_train.table import features_of


@pytest.fixture
def quantised(exported: ModelFiles, table: pa.Table) -> ModelFiles:
    quantize(exported.onnx, exported.int8, features_of(table))
    return exported


def initialisers(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in load_graph(path).graph.initializer}


def test_only_the_middle_layers_are_int8(quantised: ModelFiles) -> None:
    model = load_graph(quantised.int8)
    integer = [node.name for node in model.graph.node if node.op_type == "MatMulInteger"]
    plain = [node.name for node in model.graph.node if node.op_type == "MatMul"]
    assert integer == ["node_linear_1_MatMul_quant", "node_linear_2_MatMul_quant"]
    assert plain == ["node_linear_MatMul", "node_linear_3_MatMul"]
    assert is_dynamic(model)


def test_weights_are_signed_bytes_with_one_scale_a_channel(quantised: ModelFiles) -> None:
    arrays = initialisers(quantised.int8)
    weights = arrays["mlp.2.weight_quantized"]
    assert (weights.dtype, weights.shape) == (np.int8, (64, 32))
    assert arrays["mlp.2.weight_scale"].shape == (32,)
    assert not arrays["mlp.2.weight_zero_point"].any()


def test_the_contract_stays(quantised: ModelFiles) -> None:
    fp32, int8 = onnx.load(quantised.onnx), onnx.load(quantised.int8)
    assert int8.graph.input == fp32.graph.input
    assert int8.graph.output == fp32.graph.output
    assert (int8.ir_version, int8.opset_import[0].version) == (8, 17)
    onnx.checker.check_model(int8, full_check=True)


def test_scores_move_little_and_without_bias(quantised: ModelFiles, table: pa.Table) -> None:
    moved = drift(quantised.onnx, quantised.int8, features_of(table))
    assert 0 < moved.mean_abs < 0.3
    assert moved.max_abs < 2
    assert abs(moved.bias) < 0.02
    assert moved.plcc > 0.9999
    assert moved.int8_bytes < 0.6 * moved.fp32_bytes


def test_the_last_bias_takes_the_offset_out(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    shift = quantize(exported.onnx, exported.int8, rows)
    fp32, int8 = initialisers(exported.onnx), initialisers(exported.int8)
    assert int8["mlp.6.bias"] - fp32["mlp.6.bias"] == pytest.approx(shift, abs=1e-5)
    exact = score_rows(exported.onnx, rows)
    moved = score_rows(exported.int8, rows) - exact
    assert moved[is_reported(exact)].mean() == pytest.approx(0, abs=1e-4)


def test_rows_that_no_report_shows_correct_nothing(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    above = rows[score_rows(exported.onnx, rows) > 101]
    assert len(above) > 0
    assert quantize(exported.onnx, exported.int8, above) == 0.0


def test_pairs_of_products_fit_16_bits(quantised: ModelFiles) -> None:
    # 255 is the largest activation; AVX2's pmaddubsw adds two products and saturates at 32767.
    for name, weights in initialisers(quantised.int8).items():
        if name.endswith("weight_quantized"):
            assert np.abs(weights.astype(int)).max() * 255 * 2 <= 32767


def test_the_same_model_gives_the_same_bytes(exported: ModelFiles, table: pa.Table, tmp_path: Path) -> None:
    for name in ("a.int8.onnx", "b.int8.onnx"):
        quantize(exported.onnx, tmp_path / name, features_of(table)[:50])
    assert (tmp_path / "a.int8.onnx").read_bytes() == (tmp_path / "b.int8.onnx").read_bytes()


def test_dynamic_graphs_are_scored_row_by_row(quantised: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)[:64]
    whole = score_rows(quantised.int8, rows)
    alone = np.concatenate([score_rows(quantised.int8, rows[i : i + 1]) for i in range(len(rows))])
    np.testing.assert_array_equal(whole, alone)


@pytest.mark.parametrize("arch", ["mlp_small", "mlp_medium"])
def test_the_smaller_models_quantise_too(arch: str, tmp_path: Path, table: pa.Table) -> None:
    files = ModelFiles(tmp_path / "m.onnx")
    export(random_checkpoint(arch), files.onnx)
    quantize(files.onnx, files.int8, features_of(table)[:50])
    n_integer = sum(node.op_type == "MatMulInteger" for node in load_graph(files.int8).graph.node)
    assert n_integer == 1


def test_the_folder_holds_nothing_else_and_the_log_level_stays(exported: ModelFiles, table: pa.Table) -> None:
    level = logging.getLogger().level
    quantize(exported.onnx, exported.int8, features_of(table)[:10])
    assert logging.getLogger().level == level
    assert sorted(path.name for path in exported.onnx.parent.iterdir()) == [
        "my_model.int8.onnx",
        "my_model.json",
        "my_model.onnx",
    ]
