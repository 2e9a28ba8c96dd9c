# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train quant-gate`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside, tables_in
from vmaf_train.data.table import read_held_out, read_tables, split_by_source, task_of
from vmaf_train.data.task import Asked
from vmaf_train.files import Progress
from vmaf_train.outputs import Outputs, UsageError
from vmaf_train.publish.int8_gate import Candidate, Limits, Verdict, candidates, judge
from vmaf_train.publish.kind_gate import KindLimits, KindVerdict, judge_samples
from vmaf_train.publish.sidecar import ModelFiles, asked_of, takes_rows
from vmaf_train.quantize.quantize import clip_rows
from vmaf_train.quantize.samples import read_samples, split_samples

_POINTS = "VMAF points (default: %(default)s)"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path, nargs="+", help="fp32 models with their int8 file beside them")
    which.add_argument(
        "--all", action="store_true", help="each model of --registry that runs int8 by default"
    )
    parser.add_argument("--registry", type=Path, help="the registry.json that --all is about")
    parser.add_argument(
        "--pinned", action="store_true", help="with --all: int8 files that are only pinned, too"
    )
    add_data(parser, with_samples=True)
    limits = Limits()
    parser.add_argument(
        "--max-mean", type=float, default=limits.mean_abs, help=f"of |int8 - fp32|, {_POINTS}"
    )
    parser.add_argument("--max-abs", type=float, default=limits.max_abs, help=f"of any row, {_POINTS}")
    parser.add_argument("--max-bias", type=float, default=limits.bias, help=f"of int8 - fp32, {_POINTS}")
    parser.add_argument(
        "--max-plcc-drop",
        type=float,
        help=f"1 - PLCC (default: the budget of the entry in the registry, else {limits.plcc_drop})",
    )
    add_report(parser, "<first model or registry>.quant-gate.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    if args.all != (args.registry is not None) or (args.pinned and not args.all):
        raise UsageError("--all needs --registry, and --registry and --pinned need --all; give both.")
    return Outputs(report=args.report or beside(args.registry or args.model[0], ".quant-gate.json"))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    judged = (
        candidates(args.registry, pinned=args.pinned) if args.all else list(map(_unregistered, args.model))
    )
    tables: dict[Asked, pa.Table] = {}
    verdicts = {
        one.files.id: _verdict(args, one, tables, context.progress(one.files.int8.name)) for one in judged
    }
    missed = [sentence for verdict in verdicts.values() for sentence in verdict.missed]
    modes = {one.files.id: one.quant_mode for one in judged}
    return Outcome(
        lines=[*table_lines(verdicts, modes), *missed],
        figures={
            "missed": missed,
            "models": {
                name: {"quant_mode": modes[name], **verdict.to_json()} for name, verdict in verdicts.items()
            },
        },
        inputs={
            "registry": args.registry,
            "fp32": [one.files.onnx for one in judged],
            "int8": [one.files.int8 for one in judged],
            "data": args.data,
            "held_out": args.held_out,
        },
        passed=not missed,
    )


def _verdict(
    args: argparse.Namespace, one: Candidate, tables: dict[Asked, pa.Table], progress: Progress
) -> Verdict | KindVerdict:
    if not takes_rows(one.files):
        samples = read_samples(args.data, one.files.onnx)
        training, held_out = split_samples(samples, read_held_out(args.held_out))
        limits = KindLimits(plcc_drop=_limits(args, one).plcc_drop)
        return judge_samples(one.files, held_out if args.held_out else training, limits, progress)
    asked = asked_of(one.files)
    if asked not in tables:
        split = split_by_source(read_tables(tables_in(args.data), asked), read_held_out(args.held_out))
        tables[asked] = split.held_out if args.held_out else split.train
    table = tables[asked]
    return judge(one.files, clip_rows(table), _limits(args, one), progress, task_of(table).output_range)


def _unregistered(path: Path) -> Candidate:
    return Candidate(ModelFiles(path))


def _limits(args: argparse.Namespace, one: Candidate) -> Limits:
    points = Limits(args.max_mean, args.max_abs, args.max_bias)
    drops = (args.max_plcc_drop, one.budget_plcc, points.plcc_drop)
    return replace(points, plcc_drop=next(drop for drop in drops if drop is not None))


def table_lines(verdicts: Mapping[str, Verdict | KindVerdict], modes: Mapping[str, str | None]) -> list[str]:
    """One aligned line a model."""
    width = max(24, *map(len, verdicts))
    lines = [
        f"{'int8 against fp32':{width}} mode      rows  mean |Δ|  max |Δ|     bias  PLCC drop  synthetic"
        "   bytes  of fp32"
    ]
    for name, found in verdicts.items():
        moved = found.drift
        share = moved.int8_bytes / moved.fp32_bytes
        lines.append(
            f"{name:{width}} {modes[name] or '-':7} {moved.n_rows:6} {moved.mean_abs:9.4f}"
            f" {moved.max_abs:8.3f} {moved.bias:+8.4f} {moved.plcc_drop:10.1e}"
            f" {_synthetic(found):>10} {moved.int8_bytes:7} {share:8.0%}"
            f"  {'missed' if found.missed else 'passed'}"
        )
    return lines


def _synthetic(found: Verdict | KindVerdict) -> str:
    return f"{found.synthetic_plcc_drop:.1e}" if isinstance(found, Verdict) else "-"


COMMAND = Command(
    name="quant-gate",
    about=(
        "Scores the held-out rows of clips (all, without --held-out) in fp32 and int8 as the library runs"
        " them, and the 16 made-up rows of the published check: mean and largest difference, bias, and"
        " 1 - PLCC on both. On some rows it also sees to it that a score depends neither on the batch nor"
        " on the engine. A model that takes no rows is judged on samples, each run alone: 1 - PLCC of all"
        " values that come out, and their bias as a share of what they spread."
    ),
    example="vmaf-train quant-gate --model models/mine.onnx --data corpus.parquet --held-out held_out.json",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
