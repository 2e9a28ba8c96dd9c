# SPDX-License-Identifier: BSD-3-Clause
"""Random multilayer perceptrons as ONNX files, in the forms that exporters and quantisers write."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path

import make_models
import numpy as np
from onnx import helper
from onnxruntime.quantization import QuantType, quantize_dynamic

CENTRE = np.array([0.92, 0.50, 0.76, 0.84, 0.89, 6.4])
SPREAD = np.array([0.035, 0.16, 0.093, 0.07, 0.053, 4.0])


def make_rows(n_rows: int, n_features: int = 6, seed: int = 0) -> np.ndarray:
    """(n_rows, n_features) float32 rows, like canonical-6 features where there are six."""
    generator = np.random.default_rng(seed)
    if n_features != 6:
        return generator.normal(0.5, 1.0, (n_rows, n_features)).astype(np.float32)
    return generator.normal(CENTRE, SPREAD, (n_rows, 6)).astype(np.float32)


def random_mlp(
    seed: int,
    hidden: tuple[int, ...],
    *,
    n_features: int = 6,
    with_gemm: bool = True,
    transposed: bool = True,
    with_scaler: bool = True,
    with_relu: bool = True,
) -> bytes:
    """A perceptron `n_features`-hidden-1 with weights of sensible size."""
    generator = np.random.default_rng(seed)
    nodes, constants, value = [], {}, "features"

    def constant(name: str, array: np.ndarray) -> str:
        constants[name] = array.astype(np.float32)
        return name

    if with_scaler:
        mean = constant("mean", CENTRE if n_features == 6 else generator.normal(size=n_features))
        std = constant("std", SPREAD if n_features == 6 else generator.uniform(0.5, 2, n_features))
        nodes += [
            helper.make_node("Sub", [value, mean], ["sub"]),
            helper.make_node("Div", ["sub", std], ["div"]),
        ]
        value = "div"
    widths = (n_features, *hidden, 1)
    for i, (n_in, n_out) in enumerate(itertools.pairwise(widths)):
        shape = (n_out, n_in) if with_gemm and transposed else (n_in, n_out)
        weight = constant(f"w{i}", generator.normal(0, 1 / np.sqrt(n_in), shape))
        bias = constant(f"b{i}", generator.normal(0, 0.3, n_out))
        if with_gemm:
            attributes = {"transB": 1} if transposed else {}
            nodes.append(
                helper.make_node("Gemm", [value, weight, bias], [f"y{i}"], name=f"gemm{i}", **attributes)
            )
        else:
            nodes.append(helper.make_node("MatMul", [value, weight], [f"p{i}"]))
            nodes.append(helper.make_node("Add", [bias, f"p{i}"], [f"y{i}"]))
        value = f"y{i}"
        if with_relu and n_out != 1:
            nodes.append(helper.make_node("Relu", [value], [f"r{i}"]))
            value = f"r{i}"
    nodes.append(helper.make_node("Squeeze", [value, "axis"], ["vmaf"]))
    arrays = {**constants, "axis": np.array([-1])}
    return make_models.model_bytes(nodes, {"features": ["N", n_features]}, {"vmaf": ["N"]}, arrays)


def quantise(path: Path, *, per_channel: bool, exclude: tuple[str, ...] = ()) -> Path:
    """The dynamically quantised form of a model; excluded Gemms stay float32."""
    target = path.with_suffix(".q.onnx")
    excluded = [form for name in exclude for form in (name, f"{name}_MatMul")]
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            path, target, weight_type=QuantType.QInt8, per_channel=per_channel, nodes_to_exclude=excluded
        )
    finally:
        logging.disable(logging.NOTSET)
    return target
