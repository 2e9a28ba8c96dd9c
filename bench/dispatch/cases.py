# SPDX-License-Identifier: BSD-3-Clause
"""Which runner runs which model, precision and batch, and the answer that it must give first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec

import numpy as np

import vmaf_dnn
from bench.dispatch import peers
from bench.dispatch.graphs import score_float64
from bench.dispatch.peers import Precision
from bench.harness.measure import Call

MODELS = ("vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4")
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")
BATCHES = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536)
TOLERANCE = 1e-3  # VMAF points
# Means and deviations of canonical-6 features over ordinary encodes.
CENTRE = (0.92, 0.50, 0.76, 0.84, 0.89, 6.4)
SPREAD = (0.035, 0.16, 0.093, 0.07, 0.053, 4.0)

OURS = "vmaf_dnn"
OUR_ORT = "vmaf_dnn, engine=onnxruntime"
ORT = "onnxruntime"
ORT_BINDING = "onnxruntime, IO binding"
ORT_ROWS = "onnxruntime, row by row"
PEERS: dict[str, peers.Opener] = {
    ORT: peers.onnxruntime_run,
    ORT_BINDING: peers.onnxruntime_binding,
    ORT_ROWS: peers.onnxruntime_rows,
    "torch": peers.torch_eager,
    "torch.jit": peers.torch_jit,
    "numpy": peers.numpy_run,
    "openvino": peers.openvino_run,
}
RUNNERS = (OURS, OUR_ORT, *PEERS)
WHOLE_BATCH = (ORT, ORT_BINDING, "openvino")
A_CALL_A_ROW = (ORT_ROWS, OUR_ORT)
MOST_CALLS = 4096  # rows, for int8 runners that make a call a row: seconds each beyond

NO_OPENVINO = "" if find_spec("openvino") else "openvino is not installed (pip install openvino)"


def runs(runner: str, precision: Precision, n_rows: int) -> bool:
    """Torch and NumPy have no form of the int8 graph; "row by row" is the same for one row and in fp32."""
    if runner in ("torch", "torch.jit", "numpy"):
        return precision == "fp32"
    if runner == ORT_ROWS and (precision == "fp32" or n_rows == 1):
        return False
    return precision == "fp32" or runner not in A_CALL_A_ROW or n_rows <= MOST_CALLS


def runners(precision: Precision, n_rows: int) -> Iterator[str]:
    """The runners of a case that this machine has."""
    for runner in RUNNERS:
        if runs(runner, precision, n_rows) and not (runner == "openvino" and NO_OPENVINO):
            yield runner


@lru_cache
def make_rows(n_rows: int) -> np.ndarray:
    """(n_rows, 6) float32, the same for every runner; fewer rows are the first of more."""
    return np.random.default_rng(0).normal(CENTRE, SPREAD, (n_rows, 6)).astype(np.float32)


@lru_cache
def path_of(model: str, precision: Precision) -> str:
    info = next(info for info in vmaf_dnn.models() if info.id == model)
    return str(info.path if precision == "fp32" else info.int8_path)


@lru_cache
def expected_scores(model: str, precision: Precision, n_rows: int) -> np.ndarray:
    """The answer, never from us: fp32 in float64 by NumPy, int8 by ONNX Runtime row by row."""
    path, rows = path_of(model, precision), make_rows(n_rows)
    return score_float64(path, rows) if precision == "fp32" else peers.onnxruntime_rows(path, rows).answer()


def open_runner(runner: str, model: str, precision: Precision, rows: np.ndarray) -> Call:
    if runner == OURS:
        return peers.ours(model, precision, rows)
    if runner == OUR_ORT:
        return peers.ours(model, precision, rows, engine="onnxruntime")
    return PEERS[runner](path_of(model, precision), rows)


def gives_another_answer(runner: str, precision: Precision, n_rows: int) -> bool:
    """A dynamically quantised graph that is fed a batch takes one scale for all of its rows."""
    return precision == "int8" and n_rows > 1 and runner in WHOLE_BATCH


def largest_difference(call: Call, model: str, precision: Precision, n_rows: int) -> float:
    """In VMAF points, from the expected scores."""
    scores, expected = call.answer(), expected_scores(model, precision, n_rows)
    assert scores.shape == expected.shape
    return float(np.abs(scores - expected).max())


def open_checked(runner: str, model: str, precision: Precision, n_rows: int) -> tuple[Call, float]:
    """A runner whose answer is right, or known to be another, and how far off it is."""
    call = open_runner(runner, model, precision, make_rows(n_rows))
    difference = largest_difference(call, model, precision, n_rows)
    if not difference < TOLERANCE and not gives_another_answer(runner, precision, n_rows):
        raise AssertionError(f"{runner} on {model} {precision}, {n_rows} rows: off by {difference} VMAF")
    return call, difference
