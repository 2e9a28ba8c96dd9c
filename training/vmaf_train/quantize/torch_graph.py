# SPDX-License-Identifier: BSD-3-Clause
"""A graph of convolutions and attention run by torch, so that its weights can be tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor
from torch.nn import functional

from vmaf_dnn.errors import ModelRejected

Rounding = Callable[[onnx.NodeProto, Tensor, Tensor], tuple[Tensor, Tensor]]
"""What becomes of a layer's input and weights before they meet."""

Attributes = Mapping[str, Any]


def _conv(x: list[Tensor], attributes: Attributes) -> Tensor:
    pads = [int(size) for size in attributes.get("pads", (0, 0, 0, 0))]
    strides = [int(size) for size in attributes.get("strides", (1, 1))]
    padded = functional.pad(x[0], (pads[1], pads[3], pads[0], pads[2]))
    bias = x[2] if len(x) > 2 else None
    return functional.conv2d(padded, x[1], bias, strides, groups=int(attributes.get("group", 1)))


_PLAIN: dict[str, Callable[..., Tensor]] = {
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Div": torch.div,
    "MatMul": torch.matmul,
    "Relu": torch.relu,
    "Sigmoid": torch.sigmoid,
    "Clip": torch.clamp,
    "Abs": torch.abs,
    "Sqrt": torch.sqrt,
    "Log": torch.log,
    "Identity": lambda x: x,
    "GlobalAveragePool": lambda x: x.mean(dim=(2, 3), keepdim=True),
    "Reshape": lambda x, shape: x.reshape(shape.tolist()),
    "Gather": lambda table, ids: functional.embedding(ids, table),
}
_WITH_ATTRIBUTES: dict[str, Callable[[list[Tensor], Attributes], Tensor]] = {
    "Conv": _conv,
    "AveragePool": lambda x, a: functional.avg_pool2d(x[0], a["kernel_shape"], a.get("strides", (1, 1))),
    "ReduceMean": lambda x, a: x[0].mean(dim=a["axes"], keepdim=bool(a.get("keepdims", 1))),
    "Softmax": lambda x, a: x[0].softmax(int(a.get("axis", -1))),
    "Transpose": lambda x, a: x[0].permute(a["perm"]),
    "Concat": lambda x, a: torch.cat(x, int(a["axis"])),
    "Cast": lambda x, a: x[0].long() if a["to"] == onnx.TensorProto.INT64 else x[0].float(),
    "LayerNormalization": lambda x, a: functional.layer_norm(
        x[0],
        x[1].shape,
        x[1],
        x[2],
        float(a.get("epsilon", 1e-5)),
    ),
}


class TorchGraph(torch.nn.Module):
    """The graph as a module. Weights and biases are parameters; other constants stay as they are.

    Raises `ModelRejected` for an operator that it does not know.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        super().__init__()
        self._model = model
        known = {*_PLAIN, *_WITH_ATTRIBUTES}
        if unknown := sorted({node.op_type for node in model.graph.node} - known):
            raise ModelRejected(
                f"The graph has {', '.join(unknown)}, which `vmaf-train qat` does not tune; quantise it with"
                " `vmaf-train ptq` or `vmaf-train ptq-static`."
            )
        self._attributes = {node.name: _attributes_of(node) for node in model.graph.node}
        self._constants: dict[str, Tensor] = {}
        self._weights: dict[str, torch.nn.Parameter] = {}
        for tensor in model.graph.initializer:
            value = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            if tensor.name.endswith((".weight", ".bias")):
                self._weights[tensor.name] = torch.nn.Parameter(value)
            else:
                self._constants[tensor.name] = value

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """Return the parameters by the names of the initialisers."""
        return self._weights

    def forward(self, inputs: Mapping[str, Tensor], rounding: Rounding | None = None) -> Tensor:
        """Return the graph's first output; layers for which there is a rounding see what it gives back."""
        values: dict[str, Tensor] = {**self._constants, **self._weights, **inputs}
        for node in self._model.graph.node:
            of_node = [values[name] for name in node.input]
            if rounding is not None and node.op_type in ("Conv", "MatMul") and node.input[1] in self._weights:
                of_node[:2] = rounding(node, of_node[0], of_node[1])
            values[node.output[0]] = self._made(node, of_node)
        return values[self._model.graph.output[0].name]

    def tuned(self) -> onnx.ModelProto:
        """Return a copy of the graph with the parameters as they are now."""
        copy = onnx.ModelProto()
        copy.CopyFrom(self._model)
        for tensor in copy.graph.initializer:
            if tensor.name in self._weights:
                value = self._weights[tensor.name].detach().numpy().astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        return copy

    def _made(self, node: onnx.NodeProto, of_node: list[Tensor]) -> Tensor:
        if node.op_type in _PLAIN:
            return _PLAIN[node.op_type](*of_node)
        return _WITH_ATTRIBUTES[node.op_type](of_node, self._attributes[node.name])


def _attributes_of(node: onnx.NodeProto) -> Attributes:
    return {one.name: helper.get_attribute_value(one) for one in node.attribute}
