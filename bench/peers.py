# SPDX-License-Identifier: BSD-3-Clause
"""What every bench shares: real-looking rows, ONNX Runtime's own session, and the scores to expect."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import onnxruntime

Score = Callable[[np.ndarray], np.ndarray]

# Means and deviations of canonical-6 features over ordinary encodes.
CENTRE = np.array([0.92, 0.50, 0.76, 0.84, 0.89, 6.4])
SPREAD = np.array([0.035, 0.16, 0.093, 0.07, 0.053, 4.0])
TOLERANCE = 1e-3  # VMAF points


def make_rows(n_rows: int) -> np.ndarray:
    """(n_rows, 6) float32, the same for every runner."""
    return np.random.default_rng(0).normal(CENTRE, SPREAD, (n_rows, 6)).astype(np.float32)


def open_peer(path: str) -> onnxruntime.InferenceSession:
    """ONNX Runtime's own Python session, one thread like ours."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def peer_batch(path: str) -> Score:
    """The whole batch in one call."""
    peer = open_peer(path)
    return lambda rows: peer.run(None, {"features": rows})[0]


def peer_rows(path: str) -> Score:
    """A call a row."""
    peer = open_peer(path)

    def score(rows: np.ndarray) -> np.ndarray:
        return np.concatenate([peer.run(None, {"features": rows[i : i + 1]})[0] for i in range(len(rows))])

    return score


@lru_cache
def expected_scores(path: str, precision: str, n_rows: int) -> np.ndarray:
    """The answer to `make_rows(n_rows)` that every runner must give, from the peer, never from us."""
    peer = peer_rows if precision == "int8" else peer_batch
    return peer(path)(make_rows(n_rows))


def largest_difference(scores: np.ndarray, expected: np.ndarray) -> float:
    """In VMAF points."""
    assert scores.shape == expected.shape
    return float(np.abs(scores - expected).max())
