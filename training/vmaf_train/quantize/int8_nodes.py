# SPDX-License-Identifier: BSD-3-Clause
"""int8 graphs of convolutions and attention, written node by node: their names are ours.

onnxruntime.quantization does not write what is wanted here: its ConvInteger has one scale for all channels,
and its names change between releases. Weights are symmetric. What goes into a layer becomes bytes with a zero
point: in the dynamic form with the scale of that very run, in the static one with a scale fixed beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from vmaf_train.onnx_files.graph import graph_like
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.layers import Layer, layers_of

Scale = tuple[np.float32, np.uint8]
"""Step and zero point of bytes."""

_MIDDLE = 128  # ConvInteger takes weights in bytes without a sign
_WEIGHT_ZERO = "weight_zero_point"


def quantised_weights(layer: Layer, form: Form) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return the weights in integers, and the step of each channel (or of the tensor) in float32."""
    others = tuple(axis for axis in range(layer.weight.ndim) if axis != layer.axis)
    largest = np.abs(layer.weight).max(axis=others if form.per_channel else None, keepdims=True)
    step = (np.where(largest > 0, largest, 1) / form.largest_weight).astype(np.float32)
    whole = np.clip(np.rint(layer.weight / step), -form.largest_weight, form.largest_weight)
    return whole.astype(np.int8), step.ravel()


def dynamic_nodes(model: onnx.ModelProto, form: Form) -> onnx.ModelProto:
    """Make the form whose scales are those of each run. Raises as `Form.kept` does."""
    return _Dynamic(model, form).model()


def static_nodes(model: onnx.ModelProto, form: Form, scales: Mapping[str, Scale]) -> onnx.ModelProto:
    """Make the QDQ form with the scales of `values_to_scale`. Raises as `Form.kept` does."""
    return _Static(model, form, scales).model()


def values_to_scale(model: onnx.ModelProto, form: Form) -> list[str]:
    """Return the values that the static form rounds: what goes into int8 layers, what convolutions make.

    ONNX Runtime runs a convolution in integers only if its result is rounded too.
    """
    static = _Static(model, form, {})
    return [*dict.fromkeys(layer.node.input[0] for layer in static.layers.values()), *static.rounded.values()]


class _Rewriting:
    """Copies a graph, with other nodes in the place of int8 layers."""

    def __init__(self, model: onnx.ModelProto, form: Form) -> None:
        kept = form.kept(model)
        self.layers = {x.node.output[0]: x for x in layers_of(model) if x.name not in kept}
        self.form = form
        self._source = model
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._quantised: set[str] = set()

    def model(self) -> onnx.ModelProto:
        for node in self._source.graph.node:
            layer = self.layers.get(node.output[0])
            if layer is None:
                self._copy(node)
            else:
                self.rewrite(layer)
        used = {name for node in self._nodes for name in node.input} - self._constants.keys()
        own = [one for one in self._source.graph.initializer if one.name in used]
        return graph_like(self._source, self._nodes, [*own, *self._constants.values()])

    def rewrite(self, layer: Layer) -> None:
        raise NotImplementedError

    def _copy(self, node: onnx.NodeProto) -> None:
        self._nodes.append(node)

    def op(self, op_type: str, inputs: list[str], outputs: list[str], **attributes: Any) -> str:
        node = helper.make_node(op_type, inputs, outputs, f"node_{outputs[0]}", **attributes)
        self._nodes.append(node)
        return outputs[0]

    def constant(self, name: str, value: ArrayLike) -> str:
        self._constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name


class _Dynamic(_Rewriting):
    def rewrite(self, layer: Layer) -> None:
        node, weight = layer.node, f"{layer.name}.weight"
        bytes_, scale, zero = self._bytes_of(node.input[0])
        whole, step = quantised_weights(layer, self.form)
        is_conv = node.op_type == "Conv"
        if is_conv:
            shifted = (whole.astype(np.int16) + _MIDDLE).astype(np.uint8)
            inputs = [bytes_, self.constant(f"{weight}_quantized", shifted), zero]
            inputs.append(self.constant(_WEIGHT_ZERO, np.uint8(_MIDDLE)))
            sums = self.op("ConvInteger", inputs, [f"{layer.name}_integer"])
            self._nodes[-1].attribute.extend(node.attribute)
        else:
            inputs = [bytes_, self.constant(f"{weight}_quantized", whole), zero]
            sums = self.op("MatMulInteger", inputs, [f"{layer.name}_integer"])
        steps = step.reshape(-1, 1, 1) if is_conv else step
        unit = self.op("Mul", [scale, self.constant(f"{weight}_scale", steps)], [f"{layer.name}_scale"])
        floats = self.op("Cast", [sums], [f"{layer.name}_cast"], to=TensorProto.FLOAT)
        has_bias = is_conv and len(node.input) > 2
        product = self.op("Mul", [floats, unit], [f"{layer.name}_product" if has_bias else node.output[0]])
        if has_bias:
            self.op("Add", [product, self._column(node.input[2])], [node.output[0]])

    def _bytes_of(self, value: str) -> list[str]:
        made = [f"{value}_{part}" for part in ("quantized", "scale", "zero_point")]
        if value not in self._quantised:
            self._quantised.add(value)
            self.op("DynamicQuantizeLinear", [value], made)
        return made

    def _column(self, bias: str) -> str:
        """Return the bias (C,) of a convolution as (C, 1, 1), which is added to a plane a channel."""
        values = next(one for one in self._source.graph.initializer if one.name == bias)
        return self.constant(bias, numpy_helper.to_array(values).reshape(-1, 1, 1))


class _Static(_Rewriting):
    def __init__(self, model: onnx.ModelProto, form: Form, scales: Mapping[str, Scale]) -> None:
        super().__init__(model, form)
        self._scales = scales
        self.rounded = dict(self._roundings(model))

    def rewrite(self, layer: Layer) -> None:
        node, weight = layer.node, f"{layer.name}.weight"
        value = self._rounded(node.input[0])
        whole, step = quantised_weights(layer, self.form)
        of_weight = step if self.form.per_channel else step[0]
        zero = np.zeros_like(of_weight, np.int8)
        parts = [
            self.constant(f"{weight}_quantized", whole),
            self.constant(f"{weight}_scale", of_weight),
            self.constant(f"{weight}_zero_point", zero),
        ]
        inputs = [value, self.op("DequantizeLinear", parts, [f"{weight}_dequantized"], axis=layer.axis)]
        if len(node.input) > 2:
            inputs.append(self._whole_bias(node, of_weight))
        self.op(node.op_type, inputs, list(node.output))
        self._nodes[-1].attribute.extend(node.attribute)

    def _copy(self, node: onnx.NodeProto) -> None:
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        copied.input[:] = [
            self._rounded(name) if name in self.rounded.values() else name for name in node.input
        ]
        self._nodes.append(copied)

    def _roundings(self, model: onnx.ModelProto) -> Iterator[tuple[str, str]]:
        """Yield each int8 convolution's result with what is rounded: it, or what a lone Relu makes of it."""
        outputs = {value.name for value in model.graph.output}
        readers: dict[str, list[onnx.NodeProto]] = {}
        for node in model.graph.node:
            for name in node.input:
                readers.setdefault(name, []).append(node)
        for made, layer in self.layers.items():
            if layer.node.op_type != "Conv":
                continue
            following = readers.get(made, [])
            rounded = following[0].output[0] if [one.op_type for one in following] == ["Relu"] else made
            if not {made, rounded} & outputs:
                yield made, rounded

    def _rounded(self, value: str) -> str:
        made = f"{value}_dequantized"
        if value not in self._quantised:
            self._quantised.add(value)
            step, zero = self._scales[value]
            scale = [self.constant(f"{value}_scale", step), self.constant(f"{value}_zero_point", zero)]
            bytes_ = self.op("QuantizeLinear", [value, *scale], [f"{value}_quantized"])
            self.op("DequantizeLinear", [bytes_, *scale], [made])
        return made

    def _whole_bias(self, node: onnx.NodeProto, of_weight: NDArray[np.float32]) -> str:
        bias = node.input[2]
        floats = numpy_helper.to_array(
            next(one for one in self._source.graph.initializer if one.name == bias)
        )
        unit = (np.float64(self._scales[node.input[0]][0]) * of_weight.astype(np.float64)).astype(np.float32)
        whole = np.rint(floats.astype(np.float64) / unit.astype(np.float64)).astype(np.int32)
        parts = [self.constant(f"{bias}_quantized", whole), self.constant(f"{bias}_scale", unit)]
        return self.op("DequantizeLinear", parts, [f"{bias}_dequantized"], axis=0)
