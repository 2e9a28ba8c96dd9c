# SPDX-License-Identifier: BSD-3-Clause
"""Flags for what is made of several encodes together."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmaf_dnn.cli.flags.group import FlagGroup

if TYPE_CHECKING:
    from vmaf_dnn.report import Report
    from vmaf_dnn.report.limits import Limit


def add_ladder_flags(flags: FlagGroup) -> None:
    """Add the flags of a ladder."""
    flags.text(
        "--ladder",
        metavar="FILE",
        action="append",
        nargs="?",
        const="",
        default=[],
        help="groups, BD-rates and the hull, below the table and in a .json, .csv, .png or .svg; repeatable",
    )
    add_grouping_flags(flags)


def add_grouping_flags(flags: FlagGroup) -> None:
    """Add the flags of which encodes belong together, and of which one is looked for."""
    flags.text("--group", metavar="REGEX", help="what in a clip's name groups it (default: the codec)")
    flags.text("--target", metavar="LIMITS", help="name the cheapest encode that has it: 'mean=93,p5=85'")


@dataclass(frozen=True)
class LadderFlags:
    """What the flags ask for.

    Attributes:
        are_given: whether any is.
        files: to be written.
        group: a regular expression; None: codecs are groups.
        targets: scores that are to be reached.
    """

    are_given: bool = False
    files: tuple[str, ...] = ()
    group: str | None = None
    targets: tuple[Limit, ...] = ()

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> LadderFlags:
        """Read the flags. Raises `InvalidArgument`."""
        if not (arguments.ladder or arguments.group is not None or arguments.target is not None):
            return cls()
        from vmaf_dnn.cli.ladder import check_flags
        from vmaf_dnn.report.limits import parse_limits

        targets = () if arguments.target is None else parse_limits(arguments.target)
        flags = cls(True, tuple(file for file in arguments.ladder if file), arguments.group, targets)
        check_flags(flags, arguments.distorted, arguments.pool)
        return flags

    def check(self, inputs: Sequence[str], scores: Sequence[str], n_clips: int) -> None:
        """Refuse, before the long work, what can't be written over `inputs`, or computed."""
        if self.are_given:
            from vmaf_dnn.cli.ladder import check_can_give

            check_can_give(self, inputs, scores, n_clips)

    def give(self, reports: Sequence[Report], *, is_silent: bool) -> None:
        """Write the files, and print the rest unless it is to be silent; nothing if no flag is given."""
        if self.are_given:
            from vmaf_dnn.cli.ladder import give

            give(self, reports, is_silent=is_silent)
