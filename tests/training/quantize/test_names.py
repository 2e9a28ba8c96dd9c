# SPDX-License-Identifier: BSD-3-Clause
"""Names in int8 graphs are given by what a thing does, whatever the quantiser called it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.support.paths import ROOT
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.scoring import load_graph
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.graph import dynamic_graph, static_graph
from vmaf_train.quantize.names import with_our_names

SHIPPED = ROOT / "model" / "tiny"
ROWS = np.random.default_rng(0).random((64, 6), dtype=np.float32)


def scrambled(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, as a quantiser with other ideas about names would write it."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph, other = copy.graph, dict[str, str]()
    kept = {graph.input[0].name, graph.output[0].name}

    def renamed(name: str) -> str:
        return name if name in kept else other.setdefault(name, f"thing_{len(other)}_of_mine")

    for i, node in enumerate(graph.node):
        node.name, node.doc_string = f"step_{i}", "made elsewhere"
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
    for tensor in graph.initializer:
        tensor.name = renamed(tensor.name)
    copy.producer_version = "99"
    return copy


@pytest.mark.parametrize("keep", [(), ("first", "last")], ids=["all-int8", "ends-fp32"])
@pytest.mark.parametrize("per_channel", [True, False], ids=["per-channel", "per-tensor"])
@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_other_names_give_the_same_bytes(
    tmp_path: Path, mode: str, per_channel: bool, keep: tuple[str, ...]
) -> None:
    form, fp32 = Form(mode, per_channel, keep), load_graph(SHIPPED / "vmaf_tiny_v3.onnx")
    path = tmp_path / "int8.onnx"
    model = static_graph(fp32, form, ROWS, path) if mode == "static" else dynamic_graph(fp32, form, path)
    expected = serialised(model)
    other = scrambled(model)
    assert serialised(other) != expected
    assert serialised(with_our_names(other)) == expected


@pytest.mark.parametrize("model", ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"])
def test_the_shipped_files_have_these_names(model: str) -> None:
    file = SHIPPED / f"{model}.int8.onnx"
    assert serialised(with_our_names(onnx.load(file))) == file.read_bytes()
