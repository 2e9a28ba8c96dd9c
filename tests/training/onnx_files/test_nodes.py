# SPDX-License-Identifier: BSD-3-Clause
"""Graphs built node by node compute what torch computes, and open in the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from vmaf_dnn import Session
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Array, Nodes, folded

_RANDOM = np.random.default_rng(7)


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().numpy()
    return array


def _run(path: Path, model: onnx.ModelProto, **inputs: Array) -> Array:
    path.write_bytes(serialised(model))
    (found,) = Session(path).run(dict(inputs)).values()
    return found


def _normal(*shape: int) -> Array:
    return _RANDOM.standard_normal(shape).astype(np.float32)


def test_convolutions_compute_what_torch_does_at_any_size(tmp_path: Path) -> None:
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(4, 4, 3, padding=1, groups=4),
        nn.Conv2d(4, 2, 1, stride=2),
    )
    nodes = Nodes(plane=[1, 1, "H", "W"])
    value = "plane"
    for name, layer in zip(("wide", "relu", "deep", "narrow"), net, strict=True):
        if isinstance(layer, nn.Conv2d):
            assert layer.bias is not None
            weights = _array(layer.weight), _array(layer.bias)
            value = nodes.conv(name, value, *weights, stride=layer.stride[0], groups=layer.groups)
        else:
            value = nodes.relu(name, value)
    model = nodes.model(narrow=[1, 2, "h", "w"])
    for height, width in ((9, 7), (16, 24)):
        plane = _normal(1, 1, height, width)
        found = _run(tmp_path / "model.onnx", model, plane=plane)
        assert found == pytest.approx(_array(net(torch.from_numpy(plane))), abs=1e-5)


def test_a_batch_norm_folds_into_the_convolution_before_it(tmp_path: Path) -> None:
    conv, norm = nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3).eval()
    with torch.no_grad():
        for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            assert tensor is not None
            tensor.copy_(torch.from_numpy(np.abs(_normal(3)) + 0.1))
    state = {name: _array(tensor) for name, tensor in norm.state_dict().items()}
    nodes = Nodes(plane=[1, 2, 5, 5])
    nodes.conv("out", "plane", *folded(_array(conv.weight), None, state))
    plane = _normal(1, 2, 5, 5)
    found = _run(tmp_path / "model.onnx", nodes.model(out=[1, 3, 5, 5]), plane=plane)
    assert found == pytest.approx(_array(norm(conv(torch.from_numpy(plane)))), abs=1e-5)


def test_attention_computes_what_torch_does(tmp_path: Path) -> None:
    norm, query, key = nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(8, 8)
    nodes = Nodes(rows=[1, 6, 8])
    rows = nodes.layer_norm("norm", "rows", _array(norm.weight), _array(norm.bias))
    q = nodes.linear("q", rows, _array(query.weight), _array(query.bias))
    k = nodes.linear("k", rows, _array(key.weight), _array(key.bias))
    heads = [nodes.reshape(f"{name}_heads", name, 1, 6, 2, 4) for name in (q, k)]
    turned = (
        nodes.transpose("q_turned", heads[0], 0, 2, 1, 3),
        nodes.transpose("k_turned", heads[1], 0, 2, 3, 1),
    )
    nodes.softmax("shares", nodes.affine("scaled", nodes.matmul("likeness", *turned), 0.5, 0.0))
    value = _normal(1, 6, 8)
    found = _run(tmp_path / "model.onnx", nodes.model(shares=[1, 2, 6, 6]), rows=value)
    with torch.no_grad():
        normed = norm(torch.from_numpy(value))
        a, b = (layer(normed).view(1, 6, 2, 4).transpose(1, 2) for layer in (query, key))
        expected = (a @ b.transpose(2, 3) * 0.5).softmax(-1)
    assert found == pytest.approx(_array(expected), abs=1e-5)


def test_words_are_looked_up_by_number(tmp_path: Path) -> None:
    table, start = _normal(5, 3), _normal(1, 1, 3)
    nodes = Nodes(words=[1, 2])
    nodes.concat("out", [nodes.constant("start", start), nodes.embed("embed", "words", table)], 1)
    found = _run(tmp_path / "model.onnx", nodes.model(out=[1, 3, 3]), words=np.array([[4, 0]], np.float32))
    assert np.array_equal(found, np.concatenate([start, table[None, [4, 0]]], axis=1))


def test_means_clips_and_sums(tmp_path: Path) -> None:
    nodes = Nodes(plane=[1, 2, 3, 3])
    mean = nodes.mean_of_plane("mean", "plane")
    nodes.clip("out", nodes.add("sum", mean, nodes.constant("step", 1.0)), 0.0, 1.0)
    plane = _normal(1, 2, 3, 3)
    found = _run(tmp_path / "model.onnx", nodes.model(out=[1, 2, 1, 1]), plane=plane)
    assert found == pytest.approx(np.clip(plane.mean((2, 3), keepdims=True) + 1, 0, 1), abs=1e-6)


def test_equal_parameters_give_equal_bytes() -> None:
    def built() -> bytes:
        nodes = Nodes(plane=[1, 1, 4, 4])
        nodes.conv("out", "plane", np.ones((1, 1, 3, 3), np.float32), np.zeros(1, np.float32))
        return serialised(nodes.model(out=[1, 1, 4, 4]))

    assert built() == built()
    assert b"node_out" in built()
    assert b"out.weight" in built()


def test_a_constant_has_a_name_of_its_own() -> None:
    nodes = Nodes(plane=[1])
    nodes.constant("step", 1.0)
    with pytest.raises(ValueError, match="has a constant 'step' already"):
        nodes.constant("step", 2.0)
