# SPDX-License-Identifier: BSD-3-Clause
"""The C function without Python, the machine's peaks, every instruction set, and threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from bench.dispatch import c_call, cases, settings
from bench.dispatch.peers import Precision
from bench.harness.isas import ISAS
from bench.harness.peaks import PEAKS, peaks

ROW = np.array([[0.93, 0.36, 0.77, 0.86, 0.92, 3.9]], np.float32)  # that of c_call.c


@pytest.mark.parametrize("engine", ["fused", "onnxruntime"])
@pytest.mark.parametrize("precision", cases.PRECISIONS)
def test_c_call(benchmark: Any, precision: Precision, engine: str) -> None:
    _, score = benchmark.pedantic(c_call.c_call_ns, ("vmaf_tiny_v4", precision, engine), rounds=1)
    expected = vmaf_dnn.Session("vmaf_tiny_v4", precision=precision, engine="onnxruntime").run(ROW)[0]
    assert score == pytest.approx(expected, abs=cases.TOLERANCE)


@pytest.mark.parametrize("name", PEAKS)
def test_peak(benchmark: Any, name: str) -> None:
    if name not in peaks():
        pytest.skip(f"this CPU has no {name}")
    call, macs = peaks()[name]
    assert benchmark(call.function, *call.arguments) == macs


@pytest.mark.parametrize("precision", cases.PRECISIONS)
@pytest.mark.parametrize("isa", ISAS)
def test_isa(benchmark: Any, isa: str, precision: Precision) -> None:
    call = settings.open_isa(isa, "vmaf_tiny_v4", precision, 4096)
    if call is None:
        pytest.skip(f"this CPU or build has no {isa}")
    benchmark(call.function, *call.arguments)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads(benchmark: Any, n_threads: int) -> None:
    call = settings.open_threads(n_threads, "vmaf_tiny_v4", "fp32", 65536)
    benchmark(call.function, *call.arguments)
