# SPDX-License-Identifier: BSD-3-Clause
"""Flags for which numbers of a report are shown, and which are too low."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.report.statistics import DEFAULT_POOLING, check_pooling

if TYPE_CHECKING:
    from vmaf_dnn.report.limits import Limit


@dataclass(frozen=True)
class Numbers:
    """What is asked for: the headline's pooling, how many of the worst frames, and limits."""

    pool: str = DEFAULT_POOLING
    n_worst: int = 0
    limits: tuple[Limit, ...] = ()


def add_number_flags(flags: FlagGroup) -> None:
    """Add the flags of the headline, of the worst frames, and of limits."""
    flags.text(
        "--pool",
        metavar="WORD",
        default=DEFAULT_POOLING,
        help="the headline: mean (the default), harmonic_mean, min, max, p5 or another percentile, stddev,"
        " worst_second",
    )
    flags.number("--worst", default=0, help="name the N frames with the lowest score, half a second apart")
    flags.text(
        "--fail-below",
        metavar="LIMITS",
        action="append",
        help="end with 3 if a clip's score is lower: 'mean=93,p1=85', or of one model 'vmaf_tiny_v4:p5=80'",
    )


def numbers_of(arguments: argparse.Namespace) -> Numbers:
    """Return what the flags ask for. Raises `InvalidArgument`."""
    limits = _limits(arguments.fail_below) if arguments.fail_below else ()
    return Numbers(check_pooling(arguments.pool), arguments.worst, limits)


def _limits(texts: Sequence[str]) -> tuple[Limit, ...]:
    from vmaf_dnn.report.limits import parse_limits

    return tuple(limit for text in texts for limit in parse_limits(text))
