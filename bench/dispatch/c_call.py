# SPDX-License-Identifier: BSD-3-Clause
"""A call of the C function with no Python around it."""

from __future__ import annotations

import statistics
import subprocess
from functools import lru_cache
from pathlib import Path

import vmaf_dnn
from bench.harness.compiler import compile_c

SOURCE = Path(__file__).with_suffix(".c")
PACKAGE = Path(vmaf_dnn.__file__).parent


@lru_cache
def c_call_program() -> Path:
    library = PACKAGE / "libvmaf_dnn.so"
    return compile_c(SOURCE, "c_call", f"-I{PACKAGE / 'include'}", str(library), f"-Wl,-rpath,{PACKAGE}")


def c_call_ns(model: str, precision: str, engine: str, n_rows: int = 1) -> tuple[float, float]:
    """Nanoseconds of one call, and the score that it gave to its row."""
    command = [str(c_call_program()), model, precision, engine, str(n_rows)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    nanoseconds, score = map(float, result.stdout.split())
    return nanoseconds, score


def c_call_medians(model: str, precision: str, n_runs: int) -> dict[str, float]:
    """Engine -> nanoseconds for one row, runs of both taken in turn."""
    runs: dict[str, list[float]] = {"fused": [], "onnxruntime": []}
    for _ in range(n_runs):
        for engine, nanoseconds in runs.items():
            nanoseconds.append(c_call_ns(model, precision, engine)[0])
    return {engine: statistics.median(nanoseconds) for engine, nanoseconds in runs.items()}
