# SPDX-License-Identifier: BSD-3-Clause
"""Our own engine under other settings: a forced instruction set, more threads."""

from __future__ import annotations

import vmaf_dnn
from bench.dispatch import cases, peers
from bench.dispatch.peers import Precision
from bench.harness.isas import forced
from bench.harness.measure import Call


def open_isa(isa: str, model: str, precision: Precision, n_rows: int) -> Call | None:
    """A checked runner on this instruction set, or None where it can't run."""
    with forced(isa):
        try:
            session = vmaf_dnn.Session(model, precision=precision, engine="fused")
        except vmaf_dnn.VmafDnnError:
            return None
    assert session.info.isa == isa
    return checked(Call(session.run, (cases.make_rows(n_rows),)), model, precision, n_rows)


def open_threads(n_threads: int, model: str, precision: Precision, n_rows: int) -> Call:
    return checked(
        peers.ours(model, precision, cases.make_rows(n_rows), threads=n_threads), model, precision, n_rows
    )


def checked(call: Call, model: str, precision: Precision, n_rows: int) -> Call:
    difference = cases.largest_difference(call, model, precision, n_rows)
    assert difference < cases.TOLERANCE, f"{model} {precision}: off by {difference} VMAF"
    return call
