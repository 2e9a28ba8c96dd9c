# SPDX-License-Identifier: BSD-3-Clause
"""Every runner of a model: ours, and the ways that others offer to run the same file, each at its best.

A runner is opened for given rows, so that binding, conversion and compiling stay outside the timed call.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import onnxruntime
import torch

import vmaf_dnn
from bench.dispatch.graphs import read_perceptron
from bench.harness.measure import Call

Precision = Literal["fp32", "int8"]
Opener = Callable[[str, np.ndarray], Call]


def ours(model: str, precision: Precision, rows: np.ndarray, **options: Any) -> Call:
    return Call(vmaf_dnn.Session(model, precision=precision, **options).run, (rows,))


def open_onnxruntime(path: str) -> onnxruntime.InferenceSession:
    """ONNX Runtime's own Python session, one thread like ours."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def onnxruntime_run(path: str, rows: np.ndarray) -> Call:
    return Call(open_onnxruntime(path).run, (None, {"features": rows}), lambda outputs: outputs[0])


def onnxruntime_rows(path: str, rows: np.ndarray) -> Call:
    """A call a row: the only way in which a dynamically quantised graph gives each row its own scale."""
    run = open_onnxruntime(path).run
    feeds = [{"features": rows[i : i + 1]} for i in range(len(rows))]
    return Call(lambda: [run(None, feed)[0] for feed in feeds], (), np.concatenate)


def onnxruntime_binding(path: str, rows: np.ndarray) -> Call:
    session = open_onnxruntime(path)
    scores = onnxruntime.OrtValue.ortvalue_from_numpy(np.empty(len(rows), np.float32))
    binding = session.io_binding()
    binding.bind_ortvalue_input("features", onnxruntime.OrtValue.ortvalue_from_numpy(rows))
    binding.bind_ortvalue_output("vmaf", scores)
    return Call(session.run_with_iobinding, (binding,), lambda _: scores.numpy())


def numpy_run(path: str, rows: np.ndarray) -> Call:
    network = read_perceptron(path)
    hidden = list(zip(network.weights[:-1], network.biases[:-1], strict=True))

    def score(rows: np.ndarray) -> np.ndarray:
        values = (rows - network.mean) / network.std
        for weight, bias in hidden:
            values = np.maximum(values @ weight + bias, 0.0)
        scores: np.ndarray = (values @ network.weights[-1] + network.biases[-1])[:, 0]
        return scores

    return Call(score, (rows,))


class Scaler(torch.nn.Module):
    """(rows - mean) / std, as the graph has it."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean: np.ndarray, std: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean.copy()))
        self.register_buffer("std", torch.from_numpy(std.copy()))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return (rows - self.mean) / self.std


def torch_module(path: str) -> torch.nn.Sequential:
    network = read_perceptron(path)
    layers: list[torch.nn.Module] = [Scaler(network.mean, network.std)]
    for weight, bias in zip(network.weights, network.biases, strict=True):
        linear = torch.nn.Linear(*weight.shape)
        linear.weight.data = torch.from_numpy(weight.T.copy())
        linear.bias.data = torch.from_numpy(bias.copy())
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1], torch.nn.Flatten(0)).eval()


@contextmanager
def torch_alone() -> Iterator[None]:
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_num_threads(n_threads)


def torch_eager(path: str, rows: np.ndarray) -> Call:
    return Call(torch_module(path), (torch.from_numpy(rows),), torch.Tensor.numpy, torch_alone)


def torch_jit(path: str, rows: np.ndarray) -> Call:
    """Traced and frozen."""
    with warnings.catch_warnings(), torch_alone():
        warnings.simplefilter("ignore", DeprecationWarning)
        module = torch.jit.trace(torch_module(path), torch.from_numpy(rows))
        return Call(torch.jit.freeze(module), (torch.from_numpy(rows),), torch.Tensor.numpy, torch_alone)


def openvino_run(path: str, rows: np.ndarray) -> Call:
    """One shape, no copies, and fp32 kept fp32: its default on CPUs with bfloat16 rounds to that."""
    import openvino

    core = openvino.Core()
    model = core.read_model(path)
    model.reshape(list(rows.shape))
    hints = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(model, "CPU", hints).create_infer_request()
    return Call(lambda rows: request.infer([rows], True, True), (rows,), lambda outputs: outputs[0])
