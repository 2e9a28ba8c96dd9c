# SPDX-License-Identifier: BSD-3-Clause
"""Models of other kinds than fr, in fp32 and int8, by our session and by onnxruntime alone."""

from __future__ import annotations

from typing import Any

import pytest

from bench.kinds.cases import RUNNERS, Case, Precision, cases

SMALL = [case for case in cases() if not case.size.endswith("x1080")]  # large planes: `python -m bench.kinds`


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize(
    ("case", "precision"),
    [
        pytest.param(case, precision, id=f"{case.model.id}-{case.size}-{precision}")
        for case in SMALL
        for precision in case.precisions
    ],
)
def test_run(benchmark: Any, case: Case, precision: Precision, runner: str) -> None:
    call = case.calls()[runner, precision]
    benchmark(call.function, *call.arguments)
