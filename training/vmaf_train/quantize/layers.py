# SPDX-License-Identifier: BSD-3-Clause
"""The layers of a graph: what has weights, and so can become int8."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from vmaf_train.onnx_files.graph import gemm_names

FEWEST_WEIGHTS = 512
"""Below, the nodes that come with int8 take more bytes than the weights give back."""


@dataclass(frozen=True)
class Layer:
    """A convolution, or a product with constants; `weight` as its node has it.

    `name` is that of its parameters before the dot.
    """

    name: str
    node: onnx.NodeProto
    weight: NDArray[np.float32]

    @property
    def axis(self) -> int:
        """The axis of the weights along which each has a value of its own that it makes."""
        return 0 if self.node.op_type == "Conv" else 1

    @property
    def stays_fp32(self) -> bool:
        """Whether int8 saves nothing: few weights, or a group for each channel, which run one by one."""
        return self.weight.size < FEWEST_WEIGHTS or _groups(self.node) > 1


def layers_of(model: onnx.ModelProto) -> list[Layer]:
    """First to last; none of a fusion model, whose layers are Gemms, nor of a graph that is int8 already."""
    is_int8 = any(node.op_type.endswith("QuantizeLinear") for node in model.graph.node)
    return [] if is_int8 else list(_layers(model))


def layer_names(model: onnx.ModelProto) -> list[str]:
    """Names of the layers of any model, first to last."""
    return gemm_names(model) or [layer.name for layer in layers_of(model)]


def _layers(model: onnx.ModelProto) -> Iterator[Layer]:
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in ("Conv", "MatMul") and (tensor := constants.get(node.input[1])) is not None:
            yield Layer(node.input[1].removesuffix(".weight"), node, numpy_helper.to_array(tensor))


def _groups(node: onnx.NodeProto) -> int:
    return next((one.i for one in node.attribute if one.name == "group"), 1)
