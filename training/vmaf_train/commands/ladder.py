# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train ladder`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, add_task, asked
from vmaf_train.commands.fit_arguments import (
    add_groups,
    add_recipe,
    add_seeds,
    add_work,
    recipe_of,
    work_of,
)
from vmaf_train.data.table import read_held_out, read_tables, task_of
from vmaf_train.fit.net import HIDDEN, arch_of, hidden_of
from vmaf_train.outputs import Outputs, UsageError
from vmaf_train.study.costs import costs
from vmaf_train.study.folds import contents, hold_out, leave_one_out, read_groups
from vmaf_train.study.ladder import climb, ladder_lines
from vmaf_train.study.plots import PLOTS, write_plots
from vmaf_train.study.runs import Job, Protocol, clear, kept_files, run_jobs

_WIDER = "mlp_128_64_32"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rungs",
        nargs="+",
        type=_rung,
        default=[*HIDDEN, _WIDER],
        metavar="NET",
        help=f"narrow to wide, by name or as in {_WIDER} (default: the three models' and that one)",
    )
    add_data(parser)
    add_task(parser)
    add_groups(parser)
    add_recipe(parser, "descent")
    add_seeds(parser)
    parser.add_argument("--plots", type=Path, help=f"a folder for {' and '.join(PLOTS)} (default: none)")
    add_work(parser)
    add_report(parser, "ladder.json")


def _rung(text: str) -> str:
    try:
        return arch_of(hidden_of(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _report(args: argparse.Namespace) -> Path:
    return args.report or Path("ladder.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    if len(set(args.rungs)) < len(args.rungs):
        raise UsageError(f"--rungs {' '.join(args.rungs)} has one net twice; name each once.")
    plots = [args.plots / name for name in PLOTS] if args.plots else []
    return Outputs({"plots": plots}, _report(args))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    protocol, recipe = _protocol(args), recipe_of(args)
    jobs = [Job(arch, replace(recipe, seed=seed)) for arch in args.rungs for seed in args.seeds]
    kept = kept_files(protocol, jobs, work_of(args, _report(args)))
    judgements = run_jobs(protocol, jobs, kept, args.jobs, context.progress("rungs and seeds"))
    n_seeds = len(args.seeds)
    rungs = {arch: judgements[i * n_seeds : (i + 1) * n_seeds] for i, arch in enumerate(args.rungs)}
    found = climb(
        rungs, costs(args.rungs, context.progress("latency"), len(task_of(protocol.table).features.names))
    )
    if args.plots:
        write_plots(found, args.plots)
    return Outcome(
        lines=list(ladder_lines(found)),
        figures={
            "protocol": "held out" if args.held_out else "leave one out",
            "recipe": {key: value for key, value in asdict(recipe).items() if key != "seed"},
            "seeds": list(args.seeds),
            "n_rows": protocol.table.num_rows,
            "n_folds": len(protocol.folds),
            **found,
        },
        inputs={"data": args.data, "held_out": args.held_out, "groups": args.groups},
        finish=partial(clear, [] if args.work else kept),
    )


def _protocol(args: argparse.Namespace) -> Protocol:
    table, groups = read_tables(args.data, asked(args)), read_groups(args.groups)
    if args.held_out is None:
        folds = leave_one_out(table, groups)
        return Protocol(table, folds, folds)
    return Protocol(table, hold_out(table, read_held_out(args.held_out)), contents(table, groups))


COMMAND = Command(
    name="ladder",
    about=(
        "Fits each rung with each seed, to all but the held-out sources (without --held-out: leaving out one"
        " content after the other), and judges it on what was left out. Prints error beside parameters, bytes"
        " and one-row latency, and what each step up the ladder changes, with 95 % confidence intervals of"
        " paired differences. A run that was killed goes on after its last finished seed."
    ),
    example="vmaf-train ladder --data corpus.parquet --groups groups.json --plots docs/research",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
