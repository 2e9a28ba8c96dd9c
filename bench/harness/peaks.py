# SPDX-License-Identifier: BSD-3-Clause
"""The machine's peaks: multiply-adds between registers, by micro-kernels in C."""

from __future__ import annotations

import ctypes
from functools import lru_cache
from pathlib import Path

from bench.harness.compiler import compile_c
from bench.harness.measure import Call

SOURCE = Path(__file__).with_suffix(".c")
PEAKS = ("fma_avx2", "fma_avx512", "vnni_avx512", "madd_avx2", "madd_avx512")
PEAK_TURNS = 10_000  # about 70 microseconds


@lru_cache
def peaks_library() -> ctypes.CDLL:
    return ctypes.CDLL(str(compile_c(SOURCE, "peaks.so", "-shared", "-fPIC")))


def peaks() -> dict[str, tuple[Call, int]]:
    """Name -> what to time and the multiply-adds that it does, for every instruction that the CPU has."""
    found = {}
    for name in PEAKS:
        function = getattr(peaks_library(), name)
        function.restype, function.argtypes = ctypes.c_longlong, [ctypes.c_long]
        if macs := function(PEAK_TURNS):
            found[name] = (Call(function, (PEAK_TURNS,)), macs)
    return found
