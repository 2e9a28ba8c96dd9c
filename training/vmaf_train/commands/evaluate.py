# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train evaluate`."""

import argparse
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside
from vmaf_train.evaluate import Evaluation, Gate, evaluate, misses
from vmaf_train.metrics import Agreement
from vmaf_train.sidecar import ModelFiles
from vmaf_train.table import read_held_out, read_table, split_by_source


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--onnx", type=Path, required=True, nargs="+", help="fp32 models; int8 files beside them too"
    )
    add_data(parser)
    gate = Gate()
    parser.add_argument("--min-plcc", type=float, default=gate.min_plcc, help="default: %(default)s")
    parser.add_argument(
        "--max-rmse", type=float, default=gate.max_rmse, help="VMAF points (default: %(default)s)"
    )
    parser.add_argument(
        "--max-plcc-drop",
        type=float,
        default=gate.max_plcc_drop,
        help="of int8 against fp32 (default: %(default)s)",
    )
    add_report(parser, "<first onnx>.evaluation.json")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    gate = Gate(args.min_plcc, args.max_rmse, args.max_plcc_drop)
    split = split_by_source(read_table(args.data), read_held_out(args.held_out))
    table = split.held_out if args.held_out else split.train
    evaluations: dict[str, Evaluation] = {}
    missed: list[str] = []
    for files in map(ModelFiles, args.onnx):
        fp32 = evaluate(files.onnx, table)
        int8 = evaluate(files.int8, table, context.progress(files.int8.name)) if files.int8.exists() else None
        missed += misses(files.id, fp32, int8, gate)
        evaluations |= {files.id: fp32} | ({f"{files.id} int8": int8} if int8 else {})
    return Outcome(
        lines=[*table_lines(evaluations), *missed],
        figures={
            "gate": gate.to_json(),
            "missed": missed,
            "models": {name: evaluation.to_json() for name, evaluation in evaluations.items()},
        },
        inputs={"onnx": args.onnx, "data": args.data, "held_out": args.held_out},
        outputs={},
        report=args.report or beside(args.onnx[0], ".evaluation.json"),
        passed=not missed,
    )


def table_lines(evaluations: dict[str, Evaluation]) -> list[str]:
    """One aligned line a model."""
    lines = [
        f"{'model':24} {'rows':>6} {'PLCC':>9} {'SROCC':>9} {'RMSE':>7} {'largest':>8}   ordinary  odd (RMSE)"
    ]
    for name, evaluation in evaluations.items():
        a = evaluation.overall
        parts = f"{_rmse(evaluation.ordinary):>8}  {_rmse(evaluation.odd)}"
        lines.append(
            f"{name:24} {a.n_rows:6} {a.plcc:9.6f} {a.srocc:9.6f} {a.rmse:7.3f} {a.max_error:8.2f}   {parts}"
        )
    return lines


def _rmse(part: Agreement | None) -> str:
    return f"{part.rmse:.3f}" if part else "-"


COMMAND = Command(
    name="evaluate",
    summary="models against vmaf_v0.6.1 on held-out sources; exit 1 if they miss the gate",
    about=(
        "Scores every row of the held-out sources (of the whole table without --held-out) in fp32 and int8,"
        " clips as reports do, and compares with libvmaf's own score: PLCC, tie-aware SROCC, RMSE and"
        " largest error, overall, per family of distortions, kind of content and source."
    ),
    example="vmaf-train evaluate --onnx models/my_small.onnx --data corpus.parquet --held-out held_out.json",
    add_arguments=_add_arguments,
    run=_run,
)
