# SPDX-License-Identifier: BSD-3-Clause
"""The names in an int8 graph, given by what a thing does, so that no release of a quantiser changes a file.

A layer is named after its place, as in the fp32 graph: the second is `linear_1` with `mlp.2.weight` and
`mlp.2.bias`. Everything else takes the name of the value that it is made from, with what was done to it.
"""

from __future__ import annotations

from collections.abc import Callable

import onnx

from vmaf_train.onnx_files.scoring import INPUT, OUTPUT

_PRODUCER, _PRODUCER_VERSION = "onnx.quantize", "0.1.0"
_DENSE = ("Gemm", "MatMul", "MatMulInteger")


def with_our_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """Rename all nodes, values and initialisers of a quantised fusion model: equal graphs get equal bytes."""
    names = _Names(model.graph)
    for node in model.graph.node:
        node.name = names.node(node)
    for node in model.graph.node:
        node.input[:] = [names.of[name] for name in node.input]
        node.output[:] = [names.of[name] for name in node.output]
        node.ClearField("doc_string")
    for tensor in model.graph.initializer:
        tensor.name = names.of[tensor.name]
    for value in (*model.graph.input, *model.graph.output):
        value.name = names.of[value.name]
    del model.graph.value_info[:]
    model.producer_name, model.producer_version = _PRODUCER, _PRODUCER_VERSION
    return model


class _Names:
    """`of` maps what stands in a graph to the name that it gets; filled node by node, in graph order."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.of = {graph.input[0].name: INPUT}
        self._n_done = 0  # dense layers whose sum is complete
        self._constants = {tensor.name for tensor in graph.initializer}
        dense = [node for node in graph.node if node.op_type in _DENSE]
        self._parameter = {node.input[1]: f"mlp.{2 * i}.weight" for i, node in enumerate(dense)}
        self._parameter |= {
            node.input[2]: f"mlp.{2 * i}.bias"
            for i, node in enumerate(dense)
            if node.op_type == "Gemm" and len(node.input) > 2
        }

    def node(self, node: onnx.NodeProto) -> str:
        """Name what the node reads for the first time and what it makes, and return the node's own name."""
        rules: dict[str, Callable[[onnx.NodeProto], str]] = {
            "Sub": lambda node: self._plain(node, "sub", "mean"),
            "Div": lambda node: self._plain(node, "div", "std"),
            "Relu": lambda node: self._plain(node, _numbered("relu", self._n_done - 1)),
            "Squeeze": self._squeeze,
            "Gemm": self._gemm,
            "MatMul": self._matmul,
            "MatMulInteger": self._matmul_integer,
            "Mul": self._mul,
            "Cast": self._cast,
            "Add": self._add,
            "DynamicQuantizeLinear": self._dynamic_quantize,
            "QuantizeLinear": self._quantize,
            "DequantizeLinear": self._dequantize,
        }
        return rules[node.op_type](node)

    @property
    def _linear(self) -> str:
        return _numbered("linear", self._n_done)

    @property
    def _weight(self) -> str:
        return f"mlp.{2 * self._n_done}.weight"

    def _name(self, things: list[str], *names: str) -> None:
        self.of |= dict(zip(things, names, strict=True))

    def _plain(self, node: onnx.NodeProto, value: str, *constants: str) -> str:
        self._name(list(node.input[1:]), *constants)
        self._name(list(node.output), value)
        return f"node_{value}"

    def _squeeze(self, node: onnx.NodeProto) -> str:
        self._name(list(node.input[1:]), "val_0")
        self._name(list(node.output), OUTPUT)
        return "node_squeeze"

    def _gemm(self, node: onnx.NodeProto) -> str:
        for constant in node.input[1:]:
            self.of.setdefault(constant, self._parameter[constant])
        return self._end_layer(node, f"node_{self._linear}")

    def _add(self, node: onnx.NodeProto) -> str:
        (bias,) = (name for name in node.input if name in self._constants)
        self._name([bias], f"mlp.{2 * self._n_done}.bias")
        return self._end_layer(node, f"node_{self._linear}_Add")

    def _end_layer(self, node: onnx.NodeProto, name: str) -> str:
        self._name(list(node.output), self._linear)
        self._n_done += 1
        return name

    def _matmul(self, node: onnx.NodeProto) -> str:
        self._name([node.input[1]], self._weight)
        self._name(list(node.output), f"{self._linear}_MatMul")
        return f"node_{self._linear}_MatMul"

    def _matmul_integer(self, node: onnx.NodeProto) -> str:
        self._name([node.input[1], node.input[3]], f"{self._weight}_quantized", f"{self._weight}_zero_point")
        self._name(list(node.output), f"{self._linear}_MatMul_output_quantized")
        return f"node_{self._linear}_MatMul_quant"

    def _mul(self, node: onnx.NodeProto) -> str:
        """Either the product of a layer's two scales, or that product times the layer's integers."""
        scales = [name for name in node.input if name in self._constants]
        if scales:
            name = f"node_{self._linear}_MatMul_quant_scales_mul"
            self._name(scales, f"{self._weight}_scale")
            self._name(list(node.output), f"{name}:0")
            return name
        self._name(list(node.output), f"{self._linear}_MatMul")
        return f"node_{self._linear}_MatMul_quant_output_scale_mul"

    def _cast(self, node: onnx.NodeProto) -> str:
        name = f"{self.of[node.input[0]]}_cast"
        self._name(list(node.output), f"{name}_output")
        return name

    def _dynamic_quantize(self, node: onnx.NodeProto) -> str:
        value = self.of[node.input[0]]
        self._name(list(node.output), f"{value}_quantized", f"{value}_scale", f"{value}_zero_point")
        return f"{value}_QuantizeLinear"

    def _quantize(self, node: onnx.NodeProto) -> str:
        value = self.of[node.input[0]]
        self._name(list(node.input[1:]), f"{value}_scale", f"{value}_zero_point")
        self._name(list(node.output), f"{value}_QuantizeLinear_Output")
        return f"{value}_QuantizeLinear"

    def _dequantize(self, node: onnx.NodeProto) -> str:
        """Return a parameter kept in integers, or the value that a QuantizeLinear has just rounded."""
        (made,) = node.output
        if made not in self._parameter:
            value = self.of[node.input[0]].removesuffix("_QuantizeLinear_Output")
            self._name([made], f"{value}_DequantizeLinear_Output")
            return f"{value}_DequantizeLinear"
        parameter = self._parameter[made]
        is_bias = parameter.endswith(".bias")
        unit = f"{parameter}_quantized" if is_bias else parameter
        self._name(list(node.input), f"{parameter}_quantized", f"{unit}_scale", f"{unit}_zero_point")
        self._name([made], parameter if is_bias else f"{parameter}_DequantizeLinear_Output")
        return f"{parameter}_DequantizeLinear"


def _numbered(name: str, depth: int) -> str:
    return f"{name}_{depth}" if depth else name
