# SPDX-License-Identifier: BSD-3-Clause
"""Dynamic int8 quantisation, and how far it moves scores.

The first layer sees six features of very different spread and the last one makes the score: both lose
most and weigh least, so they stay fp32. The wide layers between become int8, one scale a channel, in
7 of the 8 bits: x86 CPUs without VNNI add pairs of products in 16 bits, and with 8 bits some of those
saturate, so that scores would depend on the CPU. A constant offset that remains goes into the last bias.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from .files import Progress, no_progress, whole_file
from .graph import gemm_names, serialised
from .metrics import agreement, clipped, is_reported
from .scoring import load_graph, score_rows


@dataclass(frozen=True)
class Drift:
    """int8 against fp32 on the same rows, both clipped as reports clip; VMAF points and bytes."""

    n_rows: int
    mean_abs: float
    max_abs: float
    bias: float
    plcc: float
    fp32_bytes: int
    int8_bytes: int

    def to_json(self) -> dict[str, float]:
        """Rounded to six decimals."""
        return {key: round(value, 6) for key, value in asdict(self).items()}


def quantize(
    fp32: Path, int8: Path, calibration: NDArray[np.floating], progress: Progress = no_progress
) -> float:
    """Writes the int8 file of a fp32 one; returns by how much its last bias was corrected.

    `calibration` are (n, 6) rows, of the training split only, on which the mean difference is
    measured (row by row, as the library runs it; where scores are not clipped) and taken out of the
    last bias.
    """
    with whole_file(int8) as temporary:
        _quantise_middle(fp32, temporary)
        exact = score_rows(fp32, calibration)
        moved = (score_rows(temporary, calibration, progress) - exact)[is_reported(exact)]
        shift = -float(moved.mean()) if moved.size else 0.0
        model = _without_intermediate_shapes(load_graph(temporary))
        _shift_last_bias(model, shift)
        temporary.write_bytes(serialised(model))
    return shift


def drift(fp32: Path, int8: Path, features: NDArray[np.floating], progress: Progress = no_progress) -> Drift:
    """Measures an int8 file on (n, 6) rows, one row at a time."""
    exact, rough = clipped(score_rows(fp32, features)), clipped(score_rows(int8, features, progress))
    return Drift(
        n_rows=len(features),
        mean_abs=float(np.abs(rough - exact).mean()),
        max_abs=float(np.abs(rough - exact).max()),
        bias=float((rough - exact).mean()),
        plcc=agreement(rough, exact).plcc,
        fp32_bytes=fp32.stat().st_size,
        int8_bytes=int8.stat().st_size,
    )


def _quantise_middle(fp32: Path, int8: Path) -> None:
    model = load_graph(fp32)
    layers = gemm_names(model)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # it advises a pre-processing that these graphs don't need
    try:
        quantize_dynamic(
            model,
            int8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=_excluded((layers[0], layers[-1])),
        )
    finally:
        logging.getLogger().setLevel(level)


def _excluded(layers: Sequence[str]) -> list[str]:
    # Every Gemm is split into MatMul and Add, named after it, before the exclusions are looked up.
    return [name for layer in layers for name in (layer, f"{layer}_MatMul")]


def _without_intermediate_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drops the inferred shapes that the quantiser leaves in the file; they are a tenth of its size."""
    del model.graph.value_info[:]
    return model


def _shift_last_bias(model: onnx.ModelProto, shift: float) -> None:
    name = [node for node in model.graph.node if node.op_type == "Add"][-1].input[1]
    (bias,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    moved = (numpy_helper.to_array(bias).astype(np.float64) + shift).astype(np.float32)
    bias.CopyFrom(numpy_helper.from_array(moved, name))
