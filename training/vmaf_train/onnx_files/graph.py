# SPDX-License-Identifier: BSD-3-Clause
"""The ONNX graph of a fusion model: Sub, Div, (Gemm, Relu)*, Gemm, Squeeze, at opset 17.

Node and initialiser names are those of the published models, so that tools written for them find
their way. There is no clamp: reports clip, the graph does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from vmaf_train.onnx_files.scoring import INPUT, OUTPUT

OPSET = 17
IR_VERSION = 8  # what opset 17 came with: the oldest runtimes that know the opset read it


def build_graph(parameters: Mapping[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """Return the model for `mlp.<i>.weight` (out, in), `mlp.<i>.bias` (out,), `mean` (k,), `std` (k,).

    Equal parameters give equal bytes. Layers are taken in the order of their index.
    """
    layers = sorted((name.rpartition(".")[0] for name in parameters if name.endswith(".weight")), key=_index)
    graph = helper.make_graph(
        list(_nodes(layers)),
        "main_graph",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", len(parameters["mean"])])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N"])],
        list(_initialisers(layers, parameters)),
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="vmaf_train")
    onnx.checker.check_model(model, full_check=True)
    return model


def graph_like(
    model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto], constants: Sequence[onnx.TensorProto]
) -> onnx.ModelProto:
    """Return the checked model with the inputs and outputs of another, and nodes and constants of its own."""
    graph = helper.make_graph(nodes, "main_graph", model.graph.input, model.graph.output, constants)
    opset = helper.make_opsetid("", OPSET)
    made = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="vmaf_train")
    onnx.checker.check_model(made, full_check=True)
    return made


def serialised(model: onnx.ModelProto) -> bytes:
    """Return the bytes of a model, the same for the same model."""
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def gemm_names(model: onnx.ModelProto) -> list[str]:
    """Names of the dense layers, first to last."""
    return [node.name for node in model.graph.node if node.op_type == "Gemm"]


def _index(layer: str) -> int:
    return int(layer.rpartition(".")[2])


def _nodes(layers: list[str]) -> Iterator[onnx.NodeProto]:
    yield helper.make_node("Sub", [INPUT, "mean"], ["sub"], "node_sub")
    yield helper.make_node("Div", ["sub", "std"], ["div"], "node_div")
    value = "div"
    for depth, layer in enumerate(layers):
        linear, relu = _numbered("linear", depth), _numbered("relu", depth)
        inputs = [value, f"{layer}.weight", f"{layer}.bias"]
        yield helper.make_node(
            "Gemm", inputs, [linear], f"node_{linear}", alpha=1.0, beta=1.0, transA=0, transB=1
        )
        value = linear
        if layer != layers[-1]:
            yield helper.make_node("Relu", [linear], [relu], f"node_{relu}")
            value = relu
    yield helper.make_node("Squeeze", [value, "val_0"], [OUTPUT], "node_squeeze")


def _numbered(name: str, depth: int) -> str:
    return f"{name}_{depth}" if depth else name


def _initialisers(
    layers: list[str], parameters: Mapping[str, NDArray[np.float32]]
) -> Iterator[onnx.TensorProto]:
    names = [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")]
    for name in (*names, "mean", "std"):
        yield numpy_helper.from_array(np.ascontiguousarray(parameters[name], dtype="<f4"), name)
    yield numpy_helper.from_array(np.array([-1], dtype="<i8"), "val_0")
