# SPDX-License-Identifier: BSD-3-Clause
"""The two ONNX graphs, of fixed shapes: one picture, or one plan, a run.

Parameters are named after those of the nets. Batch norm is folded into the convolutions before it.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
from numpy.typing import NDArray
from torch import Tensor, nn

from vmaf_train.onnx_files.nodes import Nodes, folded
from vmaf_train.plans.nets import SIDE, STEMS, Attention, Block, Decoder, Encoder, Shape

_Array = NDArray[np.float32]


def encoder_graph(encoder: Encoder, shape: Shape) -> onnx.ModelProto:
    """`picture` float32 [1, 3, 64, 64], 0 to 255 -> `plan` [1, K, D]."""
    nodes = Nodes(picture=[1, 3, SIDE, SIDE])
    x = nodes.affine("centred", "picture", 1 / 127.5, -1.0)
    for i, (_, stride) in enumerate(STEMS[shape.stem]):
        norm: nn.Module = encoder.norms[i]
        assert isinstance(norm, nn.BatchNorm2d)
        state = {name: _values(value) for name, value in norm.state_dict().items()}
        weight, bias = folded(_values(encoder.convs[i].get_parameter("weight")), None, state, norm.eps)
        x = nodes.relu(f"relus.{i}", nodes.conv(f"convs.{i}", x, weight, bias, stride=stride))
    n_tokens, width = encoder.where.shape[1:]
    x = nodes.transpose("tokens", nodes.reshape("pixels", x, 1, width, n_tokens), 0, 2, 1)
    x = nodes.add("placed", x, nodes.constant("where", _values(encoder.where)))
    tokens = _norm(nodes, "norm_tokens", encoder.norm_tokens, x)
    plan = nodes.constant("queries", _values(encoder.queries))
    for i, block in enumerate(encoder.blocks):
        plan = _block(nodes, f"blocks.{i}", block, plan, tokens, shape.n_vectors)
    _norm(nodes, "plan", encoder.norm_plan, _linear(nodes, "out", encoder.out, plan))
    return nodes.model(plan=[1, shape.n_vectors, shape.length])


def decoder_graph(decoder: Decoder, shape: Shape) -> onnx.ModelProto:
    """`plan` [1, K, D], `words` float32 [1, t], ids so far -> `scores` [1, t + 1, words]."""
    n_places, n_words = decoder.where.shape[1], decoder.head.out_features
    nodes = Nodes(plan=[1, shape.n_vectors, shape.length], words=[1, n_places - 1])
    said = nodes.embed("embedding", "words", _values(decoder.embedding.weight))
    x = nodes.concat("begun", [nodes.constant("start", _values(decoder.start)), said], axis=1)
    x = nodes.add("placed", x, nodes.constant("where", _values(decoder.where)))
    mask = nodes.constant("mask", _values(decoder.mask))
    for i, block in enumerate(decoder.blocks):
        x = _block(nodes, f"blocks.{i}", block, x, "plan", n_places, mask)
    _linear(nodes, "scores", decoder.head, _norm(nodes, "norm", decoder.norm, x))
    return nodes.model(scores=[1, n_places, n_words])


def _block(nodes: Nodes, name: str, block: nn.Module, x: str, context: str, n: int, mask: str = "") -> str:
    assert isinstance(block, Block)
    own = _norm(nodes, f"{name}.norm_own", block.norm_own, x)
    own = _attention(nodes, f"{name}.own", block.own, own, own, n, mask)
    x = nodes.add(f"{name}.with_own", x, own)
    cross = _norm(nodes, f"{name}.norm_cross", block.norm_cross, x)
    x = nodes.add(f"{name}.with_cross", x, _attention(nodes, f"{name}.cross", block.cross, cross, context, n))
    thought = _norm(nodes, f"{name}.norm_think", block.norm_think, x)
    thought = nodes.relu(f"{name}.relu", _linear(nodes, f"{name}.think_in", block.think_in, thought))
    thought = _linear(nodes, f"{name}.think_out", block.think_out, thought)
    return nodes.add(f"{name}.with_thought", x, thought)


def _attention(
    nodes: Nodes, name: str, layer: Attention, x: str, context: str, n: int, mask: str = ""
) -> str:
    """Of `n` vectors of `x` over those of the context."""
    width, n_heads = layer.query.in_features, layer.n_heads

    def heads(which: str, linear: nn.Linear, of: str, *order: int) -> str:
        full = f"{name}.{which}"
        split = nodes.reshape(
            f"{full}_heads", _linear(nodes, full, linear, of), 1, -1, n_heads, width // n_heads
        )
        return nodes.transpose(f"{full}_turned", split, *order)

    query, key = heads("query", layer.query, x, 0, 2, 1, 3), heads("key", layer.key, context, 0, 2, 3, 1)
    scale = nodes.constant(f"{name}.scale", math.sqrt(n_heads / width))
    likeness = nodes.op("Mul", f"{name}.scaled", nodes.matmul(f"{name}.likeness", query, key), scale)
    if mask:
        likeness = nodes.add(f"{name}.masked", likeness, mask)
    value = heads("value", layer.value, context, 0, 2, 1, 3)
    seen = nodes.matmul(f"{name}.seen", nodes.softmax(f"{name}.shares", likeness), value)
    joined = nodes.reshape(f"{name}.joined", nodes.transpose(f"{name}.turned", seen, 0, 2, 1, 3), 1, n, width)
    return _linear(nodes, f"{name}.out", layer.out, joined)


def _linear(nodes: Nodes, name: str, layer: nn.Linear, x: str) -> str:
    return nodes.linear(name, x, _values(layer.weight), _values(layer.bias))


def _norm(nodes: Nodes, name: str, layer: nn.LayerNorm, x: str) -> str:
    return nodes.layer_norm(name, x, _values(layer.weight), _values(layer.bias), layer.eps)


def _values(tensor: Tensor) -> _Array:
    return tensor.detach().numpy().astype("<f4")
