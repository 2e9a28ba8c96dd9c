# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from tests.support.small_models import random_checkpoint
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.files import sha256_of
from vmaf_train.fit.net import HIDDEN, Checkpoint, load_checkpoint, save_checkpoint
from vmaf_train.onnx_files.export import PARITY, export, probe_rows
from vmaf_train.onnx_files.scoring import score_rows
from vmaf_train.publish.sidecar import ModelFiles

N_PARAMS = {"mlp_small": 257, "mlp_medium": 769, "mlp_large": 3073}


@pytest.mark.parametrize("arch", HIDDEN)
def test_the_graph_is_the_published_one(arch: str, tmp_path: Path) -> None:
    checkpoint = random_checkpoint(arch)
    export(checkpoint, tmp_path / "m.onnx")
    model = onnx.load(tmp_path / "m.onnx")
    n_layers = len(HIDDEN[arch]) + 1
    expected = ["Sub", "Div", *["Gemm", "Relu"] * (n_layers - 1), "Gemm", "Squeeze"]
    assert [node.op_type for node in model.graph.node] == expected
    assert [node.name for node in model.graph.node][:5] == [
        "node_sub",
        "node_div",
        "node_linear",
        "node_relu",
        "node_linear_1",
    ]
    assert (model.ir_version, model.opset_import[0].version, model.graph.name) == (8, 17, "main_graph")
    assert len(model.opset_import) == 1
    assert not model.metadata_props
    assert checkpoint.model().n_params == N_PARAMS[arch]


@pytest.mark.parametrize("arch", HIDDEN)
def test_initialisers_are_named_as_in_torch(arch: str, tmp_path: Path) -> None:
    checkpoint = random_checkpoint(arch)
    export(checkpoint, tmp_path / "m.onnx")
    graph = onnx.load(tmp_path / "m.onnx").graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    np.testing.assert_array_equal(arrays.pop("val_0"), [-1])
    assert list(arrays) == [*(name for name in checkpoint.state_dict if "mlp" in name), "mean", "std"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, checkpoint.state_dict[name].numpy())


def test_gemm_has_the_four_published_attributes(tmp_path: Path) -> None:
    export(random_checkpoint("mlp_small"), tmp_path / "m.onnx")
    gemm = onnx.load(tmp_path / "m.onnx").graph.node[2]
    found = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in gemm.attribute}
    assert found == {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}


def test_input_and_output_have_a_free_number_of_rows(tmp_path: Path) -> None:
    export(random_checkpoint("mlp_small"), tmp_path / "m.onnx")
    graph = onnx.load(tmp_path / "m.onnx").graph
    (features,), (vmaf,) = graph.input, graph.output
    dims = [dim.dim_param or dim.dim_value for dim in features.type.tensor_type.shape.dim]
    assert (features.name, dims) == ("features", ["N", 6])
    assert (vmaf.name, [dim.dim_param for dim in vmaf.type.tensor_type.shape.dim]) == ("vmaf", ["N"])


@pytest.mark.parametrize("arch", HIDDEN)
def test_onnx_runtime_gives_torchs_scores(arch: str, tmp_path: Path) -> None:
    checkpoint = random_checkpoint(arch)
    error = export(checkpoint, tmp_path / "m.onnx")
    rows = probe_rows(checkpoint)
    with torch.inference_mode():
        expected = checkpoint.model()(torch.from_numpy(rows)).numpy()
    assert error <= PARITY
    np.testing.assert_allclose(score_rows(tmp_path / "m.onnx", rows), expected, rtol=0, atol=100 * PARITY)


def test_the_same_checkpoint_gives_the_same_bytes(checkpoint_file: Path, tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        export(load_checkpoint(checkpoint_file), tmp_path / name)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


@pytest.mark.parametrize("scale", [1e4, float("nan")])
def test_an_export_that_misses_parity_is_not_written(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ModelRejected, match="differs from torch"):
        export(random_checkpoint("mlp_large", scale), tmp_path / "m.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_comes_back(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "m.ckpt", checkpoint)
    back = load_checkpoint(tmp_path / "m.ckpt")
    for name, value in checkpoint.state_dict.items():
        assert torch.equal(back.state_dict[name], value)
    np.testing.assert_array_equal(back.mean, checkpoint.mean)
    assert back.training == checkpoint.training


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("exploded"),))


def test_a_checkpoint_can_not_run_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"arch": Bomb()}, tmp_path / "bomb.ckpt")
    (tmp_path / "raw.ckpt").write_bytes(pickle.dumps(Bomb()))
    for name in ("bomb.ckpt", "raw.ckpt", "missing.ckpt"):
        with pytest.raises(InvalidArgument, match="is not a checkpoint"):
            load_checkpoint(tmp_path / name)
    assert not (tmp_path / "exploded").exists()


def test_a_checkpoint_that_names_other_features_than_it_has_is_refused(checkpoint_file: Path) -> None:
    content = torch.load(checkpoint_file, weights_only=True)
    content["task"]["features"]["names"] = ["psnr"]
    torch.save(content, checkpoint_file)
    with pytest.raises(InvalidArgument, match="holds a net over 6 features and names 1; train it again"):
        load_checkpoint(checkpoint_file)


def test_the_sidecar_states_the_contract(exported: ModelFiles, checkpoint: Checkpoint) -> None:
    sidecar = json.loads(exported.sidecar.read_text())
    assert sidecar["schema_version"] == 1
    assert (sidecar["id"], sidecar["kind"], sidecar["onnx"]) == ("my_model", "fr", "my_model.onnx")
    assert (sidecar["arch"], sidecar["n_params"], sidecar["hidden"]) == ("mlp_large", 3073, [64, 32, 16])
    assert sidecar["sha256"] == sha256_of(exported.onnx)
    assert sidecar["size_bytes"] == exported.onnx.stat().st_size
    assert (sidecar["input_name"], sidecar["input_shape"]) == ("features", [-1, 6])
    assert (sidecar["output_name"], sidecar["output_shape"]) == ("vmaf", [-1])
    assert tuple(sidecar["features"]) == CANONICAL_6
    assert (sidecar["input_mean"], sidecar["input_std"]) == (
        checkpoint.mean.tolist(),
        checkpoint.std.tolist(),
    )
    assert sidecar["onnx_has_scaler"] is True
    assert (sidecar["output_range"], sidecar["quant_mode"], sidecar["opset"]) == ([0, 100], "fp32", 17)


def test_a_fresh_export_forgets_the_old_quantisation(checkpoint: Checkpoint, exported: ModelFiles) -> None:
    from vmaf_train.publish.sidecar import amend_sidecar, write_sidecar

    amend_sidecar(exported, {"quant_mode": "dynamic", "int8_sha256": "0" * 64})
    write_sidecar(exported, dataclasses.replace(checkpoint), {}, provenance={})
    sidecar = json.loads(exported.sidecar.read_text())
    assert sidecar["quant_mode"] == "fp32"
    assert "int8_sha256" not in sidecar
