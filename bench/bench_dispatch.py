# SPDX-License-Identifier: BSD-3-Clause
"""`Session.run` beside `onnxruntime.InferenceSession.run` on the same file.

Each peer's answer is compared before it is timed. A dynamically quantised graph that is fed a whole
batch takes one scale for all rows, so its answer is another one; to do our work the peer has to go row
by row. Both of its ways are timed, and the one with the other answer says how far off it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import make_rows, open_peer

import vmaf_dnn

Score = Callable[[np.ndarray], np.ndarray]
MODELS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]


def ours(session: vmaf_dnn.Session) -> Score:
    return session.run


def peer_batch(session: vmaf_dnn.Session) -> Score:
    peer = open_peer(session.info.path)
    return lambda rows: peer.run(None, {"features": rows})[0]


def peer_rows(session: vmaf_dnn.Session) -> Score:
    peer = open_peer(session.info.path)

    def score(rows: np.ndarray) -> np.ndarray:
        return np.concatenate([peer.run(None, {"features": rows[i : i + 1]})[0] for i in range(len(rows))])

    return score


RUNNERS = {"vmaf_dnn": ours, "onnxruntime": peer_batch, "onnxruntime, row by row": peer_rows}
CASES = [
    pytest.param(model, precision, n_rows, runner, id=f"{model}-{precision}-{n_rows}-{runner}")
    for model in MODELS
    for precision in ("fp32", "int8")
    for n_rows in (1, 16, 256, 4096)
    for runner in RUNNERS
    if runner != "onnxruntime, row by row" or (precision == "int8" and n_rows > 1)
]


@pytest.mark.parametrize(("model", "precision", "n_rows", "runner"), CASES)
def test_run(benchmark: Any, model: str, precision: str, n_rows: int, runner: str) -> None:
    session = vmaf_dnn.Session(model, precision=precision)
    rows = make_rows(n_rows)
    score = RUNNERS[runner](session)
    difference = float(np.abs(score(rows) - session.run(rows)).max())
    if not (precision == "int8" and runner == "onnxruntime"):
        assert difference < 1e-3
    benchmark.group = f"run {model} {precision} {n_rows}"
    benchmark.extra_info.update(
        model=model, precision=precision, n_rows=n_rows, runner=runner, difference=difference
    )
    benchmark(score, rows)
