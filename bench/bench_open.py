# SPDX-License-Identifier: BSD-3-Clause
"""Opening a session: resolve, hash, scan and load, beside ONNX Runtime that only loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from peers import TOLERANCE, Score, expected_scores, largest_difference, make_rows, peer_batch

import vmaf_dnn

pytestmark = pytest.mark.benchmark(disable_gc=True)

PATHS = {model.id: str(model.path) for model in vmaf_dnn.models()}


@pytest.mark.parametrize("runner", ["vmaf_dnn", "onnxruntime"])
@pytest.mark.parametrize("model", list(PATHS))
def test_open(benchmark: Any, model: str, runner: str) -> None:
    path = PATHS[model]
    openers: dict[str, Callable[[], Score]] = {
        "vmaf_dnn": lambda: vmaf_dnn.Session(model, precision="fp32").run,
        "onnxruntime": lambda: peer_batch(path),
    }
    scores = openers[runner]()(make_rows(16))
    difference = largest_difference(scores, expected_scores(path, "fp32", 16))
    assert difference < TOLERANCE
    benchmark.group = f"open {model}"
    benchmark.extra_info.update(model=model, precision="fp32", n_rows=0, runner=runner, difference=difference)
    benchmark(openers[runner])
