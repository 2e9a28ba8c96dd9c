# SPDX-License-Identifier: BSD-3-Clause
"""Instruction sets, forced one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from bench.harness.compiler import compile_c

ISAS = ("scalar", "avx2", "avxvnni", "avx512", "avx512vnni")
ISA_VARIABLE = "VMAF_DNN_ISA"


@contextmanager
def forced(isa: str) -> Iterator[None]:
    """Sessions opened here use this instruction set."""
    before = os.environ.get(ISA_VARIABLE)
    os.environ[ISA_VARIABLE] = isa
    try:
        yield
    finally:
        if before is None:
            del os.environ[ISA_VARIABLE]
        else:
            os.environ[ISA_VARIABLE] = before


@lru_cache
def without_avx512() -> Path | None:
    """A program that runs another as if the CPU had no AVX-512, where the CPU and Linux can play that."""
    flags = Path("/proc/cpuinfo").read_text().split()
    if "avx512f" not in flags or "cpuid_fault" not in flags:
        return None
    return compile_c(Path(__file__).with_name("without_avx512.c"), "without_avx512")
