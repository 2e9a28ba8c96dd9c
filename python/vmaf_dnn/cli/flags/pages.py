# SPDX-License-Identifier: BSD-3-Clause
"""Flags for what is made of reports to be looked at: a page, pictures, a plot."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmaf_dnn.cli.flags.group import FlagGroup

if TYPE_CHECKING:
    from vmaf_dnn.report import Report
    from vmaf_dnn.video.options import VideoOptions


def add_page_flags(flags: FlagGroup) -> None:
    """Add the flags of a page, of pictures and of a plot."""
    flags.text("--html", help="write one page with curves, worst frames and what ran, for any browser")
    flags.text(
        "--pictures", metavar="DIR", help="write the worst frames there as PNG, beside the reference's"
    )
    flags.text("--plot", help="draw the scores, or a ladder's rates and scores, in a .png or .svg")


@dataclass(frozen=True)
class PageFlags:
    """What the flags ask for.

    Attributes:
        html: the page's file.
        pictures: the pictures' folder.
        plot: the plot's file.
        n_worst: how many of the worst frames of each clip; 0: as many as usual.
        group: how a ladder's clips are grouped, as `Ladder.of` takes it.
        has_pipes: whether a clip is one, which can't be read again for pictures.
    """

    html: str | None = None
    pictures: str | None = None
    plot: str | None = None
    n_worst: int = 0
    group: str | None = None
    has_pipes: bool = False

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> PageFlags:
        """Read the flags. Raises `InvalidArgument`."""
        if arguments.html is None and arguments.pictures is None and arguments.plot is None:
            return cls()
        from vmaf_dnn.cli.pages.checks import checked_flags

        return checked_flags(arguments)

    @property
    def are_given(self) -> bool:
        """Whether any is."""
        return (self.html, self.pictures, self.plot) != (None, None, None)

    def want_rates(self, n_clips: int) -> bool:
        """Whether bit rates are to be measured: for the chart of a ladder."""
        return n_clips > 1 and not self.has_pipes and (self.html, self.plot) != (None, None)

    def check(self, inputs: Sequence[str], scores: Sequence[str], ffmpeg: str | None) -> None:
        """Refuse, before the long work, what can't be written over `inputs`, or made."""
        if self.are_given:
            from vmaf_dnn.cli.pages.checks import check_can_give

            check_can_give(self, inputs, scores, ffmpeg)

    def give(
        self, reports: Sequence[Report], clips: Sequence[str], left_out: Sequence[str], options: VideoOptions
    ) -> None:
        """Write what is asked for, of `clips`, the reference first, but those that are left out."""
        if self.are_given:
            from vmaf_dnn.cli.pages.giving import Scored, give

            give(self, Scored(reports, clips[0], clips[1:], left_out, options))
