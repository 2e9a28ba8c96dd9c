# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train train`."""

import argparse
from dataclasses import replace
from pathlib import Path

from vmaf_train.arch import HIDDEN, save_checkpoint
from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside, positive
from vmaf_train.files import require_folder
from vmaf_train.optimise import Recipe
from vmaf_train.table import read_held_out, read_table, split_by_source
from vmaf_train.train import train


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--arch", choices=sorted(HIDDEN), required=True, help="257, 769 or 3073 parameters")
    add_data(parser)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint to write (.ckpt)")
    recipe = Recipe()
    parser.add_argument(
        "--epochs", type=positive, default=recipe.epochs, help="of AdamW (default: %(default)s)"
    )
    parser.add_argument(
        "--polish", type=positive, default=recipe.polish, help="steps of L-BFGS (default: %(default)s)"
    )
    parser.add_argument(
        "--polish-decay",
        type=float,
        default=recipe.polish_decay,
        help="weight of the squared weights in the second phase (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=recipe.seed, help="same seed, same bytes (default: %(default)s)"
    )
    add_report(parser, "<out>.report.json")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    require_folder(args.out)
    table = split_by_source(read_table(args.data), read_held_out(args.held_out)).train
    recipe = replace(
        Recipe(), epochs=args.epochs, polish=args.polish, polish_decay=args.polish_decay, seed=args.seed
    )
    checkpoint = train(args.arch, table, recipe, context.progress(args.arch))
    save_checkpoint(args.out, checkpoint)
    fit = checkpoint.training["fit"]
    return Outcome(
        lines=[
            f"{args.arch} fitted to {fit['n_rows']} rows of {len(checkpoint.training['sources'])} sources:"
            f" RMSE {fit['rmse']:.3f}, largest error {fit['max_error']:.2f} on them; {args.out}"
        ],
        figures={"arch": args.arch, **checkpoint.training},
        inputs={"data": args.data, "held_out": args.held_out},
        outputs={"checkpoint": args.out},
        report=args.report or beside(args.out),
    )


COMMAND = Command(
    name="train",
    summary="one table -> one checkpoint",
    about=(
        "Fits a fusion model to vmaf_v0.6.1: AdamW with averaged weights, then L-BFGS over all rows."
        " Sources named in --held-out are left out, so that `evaluate` can judge on content the model has"
        " never seen."
    ),
    example="vmaf-train train --arch mlp_small --data corpus.parquet --held-out held_out.json --out s.ckpt",
    add_arguments=_add_arguments,
    run=_run,
)
