# SPDX-License-Identifier: BSD-3-Clause
"""int8 forms of convolutions and attention: close to fp32, smaller, named by us, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.support.kind_models import GRAPHS, samples, write_model
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Nodes
from vmaf_train.onnx_files.scoring import load_graph
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.distil import Distilling, distil
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.int8_nodes import dynamic_nodes, quantised_weights, static_nodes, values_to_scale
from vmaf_train.quantize.layers import layer_names, layers_of
from vmaf_train.quantize.quantize_nodes import drift_of_samples, quantize_samples
from vmaf_train.quantize.ranges import scales_of
from vmaf_train.quantize.samples import Samples, run_samples

EVERY = Form("dynamic", keep_fp32=())
QUICK = Distilling(steps=40, batch=2)
MODES = ("dynamic", "static", "qat")


@pytest.fixture(params=GRAPHS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def files(kind: str, tmp_path: Path) -> ModelFiles:
    return write_model(tmp_path, kind)


@pytest.mark.parametrize("mode", MODES)
def test_int8_stays_close_on_other_samples(files: ModelFiles, kind: str, mode: str) -> None:
    form = Form(mode, keep_fp32=())
    quantize_samples(files.onnx, files.int8, Samples(samples(kind, 16)), form=form, how=QUICK)
    moved, exact = drift_of_samples(files.onnx, files.int8, Samples(samples(kind, 8, seed=9)))
    assert moved.plcc_drop < 1e-3
    assert abs(moved.bias) < 0.05 * exact.std()
    assert moved.int8_bytes < 0.65 * moved.fp32_bytes
    assert moved.max_abs > 0


@pytest.mark.parametrize("mode", MODES)
def test_the_same_samples_give_the_same_bytes(files: ModelFiles, kind: str, mode: str) -> None:
    made = []
    for _ in range(2):
        some = Samples(samples(kind, 6))
        quantize_samples(files.onnx, files.int8, some, form=Form(mode), how=Distilling(steps=3, batch=1))
        made.append(files.int8.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("mode", MODES[:2])
def test_every_name_is_ours(files: ModelFiles, kind: str, mode: str) -> None:
    quantize_samples(files.onnx, files.int8, Samples(samples(kind, 4)), form=Form(mode, keep_fp32=()))
    graph = load_graph(files.int8).graph
    fp32 = load_graph(files.onnx).graph
    values = {name for node in fp32.node for name in (*node.input, *node.output)}
    parts = ("quantized", "dequantized", "scale", "zero_point", "integer", "cast", "product")
    for node in graph.node:
        assert node.name == f"node_{node.output[0]}"
        for name in (*node.input, *node.output):
            stem, _, part = name.rpartition("_")
            stem = stem.removesuffix("_zero")
            known = {*values, *(value.removesuffix(".weight") for value in values)}
            assert (
                name in values or name == "weight_zero_point" or (part in {*parts, "point"} and stem in known)
            )


def test_dynamic_scales_are_those_of_the_run(tmp_path: Path) -> None:
    files = write_model(tmp_path, "nr")
    model = dynamic_nodes(load_graph(files.onnx), EVERY)
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("ConvInteger") == 1  # few weights, or a group a channel: the others stay
    assert kinds.count("Conv") == 2
    files.int8.write_bytes(serialised(model))
    tiles = samples("nr", 2)["tile"]
    doubled = run_samples(files.int8, Samples({"tile": np.concatenate([tiles, 2 * tiles])}))
    exact = run_samples(files.onnx, Samples({"tile": np.concatenate([tiles, 2 * tiles])}))
    assert doubled == pytest.approx(exact, abs=0.3)


def test_one_value_is_rounded_once_for_all_that_read_it(tmp_path: Path) -> None:
    model = dynamic_nodes(load_graph(write_model(tmp_path, "plan").onnx), EVERY)
    rounded = [node.input[0] for node in model.graph.node if node.op_type == "DynamicQuantizeLinear"]
    assert rounded == ["small", "places", "read"]  # key and value read the same places


def test_weights_have_a_step_a_channel() -> None:
    layer = next(layer for layer in layers_of(GRAPHS["filter"]()) if layer.name == "wide0")
    whole, step = quantised_weights(layer, EVERY)
    assert step.shape == (16,)
    assert np.abs(whole).max(axis=(1, 2, 3)).tolist() == [64] * 16
    near = whole * step.reshape(-1, 1, 1, 1)
    assert np.abs(near - layer.weight).max() <= step.max() / 2 * 1.001
    one, step = quantised_weights(layer, Form("dynamic", per_channel=False))
    assert (step.shape, int(np.abs(one).max())) == ((1,), 64)


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("bits", [7, 8])
def test_every_form_computes_what_its_integers_say(per_channel: bool, bits: int, tmp_path: Path) -> None:
    files = write_model(tmp_path, "filter")
    form = Form("static", per_channel, (), bits)
    some = Samples(samples("filter", 4))
    quantize_samples(files.onnx, files.int8, some, form=form)
    assert drift_of_samples(files.onnx, files.int8, some)[0].plcc_drop < 1e-4


def test_onnx_runtime_runs_static_convolutions_in_integers(tmp_path: Path) -> None:
    files = write_model(tmp_path, "filter")
    quantize_samples(files.onnx, files.int8, Samples(samples("filter", 4)), form=Form("static", keep_fp32=()))
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(files.int8, options, providers=["CPUExecutionProvider"])
    kinds = [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]
    assert kinds.count("QLinearConv") == 4


def test_scales_reach_from_the_lowest_to_the_highest_value(tmp_path: Path) -> None:
    model = load_graph(write_model(tmp_path, "filter").onnx)
    values = values_to_scale(model, EVERY)
    assert {"first", "relu0", "deep0", "block0"} <= set(values)
    assert "last" not in values  # few weights
    scales = scales_of(model, values, Samples(samples("filter", 4)))
    for step, zero in scales.values():
        fraction, _ = np.frexp(np.float64(step))
        assert float(fraction * 2**12).is_integer()
        assert 0 <= zero <= 255
    assert scales["relu0"][1] == 0


def test_a_value_that_is_always_0_has_a_scale() -> None:
    nodes = Nodes(plane=[1, 1, 4, 4])
    nodes.relu("out", nodes.relu("inner", "plane"))
    model = nodes.model(out=[1, 1, 4, 4])
    below = Samples({"plane": np.full((1, 1, 4, 4), -1, np.float32)})
    assert scales_of(model, ["inner"], below) == {"inner": (np.float32(1), np.uint8(0))}


def test_layers_are_named_by_their_weights() -> None:
    assert layer_names(GRAPHS["filter"]()) == ["first", "wide0", "deep0", "wide1", "deep1", "last"]
    assert Form("dynamic").kept(GRAPHS["filter"]()) == ["first", "last"]
    assert Form("dynamic", keep_fp32=("deep1",)).kept(GRAPHS["filter"]()) == ["first", "deep1", "last"]
    assert layer_names(GRAPHS["plan"]()) == ["stem", "key", "value", "out"]


def test_a_layer_that_is_not_there_and_none_left_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="no layer 'deep9' to keep in fp32; the model has first, wide0"):
        dynamic_nodes(GRAPHS["filter"](), Form("dynamic", keep_fp32=("deep9",)))
    with pytest.raises(InvalidArgument, match="All 4 layers would stay fp32"):
        dynamic_nodes(GRAPHS["nr"](), Form("dynamic", keep_fp32=("point",)))
    nodes = Nodes(plane=[1, 1, 4, 4])
    nodes.relu("out", "plane")
    with pytest.raises(ModelRejected, match="no layer to quantise"):
        static_nodes(nodes.model(out=[1, 1, 4, 4]), EVERY, {})


def test_tuned_weights_lose_less_than_rounded_ones(tmp_path: Path) -> None:
    files = write_model(tmp_path, "filter")
    some, other = Samples(samples("filter", 16)), Samples(samples("filter", 8, seed=9))
    moved = {}
    for mode in ("dynamic", "qat"):
        how = Distilling(steps=120, batch=2)
        quantize_samples(files.onnx, files.int8, some, form=Form(mode, keep_fp32=()), how=how)
        moved[mode] = drift_of_samples(files.onnx, files.int8, other)[0].mean_abs
    assert moved["qat"] < 0.9 * moved["dynamic"]


def test_what_is_not_tuned_is_refused() -> None:
    nodes = Nodes(plane=[1, 1, 4, 4])
    nodes.op("Softplus", "out", nodes.op("Exp", "inner", "plane"))
    with pytest.raises(
        ModelRejected, match=r"The graph has Exp, Softplus, which `vmaf-train qat` does not tune"
    ):
        distil(nodes.model(out=[1, 1, 4, 4]), EVERY, Samples({"plane": np.zeros((1, 1, 4, 4), np.float32)}))
