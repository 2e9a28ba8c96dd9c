# SPDX-License-Identifier: BSD-3-Clause
"""`Session.run` beside `onnxruntime.InferenceSession.run` on the same file.

Each runner's answer is compared with the peer's before it is timed. A dynamically quantised graph that
is fed a whole batch takes one scale for all rows, so its answer is another one; to do our work the peer
has to go row by row. Both of its ways are timed, and the one with the other answer says how far off it is.
"""

from __future__ import annotations

from typing import Any

import pytest
from peers import TOLERANCE, expected_scores, largest_difference, make_rows, peer_batch, peer_rows

import vmaf_dnn

pytestmark = pytest.mark.benchmark(disable_gc=True)

MODELS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]
PEERS = {"onnxruntime": peer_batch, "onnxruntime, row by row": peer_rows}
CASES = [
    pytest.param(model, precision, n_rows, runner, id=f"{model}-{precision}-{n_rows}-{runner}")
    for model in MODELS
    for precision in ("fp32", "int8")
    for n_rows in (1, 16, 256, 4096)
    for runner in ("vmaf_dnn", *PEERS)
    if runner != "onnxruntime, row by row" or (precision == "int8" and n_rows > 1)
]


def has_one_scale_a_batch(precision: str, n_rows: int, runner: str) -> bool:
    """The one case whose answer is known to be another."""
    return precision == "int8" and n_rows > 1 and runner == "onnxruntime"


@pytest.mark.parametrize(("model", "precision", "n_rows", "runner"), CASES)
def test_run(benchmark: Any, model: str, precision: str, n_rows: int, runner: str) -> None:
    session = vmaf_dnn.Session(model, precision=precision)
    path, rows = session.info.path, make_rows(n_rows)
    score = PEERS[runner](path) if runner in PEERS else session.run
    difference = largest_difference(score(rows), expected_scores(path, precision, n_rows))
    assert difference < TOLERANCE or has_one_scale_a_batch(precision, n_rows, runner)
    benchmark.group = f"run {model} {precision} {n_rows}"
    benchmark.extra_info.update(
        model=model, precision=precision, n_rows=n_rows, runner=runner, difference=difference
    )
    benchmark(score, rows)
