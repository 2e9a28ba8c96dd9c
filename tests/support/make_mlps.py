# SPDX-License-Identifier: BSD-3-Clause
"""Random multilayer perceptrons as ONNX files, in the forms that exporters and quantisers write."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from onnx import helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from tests.support import make_models

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
    activation: str = "Relu",
    attributes: Mapping[str, Any] = MappingProxyType({}),
    bounds: tuple[float, float] | None = None,
) -> bytes:
    """A perceptron `n_features`-hidden-1 with weights of sensible size.

    `activation` is an operator's name, or empty; `bounds` are what a Clip takes.
    """
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
            form: dict[str, Any] = {"transB": 1} if transposed else {}
            nodes.append(helper.make_node("Gemm", [value, weight, bias], [f"y{i}"], name=f"gemm{i}", **form))
        else:
            nodes.append(helper.make_node("MatMul", [value, weight], [f"p{i}"]))
            nodes.append(helper.make_node("Add", [bias, f"p{i}"], [f"y{i}"]))
        value = f"y{i}"
        if activation and n_out != 1:
            limits = [constant(f"bound{k}", np.array(bound)) for k, bound in enumerate(bounds or ())]
            nodes.append(helper.make_node(activation, [value, *limits], [f"r{i}"], **attributes))
            value = f"r{i}"
    nodes.append(helper.make_node("Squeeze", [value, "axis"], ["vmaf"]))
    arrays = {**constants, "axis": np.array([-1])}
    return make_models.model_bytes(nodes, {"features": ["N", n_features]}, {"vmaf": ["N"]}, arrays)


def quantise(path: Path, *, per_channel: bool, exclude: tuple[str, ...] = ()) -> Path:
    """The dynamically quantised form of a model; excluded Gemms stay float32.

    In 7 bits: on x86 without VNNI, ONNX Runtime adds pairs of 8-bit products in 16 bits, and saturates.
    """
    target = path.with_suffix(".q.onnx")
    excluded = [form for name in exclude for form in (name, f"{name}_MatMul")]
    with _quietly():
        quantize_dynamic(
            path,
            target,
            weight_type=QuantType.QInt8,
            per_channel=per_channel,
            reduce_range=True,
            nodes_to_exclude=excluded,
        )
    return target


class _Rows(CalibrationDataReader):
    def __init__(self, n_features: int) -> None:
        self._rows = iter([{"features": make_rows(256, n_features)}])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._rows, None)


def quantise_static(
    path: Path, *, per_channel: bool, activations: QuantType, exclude: tuple[str, ...] = ()
) -> Path:
    """The QDQ form of a model, calibrated on `make_rows`; excluded Gemms stay float32."""
    target = path.with_suffix(".qdq.onnx")
    with _quietly():
        quantize_static(
            path,
            target,
            _Rows(n_features=6),
            quant_format=QuantFormat.QDQ,
            activation_type=activations,
            weight_type=QuantType.QInt8,
            per_channel=per_channel,
            reduce_range=True,
            nodes_to_exclude=list(exclude),
        )
    return target


@contextmanager
def _quietly() -> Iterator[None]:
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
