# SPDX-License-Identifier: BSD-3-Clause
"""int8 graphs, written by onnxruntime.quantization and tidied."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from vmaf_train.onnx_files.scoring import INPUT
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.names import with_our_names


def dynamic_graph(model: onnx.ModelProto, form: Form, path: Path) -> onnx.ModelProto:
    """Make the int8 form that takes scales from each row as it is scored; `path` is overwritten."""
    # Every Gemm is split into MatMul and Add, named after it, before the exclusions are looked up.
    excluded = [name for layer in form.kept(model) for name in (layer, f"{layer}_MatMul")]
    with _quiet():
        quantize_dynamic(
            model,
            path,
            weight_type=QuantType.QInt8,
            per_channel=form.per_channel,
            reduce_range=form.bits == 7,
            nodes_to_exclude=excluded,
        )
    return with_our_names(onnx.load(path))


def static_graph(
    model: onnx.ModelProto, form: Form, calibration: NDArray[np.float32], path: Path
) -> onnx.ModelProto:
    """Return the QDQ form with scales fixed by (n, 6) calibration rows; `path` is overwritten on the way.

    What comes out of an int8 layer stays fp32: rounding that too loses half as much again.
    """
    with _quiet():
        quantize_static(
            model,
            path,
            _Rows([calibration]),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=form.per_channel,
            reduce_range=form.bits == 7,
            nodes_to_exclude=form.kept(model),
            op_types_to_quantize=["Gemm"],
            extra_options={"OpTypesToExcludeOutputQuantization": ["Gemm"]},
        )
    return with_our_names(onnx.load(path))


def shift_last_bias(model: onnx.ModelProto, shift: float) -> None:
    """Add `shift`, in VMAF points, to what the model gives."""
    made_by = {node.output[0]: node for node in model.graph.node}
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    last = [node for node in model.graph.node if node.op_type in ("Add", "Gemm")][-1]
    name, unit = last.input[-1], np.ones(1, np.float32)
    if name in made_by:  # a static model keeps the bias of an int8 layer in integers
        name, unit_name = made_by[name].input[:2]
        unit = numpy_helper.to_array(constants[unit_name])
    bias = numpy_helper.to_array(constants[name])
    moved = bias.astype(np.float64) + shift / unit.astype(np.float64)
    if np.issubdtype(bias.dtype, np.integer):
        moved = moved.round()
    constants[name].CopyFrom(numpy_helper.from_array(moved.astype(bias.dtype).reshape(bias.shape), name))


class _Rows(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, batches: Sequence[NDArray[np.float32]]) -> None:
        self._batches = iter(batches)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        batch = next(self._batches, None)
        return None if batch is None else {INPUT: batch}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the advice to prepare the graph, which these don't need."""
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.getLogger().setLevel(level)
