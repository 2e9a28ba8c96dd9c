# SPDX-License-Identifier: BSD-3-Clause
"""The bench's own C: the machine's peaks, and a call of our C function with no Python around it."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
from functools import lru_cache
from pathlib import Path

from measure import Call

import vmaf_dnn

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"
PACKAGE = Path(vmaf_dnn.__file__).parent
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
PEAKS = ("fma_avx2", "fma_avx512", "vnni_avx512", "madd_avx2", "madd_avx512")
PEAK_TURNS = 10_000  # about 70 microseconds


def compile_c(source: str, output: str, *options: str) -> Path:
    """Builds bench/<source> and puts it in place whole, since two runs may do so at once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    target, partial = BUILD / output, BUILD / f"{output}.{os.getpid()}"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O2", *WARNINGS, HERE / source, "-o", partial, *options], check=True)
    os.replace(partial, target)
    return target


@lru_cache
def peaks_library() -> ctypes.CDLL:
    return ctypes.CDLL(str(compile_c("peaks.c", "peaks.so", "-shared", "-fPIC")))


def peaks() -> dict[str, tuple[Call, int]]:
    """Name -> what to time and the multiply-adds that it does, for every instruction that the CPU has."""
    found = {}
    for name in PEAKS:
        function = getattr(peaks_library(), name)
        function.restype, function.argtypes = ctypes.c_longlong, [ctypes.c_long]
        if macs := function(PEAK_TURNS):
            found[name] = (Call(function, (PEAK_TURNS,)), macs)
    return found


@lru_cache
def c_call_program() -> Path:
    library = PACKAGE / "libvmaf_dnn.so"
    return compile_c("c_call.c", "c_call", f"-I{PACKAGE / 'include'}", str(library), f"-Wl,-rpath,{PACKAGE}")


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
