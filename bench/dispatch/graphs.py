# SPDX-License-Identifier: BSD-3-Clause
"""What a shipped ONNX file holds, read with `onnx`, not with our own reader: layers, scaler, work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import onnx
from onnx import numpy_helper


@dataclass(frozen=True)
class Perceptron:
    """fp32 layers as (inputs, outputs) matrices and biases, first to last, and the scaler before."""

    mean: np.ndarray
    std: np.ndarray
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Work:
    """Multiply-adds that one row costs; biases are where sums start and cost none."""

    fp32: int
    int8: int


@lru_cache
def initializers(path: str) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


def read_perceptron(path: str) -> Perceptron:
    """The layers of an fp32 file, in the order of its Gemm nodes."""
    values = initializers(path)
    gemms = [node for node in onnx.load(path).graph.node if node.op_type == "Gemm"]
    assert all(any(a.name == "transB" and a.i == 1 for a in gemm.attribute) for gemm in gemms)
    return Perceptron(
        values["mean"],
        values["std"],
        tuple(np.ascontiguousarray(values[gemm.input[1]].T) for gemm in gemms),
        tuple(values[gemm.input[2]] for gemm in gemms),
    )


def work_per_row(path: str) -> Work:
    matrices = [value for value in initializers(path).values() if value.ndim == 2]
    n_fp32 = sum(matrix.size for matrix in matrices if matrix.dtype == np.float32)
    return Work(n_fp32, sum(matrix.size for matrix in matrices) - n_fp32)


def score_float64(path: str, rows: np.ndarray) -> np.ndarray:
    """An fp32 file evaluated in float64, (n,): the answer that no runner had a hand in."""
    network = read_perceptron(path)
    values = (rows.astype(np.float64) - network.mean) / network.std
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        values = np.maximum(values @ weight.astype(np.float64) + bias, 0.0)
    scores: np.ndarray = (values @ network.weights[-1].astype(np.float64) + network.biases[-1])[:, 0]
    return scores
