# SPDX-License-Identifier: BSD-3-Clause
"""Instruction sets, forced one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

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
