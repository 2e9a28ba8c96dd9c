# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train validate`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside, positive
from vmaf_train.data.table import read_held_out, read_tables, split_by_source, task_of
from vmaf_train.data.task import Asked, Task
from vmaf_train.metrics import Agreement
from vmaf_train.outputs import Outputs
from vmaf_train.publish.evaluation import Evaluation, Gate, evaluate, misses
from vmaf_train.publish.quality import AGAINST, record_quality
from vmaf_train.publish.sidecar import ModelFiles, asked_of

_MIN_PLCC = 0.97  # a smoke test, as published; what ships has a gate of its own in its plan


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--onnx", type=Path, required=True, nargs="+", help="models to judge; int8 files beside them too"
    )
    parser.add_argument(
        "--compare", type=Path, default=[], nargs="+", help="models to show beside them, not judged"
    )
    add_data(parser)
    parser.add_argument("--target", metavar="COLUMN", help="of the tables (default: what it was trained on)")
    parser.add_argument("--min-plcc", type=float, default=_MIN_PLCC, help="default: %(default)s")
    parser.add_argument("--max-rmse", type=float, help="VMAF points (default: no limit)")
    parser.add_argument("--max-error", type=float, help="of any frame, VMAF points (default: no limit)")
    parser.add_argument(
        "--max-plcc-drop",
        type=float,
        default=Gate().max_plcc_drop,
        help="of int8 against fp32 (default: %(default)s)",
    )
    parser.add_argument(
        "--record", action="store_true", help="write the figures into the sidecars, as `quality`"
    )
    parser.add_argument(
        "--rows", type=positive, help="judge by so many of the rows, the same every time (default: all)"
    )
    add_report(parser, "<first onnx>.validation.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    updates = {path.stem: ModelFiles(path).sidecar for path in args.onnx if args.record}
    return Outputs(report=args.report or beside(args.onnx[0], ".validation.json"), updates=updates)


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    gate = Gate(args.min_plcc, args.max_rmse, args.max_plcc_drop, args.max_error)
    tables: dict[Asked, pa.Table] = {}
    names = _names([*args.onnx, *args.compare])
    evaluations: dict[str, Evaluation] = {}
    missed: list[str] = []
    for path in args.onnx:
        int8_file, name = ModelFiles(path).int8, names[path]
        table = _table(args, ModelFiles(path), tables)
        fp32 = evaluations[name] = evaluate(path, table, context.progress(name))
        int8 = evaluate(int8_file, table) if int8_file.exists() else None
        missed += misses(name, fp32, int8, gate)
        if args.record:
            record_quality(ModelFiles(path), fp32, int8, _against(table))
        evaluations |= {f"{name} int8": int8} if int8 else {}
    compared = {names[path]: evaluate(path, _table(args, ModelFiles(path), tables)) for path in args.compare}
    return Outcome(
        lines=[*table_lines(evaluations | compared), *missed],
        figures={
            "gate": gate.to_json(),
            "missed": missed,
            "models": {name: evaluation.to_json() for name, evaluation in evaluations.items()},
            "compared": {name: evaluation.to_json() for name, evaluation in compared.items()},
        },
        inputs={
            "onnx": args.onnx,
            "compare": args.compare,
            "data": args.data,
            "held_out": args.held_out,
        },
        passed=not missed,
    )


def _table(args: argparse.Namespace, files: ModelFiles, tables: dict[Asked, pa.Table]) -> pa.Table:
    """Return the rows to judge by, with the columns that the model is over; read once for models alike."""
    asked = asked_of(files, args.target)
    if asked not in tables:
        split = split_by_source(read_tables(args.data, asked), read_held_out(args.held_out))
        tables[asked] = _some(split.held_out if args.held_out else split.train, args.rows)
    return tables[asked]


def _against(table: pa.Table) -> str:
    """Return what the truth is called."""
    task = task_of(table)
    return AGAINST if task == Task() else task.target


def _some(table: pa.Table, n_rows: int | None) -> pa.Table:
    if n_rows is None or n_rows >= table.num_rows:
        return table
    chosen = np.random.default_rng(0).permutation(table.num_rows)[:n_rows]
    return table.take(np.sort(chosen))


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return what each model is called in the table: its stem, with its folder if another has the same."""
    stems = [path.stem for path in paths]
    names: dict[Path, str] = {}
    for path in paths:
        name = path.stem if stems.count(path.stem) == 1 else f"{path.parent.name}/{path.stem}"
        while name in names.values():
            name += "'"
        names[path] = name
    return names


def table_lines(evaluations: Mapping[str, Evaluation]) -> list[str]:
    """One aligned line a model; RMSE and largest error of all rows, ordinary encodes, odd distortions."""
    width = max(len(name) for name in evaluations)
    head = f"{'RMSE, largest':>16}{'ordinary':>16}{'odd':>16}"
    lines = [f"{'model':{width}} {'rows':>6} {'PLCC':>9} {'SROCC':>9}{head}"]
    for name, found in evaluations.items():
        a = found.overall
        errors = "".join(map(_errors, (a, found.ordinary, found.odd)))
        lines.append(f"{name:{width}} {a.n_rows:6} {a.plcc:9.6f} {a.srocc:9.6f}{errors}")
    return lines


def _errors(part: Agreement | None) -> str:
    return f"{part.rmse:9.3f}{part.max_error:7.2f}" if part else f"{'-':>16}"


COMMAND = Command(
    name="validate",
    about=(
        "Scores the real rows of the held-out sources (of the whole table without --held-out) in fp32 and"
        " int8, clips as reports do, and compares with the target, libvmaf's score or another: PLCC,"
        " tie-aware SROCC, RMSE and largest error, over all rows, ordinary encodes and odd"
        " distortions; in the report also per family of distortions, kind of content and source."
    ),
    example="vmaf-train validate --onnx models/my_small.onnx --data corpus.parquet --held-out held_out.json",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
