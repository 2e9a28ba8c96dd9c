# SPDX-License-Identifier: BSD-3-Clause
"""From a fitted filter to its ONNX file, checked against torch before anyone sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray

from vmaf_dnn.errors import ModelRejected
from vmaf_train.files import write_bytes
from vmaf_train.frames.filter_net import FilterNet
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Dim, Nodes

INPUT, OUTPUT = "degraded", "filtered"
SHAPE: list[Dim] = [1, 1, "H", "W"]

PARITY = 1e-5
"""Largest |ONNX Runtime - torch| of planes of 0 to 1: a 400th of a step of 8 bits."""

_PROBES = ((64, 64), (33, 70), (1, 1), (3, 200))


def filter_graph(net: FilterNet) -> onnx.ModelProto:
    """Return the graph of a net, its output clipped to 0 to 1; equal weights give equal bytes."""
    weights = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    nodes = Nodes(**{INPUT: SHAPE})

    def conv(layer: str, value: str) -> str:
        return nodes.conv(layer, value, weights[f"{layer}.weight"], weights[f"{layer}.bias"])

    value = nodes.relu("entry_relu", conv("entry", INPUT))
    for i in range(len(net.blocks)):
        inner = nodes.relu(f"blocks.{i}.relu", conv(f"blocks.{i}.first", value))
        value = nodes.add(f"blocks.{i}", value, conv(f"blocks.{i}.second", inner))
    summed = nodes.add("sum", INPUT, conv("exit", value))
    return nodes.model(**{nodes.clip(OUTPUT, summed, 0.0, 1.0): SHAPE})


def export_filter(net: FilterNet, path: Path) -> float:
    """Write the model and return its parity error.

    Raises `ModelRejected`, and writes nothing, if ONNX Runtime and torch differ by more than `PARITY`.
    """
    data = serialised(filter_graph(net))
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    error = 0.0
    for plane in _probes():
        with torch.inference_mode():
            expected = net(torch.from_numpy(plane)).clamp(0, 1).numpy()
        error = max(error, float(np.abs(session.run([OUTPUT], {INPUT: plane})[0] - expected).max()))
    if not error <= PARITY:
        raise ModelRejected(
            f"The export of the filter differs from torch by {error:.2g}, expected at most {PARITY}; the"
            " weights are likely huge, so train it again."
        )
    write_bytes(path, data)
    return error


def _probes() -> Iterator[NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    for height, width in _PROBES:
        yield rng.random((1, 1, height, width), dtype=np.float32)
