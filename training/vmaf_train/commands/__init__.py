# SPDX-License-Identifier: BSD-3-Clause
"""One file a subcommand: its arguments, and a `run` that calls the library and says what came of it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.feature_set import FEATURE_SETS, FeatureSet, feature_set
from vmaf_train.data.task import Asked
from vmaf_train.files import Progress
from vmaf_train.outputs import Outputs
from vmaf_train.provenance import Files, Run


@dataclass(frozen=True)
class Outcome:
    """What a command did: lines for people, figures for the report, and the files that it read.

    `finish` is called when the report is written: what a run keeps in case it is killed can go then.
    """

    lines: list[str]
    figures: Mapping[str, object]
    inputs: Files
    passed: bool = True
    finish: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Context:
    """What the command line gives a command beside its arguments."""

    run: Run
    progress: Callable[[str], Progress] = field(repr=False)


@dataclass(frozen=True)
class Command:
    """A subcommand as the command line sees it; `about` teaches, `example` can be pasted.

    `outputs` tells from the arguments which files `run` will write: the command line refuses those that
    exist (unless --force), and puts their digests into the report, which it writes last.
    """

    name: str
    about: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    outputs: Callable[[argparse.Namespace], Outputs]
    run: Callable[[argparse.Namespace, Context], Outcome]


def add_report(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the `--report` that every subcommand takes; without it the report is `default`."""
    parser.add_argument("--report", type=Path, help=f"JSON report with its provenance (default: {default})")


_TABLES = "tables of `vmaf-train corpus` (.parquet)"
_SAMPLES = ", or samples of what a model that takes no rows does take (.npz)"


def add_tables(parser: argparse.ArgumentParser, *, with_samples: bool = False) -> None:
    """Add the tables, whose rows are taken together."""
    parser.add_argument(
        "--data", type=Path, required=True, nargs="+", help=_TABLES + (_SAMPLES if with_samples else "")
    )


def tables_in(data: list[Path]) -> list[Path]:
    """Leave samples out, which are for models that take no rows."""
    return [path for path in data if path.suffix != ".npz"] or data


def add_task(parser: argparse.ArgumentParser, *, with_range: bool = True) -> None:
    """Add what of the tables' own task may be had otherwise."""
    parser.add_argument(
        "--features",
        type=a_feature_set,
        metavar="SET",
        help=f"{', '.join(FEATURE_SETS)}, or columns, as in adm3,motion3 (default: the tables')",
    )
    parser.add_argument("--target", metavar="COLUMN", help="that is fitted (default: as above)")
    if with_range:
        parser.add_argument(
            "--range",
            type=a_range,
            dest="output_range",
            metavar="LOW:HIGH",
            help="of the target, to which reports clip, as in 1:5 (default: as above)",
        )


def asked(args: argparse.Namespace) -> Asked:
    """Return what `add_task` was told."""
    return Asked(args.features, args.target, args.output_range)


def a_feature_set(text: str) -> FeatureSet:
    """Parse an argument: a set by name, or columns."""
    try:
        return feature_set(text)
    except InvalidArgument as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def a_range(text: str) -> tuple[float, float]:
    """Parse an argument: `1:5`."""
    lowest, _, highest = text.partition(":")
    bounds = float(lowest), float(highest)
    if not -math.inf < bounds[0] < bounds[1] < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no range; give the lower end first, as in 1:5")
    return bounds


def add_data(parser: argparse.ArgumentParser, *, with_samples: bool = False) -> None:
    """Add the tables and the sources kept out of training."""
    add_tables(parser, with_samples=with_samples)
    parser.add_argument(
        "--held-out", type=Path, help='JSON with "sources": content that no model is trained on'
    )


def positive(text: str) -> int:
    """Parse an argument: a whole number of at least 1."""
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{value} is below 1")
    return value


def beside(output: Path, suffix: str = ".report.json") -> Path:
    """`folder/name.report.json` for `folder/name.ext`."""
    return output.with_name(output.stem + suffix)
