# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train loso`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report, add_tables, add_task, asked
from vmaf_train.commands.fit_arguments import (
    add_groups,
    add_net,
    add_recipe,
    add_seeds,
    add_work,
    recipe_of,
    work_of,
)
from vmaf_train.data.table import read_tables
from vmaf_train.fit.net import hidden_of
from vmaf_train.outputs import Outputs
from vmaf_train.study.folds import leave_one_out, read_groups
from vmaf_train.study.loso import summary, table_lines
from vmaf_train.study.runs import Job, Protocol, clear, kept_files, run_jobs


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_net(parser)
    add_tables(parser)
    add_task(parser)
    add_groups(parser)
    add_recipe(parser, "descent")
    add_seeds(parser)
    parser.add_argument(
        "--min-plcc", type=float, default=-1.0, help="exit 1 below this mean over folds (default: no limit)"
    )
    add_work(parser)
    add_report(parser, "loso_<arch>.json")


def _report(args: argparse.Namespace) -> Path:
    return args.report or Path(f"loso_{args.arch}.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    return Outputs(report=_report(args))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    table, recipe = read_tables(args.data, asked(args)), recipe_of(args)
    folds = leave_one_out(table, read_groups(args.groups))
    protocol = Protocol(table, folds, folds)
    jobs = [Job(args.arch, replace(recipe, seed=seed)) for seed in args.seeds]
    kept = kept_files(protocol, jobs, work_of(args, _report(args)))
    judgements = run_jobs(protocol, jobs, kept, args.jobs, context.progress(args.arch))
    found = summary(args.seeds, judgements)
    plcc = found["overall"]["mean_plcc"]
    missed = [] if plcc >= args.min_plcc else [f"mean PLCC {plcc:.6f}, at least {args.min_plcc} is required"]
    return Outcome(
        lines=[*table_lines(found), *missed],
        figures={
            "arch": args.arch,
            "hidden": list(hidden_of(args.arch)),
            "recipe": {key: value for key, value in asdict(recipe).items() if key != "seed"},
            "seeds": list(args.seeds),
            "n_folds": len(folds),
            "groups": {fold.name: list(fold.sources) for fold in folds if len(fold.sources) > 1},
            **found,
        },
        inputs={"data": args.data, "groups": args.groups},
        passed=not missed,
        finish=partial(clear, [] if args.work else kept),
    )


COMMAND = Command(
    name="loso",
    about=(
        "Leave one source out: for each source of the table (each group of sources) a net is fitted to all"
        " others, with a scaler of its own, and judged on that source's real rows, clipped, against libvmaf:"
        " PLCC, tie-aware SROCC, RMSE and largest error, per fold and as mean ± standard deviation over folds"
        " and seeds. A run that was killed goes on after its last finished seed."
    ),
    example="vmaf-train loso --arch mlp_small --data corpus.parquet --groups groups.json --seeds 0..4",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
