# SPDX-License-Identifier: BSD-3-Clause
"""Instruction sets of the fused engine, and the peer beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime

from vmaf_dnn import Session

ISAS = ["scalar", "avx2", "avxvnni", "avx512", "avx512vnni"]
OpenOn = Callable[..., Session]


def run_peer(
    path: Path | str, rows: np.ndarray, *, row_by_row: bool = False, as_written: bool = False
) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    if as_written:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    peer = onnxruntime.InferenceSession(str(path), options)
    parts = rows[:, None, :] if row_by_row else [rows]
    return np.concatenate([peer.run(None, {"features": part})[0].reshape(-1) for part in parts])


def assert_close(scores: np.ndarray, expected: np.ndarray, tolerance: float = 2e-5) -> None:
    np.testing.assert_allclose(scores, expected, rtol=tolerance, atol=tolerance)
