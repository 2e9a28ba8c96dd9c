# SPDX-License-Identifier: BSD-3-Clause
"""The two ONNX graphs, node by node, of fixed shapes: one picture, or one plan, a run.

Names are those of the nets' parameters. Batch norm is folded into the convolutions before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from vmaf_train.onnx_files.graph import IR_VERSION, OPSET
from vmaf_train.plans.nets import SIDE, STEMS, Attention, Block, Decoder, Encoder, Shape

_Array = NDArray[np.float32]


class _Graph:
    """Nodes and constants, in the order in which they are asked for."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, name: str, *inputs: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], f"node_{name}", **attributes))
        return name

    def linear(self, name: str, layer: nn.Linear, x: str, out: str = "") -> str:
        weight = self.constant(f"{name}.weight", _values(layer.weight).T)
        bias = self.constant(f"{name}.bias", _values(layer.bias))
        return self.node("Add", out or f"{name}.add", self.node("MatMul", f"{name}.matmul", x, weight), bias)

    def norm(self, name: str, layer: nn.LayerNorm, x: str, out: str = "") -> str:
        weight = self.constant(f"{name}.weight", _values(layer.weight))
        bias = self.constant(f"{name}.bias", _values(layer.bias))
        return self.node(
            "LayerNormalization", out or f"{name}.out", x, weight, bias, axis=-1, epsilon=layer.eps
        )

    def reshaped(self, name: str, x: str, *shape: int) -> str:
        return self.node("Reshape", name, x, self.constant(f"{name}.shape", np.array(shape, "<i8")))

    def attention(
        self, name: str, layer: Attention, x: str, context: str, sizes: tuple[int, int], mask: str = ""
    ) -> str:
        width = layer.query.in_features
        head = width // layer.n_heads

        def part(which: str, linear: nn.Linear, of: str, n: int, order: Sequence[int]) -> str:
            full = f"{name}.{which}"
            split = self.reshaped(f"{full}.heads", self.linear(full, linear, of), 1, n, layer.n_heads, head)
            return self.node("Transpose", f"{full}.turned", split, perm=list(order))

        query = part("query", layer.query, x, sizes[0], (0, 2, 1, 3))
        key = part("key", layer.key, context, sizes[1], (0, 2, 3, 1))
        scale = self.constant(f"{name}.scale", np.array(1 / math.sqrt(head), "<f4"))
        weights = self.node(
            "Mul", f"{name}.scaled", self.node("MatMul", f"{name}.likeness", query, key), scale
        )
        if mask:
            weights = self.node("Add", f"{name}.masked", weights, mask)
        weights = self.node("Softmax", f"{name}.softmax", weights, axis=-1)
        value = part("value", layer.value, context, sizes[1], (0, 2, 1, 3))
        seen = self.node("MatMul", f"{name}.seen", weights, value)
        joined = self.reshaped(
            f"{name}.joined",
            self.node("Transpose", f"{name}.turned", seen, perm=[0, 2, 1, 3]),
            1,
            sizes[0],
            width,
        )
        return self.linear(f"{name}.out", layer.out, joined)

    def block(
        self, name: str, layer: Block, x: str, context: str, sizes: tuple[int, int], mask: str = ""
    ) -> str:
        own = self.norm(f"{name}.norm_own", layer.norm_own, x)
        own = self.attention(f"{name}.own", layer.own, own, own, (sizes[0], sizes[0]), mask)
        x = self.node("Add", f"{name}.with_own", x, own)
        cross = self.norm(f"{name}.norm_cross", layer.norm_cross, x)
        cross = self.attention(f"{name}.cross", layer.cross, cross, context, sizes)
        x = self.node("Add", f"{name}.with_cross", x, cross)
        thought = self.norm(f"{name}.norm_think", layer.norm_think, x)
        thought = self.linear(f"{name}.think_in", layer.think_in, thought)
        thought = self.node("Relu", f"{name}.think_relu", thought)
        return self.node("Add", f"{name}.out", x, self.linear(f"{name}.think_out", layer.think_out, thought))

    def model(self, inputs: dict[str, Sequence[int]], outputs: dict[str, Sequence[int]]) -> onnx.ModelProto:
        infos = [
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in side.items()]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, "main_graph", *infos, list(self.constants.values()))
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="vmaf_train"
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def encoder_graph(encoder: Encoder, shape: Shape) -> onnx.ModelProto:
    """`picture` float32 [1, 3, 64, 64], 0 to 255 -> `plan` [1, K, D]."""
    graph = _Graph()
    x = graph.node("Mul", "scaled", "picture", graph.constant("picture_scale", np.array(1 / 127.5, "<f4")))
    x = graph.node("Sub", "centred", x, graph.constant("one", np.array(1, "<f4")))
    for i, (_, stride) in enumerate(STEMS[shape.stem]):
        weight, bias = _folded(encoder, i)
        x = graph.node(
            "Conv",
            f"convs.{i}.out",
            x,
            graph.constant(f"convs.{i}.weight", weight),
            graph.constant(f"convs.{i}.bias", bias),
            kernel_shape=[3, 3],
            strides=[stride, stride],
            pads=[1, 1, 1, 1],
        )
        x = graph.node("Relu", f"convs.{i}.relu", x)
    n_tokens, width = encoder.where.shape[1:]
    x = graph.node(
        "Transpose", "tokens_last", graph.reshaped("tokens", x, 1, width, n_tokens), perm=[0, 2, 1]
    )
    x = graph.node("Add", "placed", x, graph.constant("where", _values(encoder.where)))
    tokens = graph.norm("norm_tokens", encoder.norm_tokens, x)
    plan = graph.constant("queries", _values(encoder.queries))
    for i, block in enumerate(encoder.blocks):
        plan = graph.block(f"blocks.{i}", block, plan, tokens, (shape.n_vectors, n_tokens))
    graph.norm("norm_plan", encoder.norm_plan, graph.linear("out", encoder.out, plan), out="plan")
    return graph.model({"picture": [1, 3, SIDE, SIDE]}, {"plan": [1, shape.n_vectors, shape.length]})


def decoder_graph(decoder: Decoder, shape: Shape) -> onnx.ModelProto:
    """`plan` [1, K, D], `words` float32 [1, t], ids so far -> `scores` [1, t + 1, words]."""
    graph = _Graph()
    n_places, n_words = decoder.where.shape[1], decoder.head.out_features
    ids = graph.node("Cast", "ids", "words", to=TensorProto.INT64)
    table = graph.constant("embedding.weight", _values(decoder.embedding.weight))
    said = graph.node("Gather", "embedded", table, ids, axis=0)
    x = graph.node("Concat", "started", graph.constant("start", _values(decoder.start)), said, axis=1)
    x = graph.node("Add", "placed", x, graph.constant("where", _values(decoder.where)))
    mask = graph.constant("mask", _values(decoder.mask))
    for i, block in enumerate(decoder.blocks):
        x = graph.block(f"blocks.{i}", block, x, "plan", (n_places, shape.n_vectors), mask)
    graph.linear("head", decoder.head, graph.norm("norm", decoder.norm, x), out="scores")
    inputs = {"plan": [1, shape.n_vectors, shape.length], "words": [1, n_places - 1]}
    return graph.model(inputs, {"scores": [1, n_places, n_words]})


def _folded(encoder: Encoder, i: int) -> tuple[_Array, _Array]:
    """Return weight and bias of a convolution with its batch norm."""
    norm = encoder.norms[i]
    scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    weight = encoder.convs[i].weight.double() * scale[:, None, None, None]
    return _values(weight), _values(norm.bias.double() - norm.running_mean.double() * scale)


def _values(tensor: torch.Tensor) -> _Array:
    return tensor.detach().numpy().astype("<f4")
