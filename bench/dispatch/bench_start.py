# SPDX-License-Identifier: BSD-3-Clause
"""What comes before the first score: importing the package and opening a session, in time and memory."""

from __future__ import annotations

from typing import Any

import pytest

from bench.dispatch import cases, start


@pytest.mark.parametrize("runner", [cases.OURS, cases.ORT])
@pytest.mark.parametrize("model", cases.MODELS)
def test_open(benchmark: Any, model: str, runner: str) -> None:
    call = start.openers(model, "fp32")[runner]
    benchmark.group = f"open {model}"
    benchmark(call.function, *call.arguments)


def test_import(benchmark: Any) -> None:
    seconds = benchmark.pedantic(start.import_seconds, rounds=1)
    assert 0 < seconds < 5


def test_peak_memory(benchmark: Any) -> None:
    mebibytes = benchmark.pedantic(start.peak_memory, (cases.OURS, "vmaf_tiny_v2", "fp32"), rounds=1)
    assert 1 < mebibytes < 1000
