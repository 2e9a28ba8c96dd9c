# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train train`."""

from __future__ import annotations

import argparse
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, add_task, asked, beside
from vmaf_train.commands.fit_arguments import add_net, add_recipe, not_negative, recipe_of
from vmaf_train.data.table import read_held_out, read_tables, split_by_source
from vmaf_train.fit.net import hidden_of, save_checkpoint
from vmaf_train.fit.train import train
from vmaf_train.outputs import Outputs


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_net(parser)
    add_data(parser)
    add_task(parser)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write (.ckpt)")
    add_recipe(parser, "default")
    parser.add_argument("--seed", type=not_negative, default=0, help="same seed, same bytes (default: 0)")
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    return Outputs(
        {"checkpoint": args.out}, args.report or beside(args.out, f"{args.out.suffix}.report.json")
    )


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    table = split_by_source(read_tables(args.data, asked(args)), read_held_out(args.held_out)).train
    checkpoint = train(args.arch, table, recipe_of(args), context.progress(args.arch))
    save_checkpoint(args.out, checkpoint)
    fit = checkpoint.training["fit"]
    return Outcome(
        lines=[
            f"{args.arch} fitted to {fit['n_rows']} rows of {len(checkpoint.training['sources'])} sources:"
            f" RMSE {fit['rmse']:.3f}, largest error {fit['max_error']:.2f} on them; {args.out}"
        ],
        figures={
            "arch": args.arch,
            "hidden": list(hidden_of(args.arch)),
            "task": checkpoint.task.to_json(),
            **checkpoint.training,
        },
        inputs={"data": args.data, "held_out": args.held_out},
    )


COMMAND = Command(
    name="train",
    about=(
        "Fits a fusion model to the target of the tables, by default vmaf_v0.6.1 over the canonical six:"
        " AdamW with averaged weights, then L-BFGS over all rows."
        " Sources named in --held-out are left out, so that a model can be judged on content it has never"
        " seen. --recipe published is how the published models were trained: Adam at 1e-3 on the clipped"
        " score, 90 epochs of batches of 256. --features and --target take any columns of numbers: for"
        " mean opinion scores --target mos --range 1:5."
    ),
    example="vmaf-train train --arch mlp_small --data corpus.parquet --held-out held_out.json --out s.ckpt",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
