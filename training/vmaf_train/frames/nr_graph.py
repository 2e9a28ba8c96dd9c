# SPDX-License-Identifier: BSD-3-Clause
"""The net of a tile as an ONNX graph, checked against torch before anyone sees it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray

from vmaf_dnn.errors import ModelRejected
from vmaf_dnn.unreferenced.tiles import TILE
from vmaf_train.files import write_bytes
from vmaf_train.frames.nr_net import BLOCKS, CENTRE, EPSILON, INPUT, OUTPUT, SPREAD, TAPS, TileNet
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Nodes, folded

PARITY = 1e-5
"""Largest |ONNX Runtime - torch| as a share of 100: 1e-3 VMAF points."""

_N_PROBES = 16

Array = NDArray[np.float32]


def build_graph(net: TileNet) -> onnx.ModelProto:
    """Return the model `luma` [1, 1, 224, 224] -> `score` [1]; equal weights give equal bytes."""
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    graph = Nodes(**{INPUT: (1, 1, TILE, TILE)})
    weight, bias = folded(net.stem_weight.detach().numpy(), None, _norm(state, "stem_norm"))
    value = graph.op(
        "Conv",
        "stem",
        INPUT,
        graph.constant("stem.weight", weight),
        graph.constant("stem.bias", bias),
        kernel_shape=list(weight.shape[2:]),
        strides=[2, 2],
    )
    values = [graph.relu("stem_relu", value)]
    for i in range(len(BLOCKS)):
        stride = BLOCKS[i][1]
        deep = folded(state[f"blocks.{i}.0.weight"], None, _norm(state, f"blocks.{i}.1"))
        wide = folded(state[f"blocks.{i}.3.weight"], None, _norm(state, f"blocks.{i}.4"))
        value = graph.conv(f"depthwise_{i}", values[-1], *deep, stride=stride, groups=len(deep[0]))
        value = graph.conv(f"pointwise_{i}", graph.relu(f"depthwise_{i}_relu", value), *wide)
        values.append(graph.relu(f"block_{i}", value))
    means = [graph.mean_of_plane(f"mean_{tap}", values[tap]) for tap in TAPS]
    flat = graph.reshape("means", graph.concat("joined", means, 1), 1, -1)
    logs = graph.op("Log", "logs", graph.add("lifted", flat, graph.constant("epsilon", EPSILON)))
    hidden = graph.relu("hidden_relu", graph.linear("hidden", logs, *_dense(state)))
    weight, bias = state["last.weight"] * SPREAD, state["last.bias"] * SPREAD + CENTRE
    graph.reshape(OUTPUT, graph.linear("last", hidden, weight, bias), 1)
    return graph.model(**{OUTPUT: (1,)})


def export(net: TileNet, path: Path) -> float:
    """Write the model and return its parity error as a share of 100.

    Raises `ModelRejected`, and writes nothing, if ONNX Runtime and torch differ by more than `PARITY`.
    """
    data = serialised(build_graph(net))
    probes = _probes()
    with torch.inference_mode():
        expected = net(torch.from_numpy(probes)).numpy()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    scores = [session.run([OUTPUT], {INPUT: probe[None]})[0][0] for probe in probes]
    error = float(np.abs(np.array(scores, np.float64) - expected).max() / 100)
    if not error <= PARITY:
        raise ModelRejected(
            f"The export differs from torch by {error:.2g} of the score range, expected at most {PARITY};"
            " the weights are likely huge, so train it again."
        )
    write_bytes(path, data)
    return error


def _norm(state: dict[str, Array], name: str) -> dict[str, Array]:
    return {part: state[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")}


def _dense(state: dict[str, Array]) -> tuple[Array, Array]:
    """Return the hidden layer with the norm before it folded in."""
    norm = {part: value.astype(np.float64) for part, value in _norm(state, "norm").items()}
    gain = norm["weight"] / np.sqrt(norm["running_var"] + 1e-5)
    weight = state["hidden.weight"].astype(np.float64)
    bias = state["hidden.bias"] + weight @ (norm["bias"] - norm["running_mean"] * gain)
    return (weight * gain).astype(np.float32), bias.astype(np.float32)


def _probes() -> Array:
    """(16, 1, 224, 224): noise of several strengths on slopes of several brightnesses."""
    rng = np.random.default_rng(0)
    slope = np.linspace(0, 0.5, TILE, dtype=np.float32)
    noise = rng.random((_N_PROBES, 1, TILE, TILE), np.float32)
    strength = np.linspace(0, 0.5, _N_PROBES, dtype=np.float32).reshape(-1, 1, 1, 1)
    return noise * strength + slope
