# SPDX-License-Identifier: BSD-3-Clause
"""Small ONNX files with pictures or with other types than float32, for the tests of the C API."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.support.make_models import Nodes, model_bytes

Shape = list[int | str]

OPEN: Shape = ["N", 1, "H", "W"]
BLUR = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 16


def plane_filter(
    nodes: Nodes, shape: Shape | None, element_type: int = TensorProto.FLOAT, **constants: object
) -> bytes:
    """A filter from `x` to `y` of the same shape."""
    dtype = helper.tensor_dtype_to_np_dtype(element_type)
    initializers = {name: np.asarray(value, dtype) for name, value in constants.items()}
    return model_bytes(nodes, {"x": shape}, {"y": shape}, initializers, element_type=element_type)


def identity(shape: Shape | None = OPEN, element_type: int = TensorProto.FLOAT) -> bytes:
    return plane_filter([helper.make_node("Identity", ["x"], ["y"])], shape, element_type)


def blur(shape: Shape = OPEN) -> bytes:
    """A 3x3 binomial filter with zeros around the picture."""
    node = helper.make_node("Conv", ["x", "kernel"], ["y"], pads=[1, 1, 1, 1])
    return plane_filter([node], shape, kernel=BLUR[None, None])


def affine(gain: float, offset: float) -> bytes:
    nodes = [
        helper.make_node("Mul", ["x", "gain"], ["product"]),
        helper.make_node("Add", ["product", "offset"], ["y"]),
    ]
    return plane_filter(nodes, OPEN, gain=gain, offset=offset)


def halve() -> bytes:
    """No filter: its output is half as wide and high."""
    node = helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])
    return model_bytes([node], {"x": OPEN}, {"y": ["N", 1, "h", "w"]})


def typed(
    nodes: Nodes,
    inputs: dict[str, tuple[int, Shape]],
    outputs: dict[str, tuple[int, Shape]],
) -> bytes:
    """A graph whose values have types of their own: name -> (element type, shape)."""
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info(name, *value) for name, value in inputs.items()],
        [helper.make_tensor_value_info(name, *value) for name, value in outputs.items()],
    )
    opsets = [helper.make_opsetid("", 17)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return model.SerializeToString()


def cast(element_type: int) -> bytes:
    """float32 in, another type out."""
    node = helper.make_node("Cast", ["x"], ["y"], to=element_type)
    return typed([node], {"x": (TensorProto.FLOAT, ["N"])}, {"y": (element_type, ["N"])})


def mixed() -> bytes:
    """A float32 and a float16 sum, each of its own two inputs."""
    nodes = [
        helper.make_node("Add", ["a", "a"], ["twice_a"]),
        helper.make_node("Add", ["b", "b"], ["twice_b"]),
    ]
    single: tuple[int, Shape] = (TensorProto.FLOAT, ["N"])
    half: tuple[int, Shape] = (TensorProto.FLOAT16, ["N"])
    return typed(nodes, {"a": single, "b": half}, {"twice_a": single, "twice_b": half})


def typed_mean(element_type: int, axis: int = 1) -> bytes:
    """A feature model of another type than float32: the score is the mean of the row."""
    node = helper.make_node("ReduceMean", ["features"], ["vmaf"], axes=[axis], keepdims=0)
    return typed([node], {"features": (element_type, ["N", 6])}, {"vmaf": (element_type, ["M"])})


def slow(n_products: int = 400) -> bytes:
    """One product of matrices after another; [512, 512] takes seconds."""
    steps = ["x", *(f"product{i}" for i in range(n_products - 1)), "y"]
    nodes = [helper.make_node("MatMul", [left, "x"], [right]) for left, right in pairwise(steps)]
    return plane_filter(nodes, ["N", "N"])


def outer_product() -> bytes:
    """Every x by every x, of which the largest are y."""
    nodes = [
        helper.make_node("Unsqueeze", ["x", "axis"], ["column"]),
        helper.make_node("Mul", ["column", "x"], ["products"]),
        helper.make_node("ReduceMax", ["products"], ["y"], axes=[0], keepdims=0),
    ]
    return model_bytes(nodes, {"x": ["N"]}, {"y": ["N"]}, {"axis": np.array([1])})


def slow_before_it_runs(n_products: int = 400) -> bytes:
    """x plus what products of constants add up to, which an optimizer may compute beforehand."""
    nodes = [helper.make_node("MatMul", [f"c{i}", "c0"], [f"c{i + 1}"]) for i in range(n_products)]
    nodes.append(helper.make_node("Add", ["x", f"c{n_products}"], ["y"]))
    return plane_filter(nodes, [512, 512], c0=np.eye(512, dtype=np.float32))


def residual(n_convolutions: int = 4, width: int = 4) -> bytes:
    """A small network like the shipped filter: convolutions, what came in added, clipped; random weights."""
    rng, nodes, value = np.random.default_rng(n_convolutions), [], "x"
    constants: dict[str, Any] = {"lowest": 0.0, "highest": 1.0}
    for i in range(n_convolutions):
        n_in, n_out = (1 if i == 0 else width), (1 if i == n_convolutions - 1 else width)
        constants[f"w{i}"] = rng.normal(0, 0.3, (n_out, n_in, 3, 3))
        constants[f"b{i}"] = rng.normal(0, 0.05, n_out)
        nodes.append(helper.make_node("Conv", [value, f"w{i}", f"b{i}"], [f"c{i}"], pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{i}"], [f"r{i}"]))
        value = f"r{i}"
    nodes.append(helper.make_node("Add", ["x", f"c{n_convolutions - 1}"], ["sum"]))
    nodes.append(helper.make_node("Clip", ["sum", "lowest", "highest"], ["y"]))
    return plane_filter(nodes, OPEN, TensorProto.FLOAT, **constants)


def dilated() -> bytes:
    """Looks nine pixels far, at every third, across; and not up or down."""
    kernel = np.array([1, 2, 3, 4, 3, 2, 1], np.float32)[None, None, None] / 16
    node = helper.make_node("Conv", ["x", "kernel"], ["y"], pads=[0, 9, 0, 9], dilations=[1, 3])
    return plane_filter([node], OPEN, kernel=kernel)


def shifting() -> bytes:
    """Every pixel comes from two below and right of it."""
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    kernel[0, 0, 2, 2] = 1
    node = helper.make_node("Conv", ["x", "kernel"], ["y"], pads=[0, 0, 2, 2])
    return plane_filter([node], OPEN, kernel=kernel)


def centring() -> bytes:
    """What a pixel becomes depends on the whole plane."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["mean"]),
        helper.make_node("Sub", ["x", "mean"], ["centred"]),
        helper.make_node("Add", ["centred", "half"], ["y"]),
    ]
    return plane_filter(nodes, OPEN, half=0.5)


def coarse() -> bytes:
    """Halves the size and doubles it again."""
    nodes = [
        helper.make_node("AveragePool", ["x"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Resize", ["small", "", "scales"], ["y"], mode="nearest"),
    ]
    return plane_filter(nodes, OPEN, scales=[1, 1, 2, 2])
