# SPDX-License-Identifier: BSD-3-Clause
"""What `make bench` measures of sessions, as plain values."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import product
from typing import Any

import vmaf_dnn
from bench.dispatch import c_call, cases, settings, start
from bench.dispatch.graphs import work_per_row
from bench.harness.isas import ISAS
from bench.harness.measure import Call, Effort, Timing, interleave
from bench.harness.peaks import peaks

MODEL = "vmaf_tiny_v4"  # where one model stands for all: the largest
MANY_ROWS = 1_048_576
Record = dict[str, Any]


def record(name: str, timing: Timing, **facts: Any) -> Record:
    return {"runner": name, **facts, **asdict(timing)}


def dispatch() -> list[Record]:
    """Every runner of every case, in turns."""
    records = []
    for model, precision, n_rows in product(cases.MODELS, cases.PRECISIONS, cases.BATCHES):
        calls, differences = {}, {}
        for runner in cases.runners(precision, n_rows):
            calls[runner], differences[runner] = cases.open_checked(runner, model, precision, n_rows)
        for runner, timing in interleave(calls).items():
            facts = {"model": model, "precision": precision, "n_rows": n_rows}
            records.append(record(runner, timing, **facts, difference=differences[runner]))
    return records


def precisions() -> list[Record]:
    """Our fp32 against our int8, in turns of one case."""
    records = []
    for model, n_rows in product(cases.MODELS, cases.BATCHES):
        calls: dict[str, Call] = {
            p: cases.open_checked(cases.OURS, model, p, n_rows)[0] for p in cases.PRECISIONS
        }
        records += [record(p, t, model=model, n_rows=n_rows) for p, t in interleave(calls).items()]
    return records


def isas() -> list[Record]:
    records = []
    for precision, n_rows in product(cases.PRECISIONS, (1, 4096)):
        opened = {isa: settings.open_isa(isa, MODEL, precision, n_rows) for isa in ISAS}
        calls = {isa: call for isa, call in opened.items() if call is not None}
        calls[cases.ORT] = cases.open_checked(cases.ORT, MODEL, precision, n_rows)[0]
        facts = {"precision": precision, "n_rows": n_rows}
        records += [record(isa, timing, **facts) for isa, timing in interleave(calls).items()]
    return records


def roofline() -> list[Record]:
    """Our kernels in turns with the micro-kernels that give the peaks."""
    records = []
    for model, precision, n_rows in product(cases.MODELS, cases.PRECISIONS, cases.BATCHES[2:]):
        micro_kernels = peaks()
        calls: dict[str, Call] = {name: call for name, (call, _) in micro_kernels.items()}
        calls[cases.OURS] = cases.open_checked(cases.OURS, model, precision, n_rows)[0]
        timings = interleave(calls, Effort(21))
        rates = {name: macs / timings[name].median for name, (_, macs) in micro_kernels.items()}
        work = asdict(work_per_row(cases.path_of(model, precision)))
        facts = {"model": model, "precision": precision, "n_rows": n_rows, "work": work, "peaks": rates}
        records.append(
            record(cases.OURS, timings[cases.OURS], **facts, share=share(work, rates, n_rows, timings))
        )
    return records


def share(
    work: dict[str, int], rates: dict[str, float], n_rows: int, timings: dict[str, Timing]
) -> float | None:
    """The time that the multiply-adds take at the peaks, over the time that the call took."""
    fma = rates.get("fma_avx512") or rates.get("fma_avx2")
    if fma is None or (work["int8"] and "vnni_avx512" not in rates):
        return None
    at_peak = work["fp32"] / fma + (work["int8"] / rates["vnni_avx512"] if work["int8"] else 0.0)
    return n_rows * at_peak / timings[cases.OURS].median


def threads() -> list[Record]:
    records = []
    for precision in cases.PRECISIONS:
        calls = {
            str(n): Call(
                vmaf_dnn.Session(MODEL, precision=precision, threads=n).run, (cases.make_rows(MANY_ROWS),)
            )
            for n in (1, 2)
        }
        records += [record(n, t, precision=precision) for n, t in interleave(calls, Effort(15)).items()]
    return records


def opening() -> list[Record]:
    return [
        record(runner, timing, model=model, precision=precision)
        for model, precision in product(cases.MODELS, cases.PRECISIONS)
        for runner, timing in interleave(start.openers(model, precision), Effort(21)).items()
    ]


def c_calls() -> list[Record]:
    return [
        {"model": model, "precision": precision, "ns": c_call.c_call_medians(model, precision, 3)}
        for model, precision in product(cases.MODELS, cases.PRECISIONS)
    ]


def models() -> list[Record]:
    """Quality as the registry states it, size, and the memory that opening and running takes."""
    listed = json.loads(vmaf_dnn.registry_path().read_text())["models"]
    quality = {entry["id"]: entry["quality"] for entry in listed}
    infos = {info.id: info for info in vmaf_dnn.models()}
    records = []
    for model, precision in product(cases.MODELS, cases.PRECISIONS):
        session = vmaf_dnn.Session(model, precision=precision)
        memory = {name: start.peak_memory(name, model, precision) for name in (cases.OURS, cases.ORT)}
        facts = {"model": model, "precision": precision, "parameters": infos[model].n_params}
        records.append(
            {**facts, **quality[model][precision], "bytes": session.info.size_bytes, "memory": memory}
        )
    return records


PARTS = (dispatch, precisions, isas, roofline, threads, opening, c_calls, models)
