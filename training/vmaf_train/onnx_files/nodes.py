# SPDX-License-Identifier: BSD-3-Clause
"""ONNX graphs of convolutions and attention, node by node, at opset 17.

The caller names each value; its node is `node_<value>` and its parameters are `<value>.weight` and
`<value>.bias`, so that equal parameters give equal bytes whatever made them. Weights come as torch lays them
out. All is float32, and a run takes one picture, plane or plan: the first axis is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from vmaf_train.onnx_files.graph import IR_VERSION, OPSET

Array = NDArray[np.float32]
Dim = int | str
"""A number, or the name of a size that each run chooses."""


class Nodes:
    """A graph under construction: each method adds nodes and returns the name of the value they make."""

    def __init__(self, **inputs: Sequence[Dim]) -> None:
        """Begin with the graph's inputs, each with its shape."""
        self._inputs = [_float_value(name, shape) for name, shape in inputs.items()]
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self, **outputs: Sequence[Dim]) -> onnx.ModelProto:
        """Return the checked model with its outputs, each with its shape; names of values made before."""
        graph = helper.make_graph(
            self._nodes,
            "main_graph",
            self._inputs,
            [_float_value(name, shape) for name, shape in outputs.items()],
            list(self._constants.values()),
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="vmaf_train"
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def constant(self, name: str, value: ArrayLike) -> str:
        """Add a float32 constant, or an int64 one of whole numbers (shapes, axes, indices)."""
        array = np.asarray(value)
        kind = "<i8" if np.issubdtype(array.dtype, np.integer) else "<f4"
        if name in self._constants:
            raise ValueError(f"The graph has a constant {name!r} already; constants have names of their own.")
        self._constants[name] = numpy_helper.from_array(array.astype(kind, order="C"), name)
        return name

    def op(self, op_type: str, name: str, *values: str, **attributes: Any) -> str:
        """Add any node with one output."""
        self._nodes.append(helper.make_node(op_type, values, [name], f"node_{name}", **attributes))
        return name

    def conv(
        self, name: str, value: str, weight: Array, bias: Array, *, stride: int = 1, groups: int = 1
    ) -> str:
        """Convolve [1, C, H, W] with (out, C / groups, k, k), k odd; zeros keep the size at stride 1."""
        kernel = list(weight.shape[2:])
        before = [size // 2 for size in kernel]
        return self.op(
            "Conv",
            name,
            value,
            self.constant(f"{name}.weight", weight),
            self.constant(f"{name}.bias", bias),
            kernel_shape=kernel,
            strides=[stride, stride],
            pads=[*before, *before],
            group=groups,
        )

    def linear(self, name: str, value: str, weight: Array, bias: Array) -> str:
        """Multiply the last axis with (out, in), and add the bias."""
        product = self.op("MatMul", f"{name}_MatMul", value, self.constant(f"{name}.weight", weight.T))
        return self.op("Add", name, product, self.constant(f"{name}.bias", bias))

    def layer_norm(self, name: str, value: str, weight: Array, bias: Array, epsilon: float = 1e-5) -> str:
        """Normalise the last axis."""
        weights = self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)
        return self.op("LayerNormalization", name, value, *weights, axis=-1, epsilon=epsilon)

    def relu(self, name: str, value: str) -> str:
        """Nothing below 0."""
        return self.op("Relu", name, value)

    def clip(self, name: str, value: str, lowest: float, highest: float) -> str:
        """Nothing outside."""
        bounds = self.constant(f"{name}.lowest", lowest), self.constant(f"{name}.highest", highest)
        return self.op("Clip", name, value, *bounds)

    def softmax(self, name: str, value: str) -> str:
        """Shares of 1 along the last axis."""
        return self.op("Softmax", name, value, axis=-1)

    def add(self, name: str, a: str, b: str) -> str:
        """Sum two values: a residual, a mask, positions."""
        return self.op("Add", name, a, b)

    def affine(self, name: str, value: str, scale: ArrayLike, offset: ArrayLike) -> str:
        """Return `value * scale + offset`, both constants."""
        scaled = self.op("Mul", f"{name}_Mul", value, self.constant(f"{name}.scale", scale))
        return self.op("Add", name, scaled, self.constant(f"{name}.offset", offset))

    def matmul(self, name: str, a: str, b: str) -> str:
        """Multiply two values, as attention does."""
        return self.op("MatMul", name, a, b)

    def reshape(self, name: str, value: str, *shape: int) -> str:
        """Give the same numbers another shape; one size may be -1."""
        return self.op("Reshape", name, value, self.constant(f"{name}.shape", shape))

    def transpose(self, name: str, value: str, *order: int) -> str:
        """Put the axes into another order."""
        return self.op("Transpose", name, value, perm=list(order))

    def concat(self, name: str, values: Sequence[str], axis: int) -> str:
        """Join values along an axis."""
        return self.op("Concat", name, *values, axis=axis)

    def embed(self, name: str, ids: str, table: Array) -> str:
        """Look up whole numbers, given as float32, in (n, width): ids [..., T] -> [..., T, width]."""
        whole = self.op("Cast", f"{name}_Cast", ids, to=TensorProto.INT64)
        return self.op("Gather", name, self.constant(f"{name}.weight", table), whole, axis=0)

    def mean_of_plane(self, name: str, value: str) -> str:
        """[1, C, H, W] -> [1, C, 1, 1]."""
        return self.op("GlobalAveragePool", name, value)


def folded(
    weight: Array, bias: Array | None, norm: Mapping[str, Array], epsilon: float = 1e-5
) -> tuple[Array, Array]:
    """Return weight and bias of a convolution that does what it and the batch norm after it did.

    `norm` has `weight`, `bias`, `running_mean` and `running_var`, (out,) each, as torch's state does.
    """
    gain = norm["weight"].astype(np.float64) / np.sqrt(norm["running_var"].astype(np.float64) + epsilon)
    before = 0.0 if bias is None else bias.astype(np.float64)
    moved = (before - norm["running_mean"]) * gain + norm["bias"]
    scaled = weight * gain.reshape(-1, *[1] * (weight.ndim - 1))
    return scaled.astype(np.float32), moved.astype(np.float32)


def _float_value(name: str, shape: Sequence[Dim]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
