# SPDX-License-Identifier: BSD-3-Clause
"""Our own engine under other settings: a forced instruction set, more threads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import cases
import peers
from measure import Call

import vmaf_dnn

ISAS = ("scalar", "avx2", "avx512", "avx512vnni")
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


def open_isa(isa: str, model: str, precision: str, n_rows: int) -> Call | None:
    """A checked runner on this instruction set, or None where it can't run."""
    with forced(isa):
        try:
            session = vmaf_dnn.Session(model, precision=precision, engine="fused")
        except vmaf_dnn.VmafDnnError:
            return None
    assert session.info.isa == isa
    return checked(Call(session.run, (cases.make_rows(n_rows),)), model, precision, n_rows)


def open_threads(n_threads: int, model: str, precision: str, n_rows: int) -> Call:
    return checked(
        peers.ours(model, precision, cases.make_rows(n_rows), threads=n_threads), model, precision, n_rows
    )


def checked(call: Call, model: str, precision: str, n_rows: int) -> Call:
    difference = cases.largest_difference(call, model, precision, n_rows)
    assert difference < cases.TOLERANCE, f"{model} {precision}: off by {difference} VMAF"
    return call
