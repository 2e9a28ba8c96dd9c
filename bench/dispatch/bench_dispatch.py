# SPDX-License-Identifier: BSD-3-Clause
"""`Session.run` beside every peer on the same file, from one row to 65 536."""

from __future__ import annotations

from typing import Any

import pytest

from bench.dispatch import cases
from bench.dispatch.peers import Precision
from bench.harness.measure import Call

CASES = [
    pytest.param(model, precision, n_rows, runner, id=f"{model}-{precision}-{n_rows}-{runner}")
    for model in cases.MODELS
    for precision in cases.PRECISIONS
    for n_rows in cases.BATCHES[::2]
    for runner in cases.RUNNERS
    if cases.runs(runner, precision, n_rows)
]


def time_call(benchmark: Any, call: Call) -> None:
    with call.context():
        benchmark(call.function, *call.arguments)


@pytest.mark.benchmark(disable_gc=True)
@pytest.mark.parametrize(("model", "precision", "n_rows", "runner"), CASES)
def test_run(benchmark: Any, model: str, precision: Precision, n_rows: int, runner: str) -> None:
    if runner == "openvino" and cases.NO_OPENVINO:
        pytest.skip(cases.NO_OPENVINO)
    call, difference = cases.open_checked(runner, model, precision, n_rows)
    benchmark.group = f"run {model} {precision} {n_rows}"
    benchmark.extra_info.update(difference=difference)
    time_call(benchmark, call)
