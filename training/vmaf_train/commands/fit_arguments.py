# SPDX-License-Identifier: BSD-3-Clause
"""What `train`, `loso` and `ladder` are asked alike: which net, fitted how."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from vmaf_train.commands import positive
from vmaf_train.fit.net import HIDDEN, arch_of
from vmaf_train.fit.recipe import RECIPES, Recipe

_WIDEST = 4096
_OVERRIDES = ("epochs", "polish", "polish_decay", "weight_augmented", "seed")


def add_net(parser: argparse.ArgumentParser) -> None:
    """`--arch` by name or `--hidden` by widths; both end up as `arch`."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--arch", choices=sorted(HIDDEN), help="257, 769 or 3073 parameters")
    group.add_argument(
        "--hidden",
        dest="arch",
        type=arch_of_widths,
        metavar="WIDTHS",
        help="widths of the hidden layers, as in 64,32,16",
    )


def add_recipe(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the recipe, and what of it may be had otherwise."""
    parser.add_argument(
        "--recipe",
        choices=sorted(RECIPES),
        default=default,
        help="default: AdamW, then L-BFGS; descent: AdamW alone; published: Adam as the published models"
        " were trained (default: %(default)s)",
    )
    parser.add_argument("--epochs", type=positive, help="of the first phase (default: the recipe's)")
    parser.add_argument("--polish", type=not_negative, help="steps of L-BFGS (default: the recipe's)")
    parser.add_argument(
        "--polish-decay", type=float, help="weight of the squared weights in L-BFGS (default: the recipe's)"
    )
    parser.add_argument(
        "--weight-augmented", type=float, help="of rows that no clip has given (default: the recipe's)"
    )


def add_seeds(parser: argparse.ArgumentParser) -> None:
    """`--seeds` and how many of them run at once."""
    parser.add_argument(
        "--seeds", type=seeds, default=tuple(range(5)), help="as in 0..4 or 0,1,2 (default: 0..4)"
    )
    parser.add_argument(
        "--jobs", type=positive, default=2, help="processes of one thread each (default: %(default)s)"
    )


def add_groups(parser: argparse.ArgumentParser) -> None:
    """Add `--groups`, without which each source is a content of its own."""
    parser.add_argument(
        "--groups", type=Path, help='JSON with "groups": sources of one film, left out together'
    )


def add_work(parser: argparse.ArgumentParser) -> None:
    """`--work`, where a run that was killed goes on."""
    parser.add_argument(
        "--work",
        type=Path,
        help="keeps finished seeds for good, for other runs too (default: <report>.work, until the end)",
    )


def work_of(args: argparse.Namespace, report: Path) -> Path:
    """Add the folder of the finished seeds."""
    return args.work or report.with_name(report.name + ".work")


def recipe_of(args: argparse.Namespace) -> Recipe:
    """Return the chosen recipe with what was given otherwise."""
    given = {name: getattr(args, name, None) for name in _OVERRIDES}
    return replace(
        RECIPES[args.recipe], **{name: value for name, value in given.items() if value is not None}
    )


def arch_of_widths(text: str) -> str:
    """Parse an argument: `64,32,16`, as the name of that architecture."""
    hidden = [int(width) for width in text.split(",")]
    if not all(1 <= width <= _WIDEST for width in hidden):
        raise argparse.ArgumentTypeError(f"widths {text} are not all within 1..{_WIDEST}")
    return arch_of(hidden)


def seeds(text: str) -> tuple[int, ...]:
    """Parse an argument: `0..4` (both ends) or `0,1,2`."""
    first, dots, last = text.partition("..")
    found = tuple(range(int(first), int(last) + 1)) if dots else tuple(map(int, text.split(",")))
    if not found or len(set(found)) < len(found) or min(found) < 0:
        raise argparse.ArgumentTypeError(f"{text} is not a list of different seeds from 0 on, as in 0..4")
    return found


def not_negative(text: str) -> int:
    """Parse an argument: a whole number of at least 0."""
    if (value := int(text)) < 0:
        raise argparse.ArgumentTypeError(f"{value} is below 0")
    return value
