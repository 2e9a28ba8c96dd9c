# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train teacher`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from vmaf_train.commands import Command, Context, Outcome, a_feature_set, add_report, beside, positive
from vmaf_train.data.augment import Mix, augment
from vmaf_train.data.coverage import HIGH_MOTION2, Coverage, coverage
from vmaf_train.data.feature_set import FEATURE_SETS
from vmaf_train.data.table import column, concatenate, read_table, sources_of, task_of, write_table
from vmaf_train.data.task import Asked
from vmaf_train.data.teacher import Teacher, read_teacher, require_agreement
from vmaf_train.files import sha256_of
from vmaf_train.outputs import Outputs

_N_ROWS, _SEED = 120_000, 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, required=True, help="a model file of libvmaf over the features of --data"
    )
    parser.add_argument("--data", type=Path, required=True, help="a table of `vmaf-train corpus` (.parquet)")
    parser.add_argument("--out", type=Path, required=True, help="the table to write (.parquet)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--rows", type=positive, default=_N_ROWS, help="new rows (default: %(default)s)")
    what.add_argument(
        "--relabel", action="store_true", help="no new rows: label those of --data, whatever they say now"
    )
    parser.add_argument("--seed", type=int, default=_SEED, help="same seed, same rows (default: %(default)s)")
    parser.add_argument(
        "--features",
        type=a_feature_set,
        metavar="SET",
        help=f"{', '.join(FEATURE_SETS)} (default: the table's)",
    )
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    return Outputs({"table": args.out}, args.report or beside(args.out))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    table = read_table(args.data, labelled=not args.relabel, asked=Asked(args.features))
    teacher = read_teacher(args.model, task_of(table).features)
    inputs = {"model": args.model, "data": args.data}
    metadata = {
        "teacher": f"{args.model.stem} sha256:{sha256_of(args.model)}",
        "run_provenance": json.dumps(context.run.provenance(inputs, {})),
    }
    if args.relabel:
        table = teacher.label(table)
        lines, figures = [f"{table.num_rows} rows labelled in {args.out}"], {"n_rows": table.num_rows}
    else:
        table, lines, figures = _augment(args, table, teacher, context)
    write_table(args.out, table, metadata)
    return Outcome(lines=lines, figures={"teacher": metadata["teacher"], **figures}, inputs=inputs)


def _augment(
    args: argparse.Namespace, real: pa.Table, teacher: Teacher, context: Context
) -> tuple[pa.Table, list[str], dict[str, object]]:
    mix, names = Mix(), task_of(real).features.names
    difference = require_agreement(teacher, real, args.data)
    new = augment(real, teacher, args.rows, seed=args.seed, mix=mix, progress=context.progress("rows"))
    before = coverage(real, real, context.progress("coverage before"))
    after = coverage(real, concatenate([real, new]), context.progress("coverage after"))
    kinds = column(new, "codec").tolist()
    figures = {
        "n_rows": new.num_rows,
        "n_rows_by_codec": {kind: kinds.count(kind) for kind in mix.shares},
        "mix": asdict(mix),
        "largest_difference": difference,
        "features": list(names),
        "coverage_before": before.to_json(),
        "coverage_after": after.to_json(),
    }
    n_sources = len(sources_of(real))
    lines = [
        f"{new.num_rows} rows around {real.num_rows} of {n_sources} sources in {args.out}; the teacher is"
        f" within {difference:.1g} VMAF of their labels",
        *_coverage_lines(names, before, after),
    ]
    return new, lines, figures


def _coverage_lines(names: Sequence[str], before: Coverage, after: Coverage) -> list[str]:
    width = max(10, *map(len, names))
    lines = [f"{name:{width}} {_range(before, i)} -> {_range(after, i)}" for i, name in enumerate(names)]
    if before.high_motion2 is not None:
        lines.append(
            f"motion2 above {HIGH_MOTION2:g} in {before.high_motion2:.1%} -> {after.high_motion2:.1%} of rows"
        )
    if before.nearness and after.nearness:
        figures = zip(asdict(before.nearness).items(), asdict(after.nearness).values(), strict=True)
        distances = ", ".join(f"{name} {a:.3f} -> {b:.3f}" for (name, a), b in figures)
        lines.append(f"standard deviations to the nearest row of another source: {distances}")
    return lines


def _range(rows: Coverage, i: int) -> str:
    return f"{rows.feature_min[i]:6.3f} to {rows.feature_max[i]:6.3f}"


COMMAND = Command(
    name="teacher",
    about=(
        "Makes rows that no clip has given and labels them with a model file of libvmaf, which scores any"
        " feature vector: jitter along the local covariance, points between rows, and a margin beyond them"
        " (motion2 up to 40, features above 1 and down to 0; of v1 cambi and chroma, too). The report says"
        " what that covers. Each new row"
        " belongs to the source of its parents: train on both tables, split by source. The teacher must"
        " first give the labels that the table has."
    ),
    example="vmaf-train teacher --model vmaf_v0.6.1.json --data corpus.parquet --out augmented.parquet",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
