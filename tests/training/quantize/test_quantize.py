# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pyarrow as pa
import pytest
from onnx import numpy_helper

from tests.support.small_models import random_checkpoint
from vmaf_dnn import Session
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_train.data.table import features_of, with_columns
from vmaf_train.metrics import is_reported
from vmaf_train.onnx_files.export import export
from vmaf_train.onnx_files.scoring import is_dynamic, load_graph, score_rows
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.form import MODES, Form
from vmaf_train.quantize.quantize import clip_rows, drift, quantize

LAYERS = ["node_linear", "node_linear_1", "node_linear_2", "node_linear_3"]


@pytest.fixture
def quantised(exported: ModelFiles, table: pa.Table) -> ModelFiles:
    quantize(exported.onnx, exported.int8, features_of(table))
    return exported


@pytest.fixture
def static(exported: ModelFiles, table: pa.Table) -> ModelFiles:
    quantize(exported.onnx, exported.int8, features_of(table), form=Form("static"))
    return exported


def initialisers(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in load_graph(path).graph.initializer}


def names_of(path: Path, op_type: str) -> list[str]:
    return [node.name for node in load_graph(path).graph.node if node.op_type == op_type]


def test_only_the_middle_layers_are_int8(quantised: ModelFiles) -> None:
    assert names_of(quantised.int8, "MatMulInteger") == [
        "node_linear_1_MatMul_quant",
        "node_linear_2_MatMul_quant",
    ]
    assert names_of(quantised.int8, "MatMul") == ["node_linear_MatMul", "node_linear_3_MatMul"]
    assert is_dynamic(load_graph(quantised.int8))


def test_weights_are_signed_bytes_with_one_scale_a_channel(quantised: ModelFiles) -> None:
    arrays = initialisers(quantised.int8)
    weights = arrays["mlp.2.weight_quantized"]
    assert weights.dtype == np.int8
    assert weights.shape == (64, 32)
    assert arrays["mlp.2.weight_scale"].shape == (32,)
    assert not arrays["mlp.2.weight_zero_point"].any()


def test_per_tensor_has_one_scale(exported: ModelFiles, table: pa.Table) -> None:
    quantize(exported.onnx, exported.int8, features_of(table), form=Form(per_channel=False))
    assert initialisers(exported.int8)["mlp.2.weight_scale"].shape == ()


@pytest.mark.parametrize(("bits", "largest"), [(7, 64), (8, 127)])
def test_the_largest_weight_of_a_channel_takes_all_bits(
    exported: ModelFiles, table: pa.Table, bits: int, largest: int
) -> None:
    quantize(exported.onnx, exported.int8, features_of(table), form=Form(bits=bits))
    weights = np.abs(initialisers(exported.int8)["mlp.2.weight_quantized"].astype(int))
    np.testing.assert_array_equal(weights.max(axis=0), largest)


@pytest.mark.parametrize("mode", ["dynamic", "static"])
@pytest.mark.parametrize(
    ("kept", "int8"),
    [((), LAYERS), (("first",), LAYERS[1:]), (("last", "node_linear_1"), [LAYERS[0], LAYERS[2]])],
)
def test_named_layers_stay_fp32(
    exported: ModelFiles, table: pa.Table, mode: str, kept: tuple[str, ...], int8: list[str]
) -> None:
    quantize(exported.onnx, exported.int8, features_of(table), form=Form(mode, keep_fp32=kept))
    assert quantised_layers(exported.int8) == int8


def quantised_layers(path: Path) -> list[str]:
    model = load_graph(path)
    if names := [node.name for node in model.graph.node if node.op_type == "MatMulInteger"]:
        return [name.removesuffix("_MatMul_quant") for name in names]
    made_by = {node.output[0]: node.op_type for node in model.graph.node}
    gemms = [node for node in model.graph.node if node.op_type == "Gemm"]
    return [node.name for node in gemms if made_by.get(node.input[1]) == "DequantizeLinear"]


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
    assert moved.plcc_drop == 1 - moved.plcc
    assert moved.int8_bytes < 0.6 * moved.fp32_bytes


@pytest.mark.parametrize("mode", ["dynamic", "static"])
@pytest.mark.parametrize("kept", [(), ("first", "last")])
def test_the_last_bias_takes_the_offset_out(
    exported: ModelFiles, table: pa.Table, mode: str, kept: tuple[str, ...]
) -> None:
    rows = features_of(table)
    made = quantize(exported.onnx, exported.int8, rows, form=Form(mode, keep_fp32=kept))
    assert made.bias_correction != 0
    exact = score_rows(exported.onnx, rows)
    moved = score_rows(exported.int8, rows) - exact
    assert moved[is_reported(exact)].mean() == pytest.approx(0, abs=1e-2 if mode == "static" else 1e-4)


def test_the_correction_is_what_the_bias_moved_by(exported: ModelFiles, table: pa.Table) -> None:
    made = quantize(exported.onnx, exported.int8, features_of(table))
    fp32, int8 = initialisers(exported.onnx), initialisers(exported.int8)
    assert int8["mlp.6.bias"] - fp32["mlp.6.bias"] == pytest.approx(made.bias_correction, abs=1e-5)


def test_rows_that_no_report_shows_correct_nothing(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    above = rows[score_rows(exported.onnx, rows) > 101]
    assert len(above) > 0
    assert quantize(exported.onnx, exported.int8, above).bias_correction == 0.0


@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_pairs_of_products_fit_16_bits(exported: ModelFiles, table: pa.Table, mode: str) -> None:
    # 255 is the largest activation; AVX2's pmaddubsw adds two products and saturates at 32767.
    quantize(exported.onnx, exported.int8, features_of(table), form=Form(mode))
    weights = {
        name: a for name, a in initialisers(exported.int8).items() if name.endswith("weight_quantized")
    }
    assert len(weights) == 2
    assert all(np.abs(array.astype(int)).max() * 255 * 2 <= 32767 for array in weights.values())


@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_the_same_model_gives_the_same_bytes(
    exported: ModelFiles, table: pa.Table, tmp_path: Path, mode: str
) -> None:
    for name in ("a.int8.onnx", "b.int8.onnx"):
        quantize(exported.onnx, tmp_path / name, features_of(table)[:50], form=Form(mode))
    assert (tmp_path / "a.int8.onnx").read_bytes() == (tmp_path / "b.int8.onnx").read_bytes()


@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_a_score_does_not_depend_on_its_batch(exported: ModelFiles, table: pa.Table, mode: str) -> None:
    rows = features_of(table)
    quantize(exported.onnx, exported.int8, rows, form=Form(mode))
    whole = score_rows(exported.int8, rows[:64])
    alone = np.concatenate([score_rows(exported.int8, rows[i : i + 1]) for i in range(64)])
    np.testing.assert_array_equal(whole, alone)


def test_onnx_runtime_gives_the_same_for_a_static_model(static: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table).astype(np.float32)
    session = onnxruntime.InferenceSession(static.int8, providers=["CPUExecutionProvider"])
    theirs = session.run(None, {"features": rows})[0]
    alone = [session.run(None, {"features": row[None]})[0][0] for row in rows[:64]]
    np.testing.assert_allclose(theirs, score_rows(static.int8, rows), atol=1e-3)
    np.testing.assert_allclose(theirs[:64], alone, atol=1e-3)


def test_a_static_model_has_its_scales_in_the_file(static: ModelFiles) -> None:
    operators = {node.op_type for node in load_graph(static.int8).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} < operators
    assert "DynamicQuantizeLinear" not in operators
    # one grid for what goes into each int8 layer, none for what comes out
    assert len(names_of(static.int8, "QuantizeLinear")) == 2


def test_a_static_model_says_what_it_was_calibrated_on(exported: ModelFiles, table: pa.Table) -> None:
    rows = features_of(table)
    made = quantize(exported.onnx, exported.int8, rows, form=Form("static"))
    digest = hashlib.sha256(rows.astype("<f4").tobytes()).hexdigest()
    assert made.calibration == f"1200 rows of the training split, sha256 {digest}"
    assert quantize(exported.onnx, exported.int8, rows).calibration is None


def test_calibration_takes_some_of_many_rows(exported: ModelFiles, table: pa.Table) -> None:
    rows = np.tile(features_of(table), (5, 1))
    made = quantize(exported.onnx, exported.int8, rows, form=Form("static"))
    assert made.calibration is not None
    assert made.calibration.startswith("4096 rows of the training split, sha256 ")
    assert made == quantize(exported.onnx, exported.int8, rows, form=Form("static"))


@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_the_fused_engine_runs_it(exported: ModelFiles, table: pa.Table, mode: str) -> None:
    quantize(exported.onnx, exported.int8, features_of(table), form=Form(mode))
    info = Session(exported.int8).info
    assert (info.engine, info.precision) == ("fused", "int8")


@pytest.mark.parametrize("arch", ["mlp_small", "mlp_medium"])
def test_the_smaller_models_quantise_too(arch: str, tmp_path: Path, table: pa.Table) -> None:
    files = ModelFiles(tmp_path / "m.onnx")
    export(random_checkpoint(arch), files.onnx)
    quantize(files.onnx, files.int8, features_of(table)[:50])
    assert len(names_of(files.int8, "MatMulInteger")) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_layer_that_there_is_not_is_refused(exported: ModelFiles, table: pa.Table, mode: str) -> None:
    form = Form(mode, keep_fp32=("first", "node_relu"))
    with pytest.raises(InvalidArgument) as refusal:
        quantize(exported.onnx, exported.int8, features_of(table), form=form)
    assert str(refusal.value) == (
        "There is no layer 'node_relu' to keep in fp32; the model has node_linear, node_linear_1,"
        " node_linear_2, node_linear_3, and first and last are names too."
    )
    assert not exported.int8.exists()


def test_a_model_that_would_stay_fp32_is_refused(exported: ModelFiles, table: pa.Table) -> None:
    with pytest.raises(InvalidArgument, match=r"^All 4 layers would stay fp32; keep fewer of node_linear, "):
        quantize(exported.onnx, exported.int8, features_of(table), form=Form(keep_fp32=tuple(LAYERS)))


def test_an_int8_file_is_not_quantised_again(quantised: ModelFiles, table: pa.Table, tmp_path: Path) -> None:
    with pytest.raises(ModelRejected, match=r"^The graph has no layer to quantise .Gemm, Conv or "):
        quantize(quantised.int8, tmp_path / "x.onnx", features_of(table))


def test_augmented_rows_are_not_measured(table: pa.Table) -> None:
    codec = np.where(np.arange(table.num_rows) < 300, "x264", "jitter").astype(object)
    np.testing.assert_array_equal(clip_rows(with_columns(table, {"codec": codec})), features_of(table)[:300])
    with pytest.raises(
        InvalidArgument, match=r"^All rows are augmented; give a table of `vmaf-train corpus`"
    ):
        clip_rows(with_columns(table, {"codec": np.full(table.num_rows, "jitter", object)}))


@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_the_folder_holds_nothing_else_and_the_log_level_stays(
    exported: ModelFiles, table: pa.Table, mode: str, capfd: pytest.CaptureFixture[str]
) -> None:
    level, before = logging.getLogger().level, set(exported.onnx.parent.iterdir())
    quantize(exported.onnx, exported.int8, features_of(table)[:10], form=Form(mode))
    assert logging.getLogger().level == level
    assert set(exported.onnx.parent.iterdir()) - before == {exported.int8}
    assert capfd.readouterr() == ("", "")
