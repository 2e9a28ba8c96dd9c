# SPDX-License-Identifier: BSD-3-Clause
"""One encode of a ladder, and those that belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vmaf_dnn.report import Report

LEAST_STEP = 1.02  # from one rate to the next, of rungs that a curve may go through


@dataclass(frozen=True)
class Rung:
    """One encode.

    Attributes:
        name: of the clip.
        codec: in ffmpeg's words, ``"hevc"``; None if the report doesn't say.
        kbit_per_s: bits of the video stream in a second, in thousands.
        quality: the score that the ladder is of, pooled.
        report: all that was measured.
    """

    name: str
    codec: str | None
    kbit_per_s: float
    quality: float
    report: Report


@dataclass(frozen=True)
class Group:
    """Encodes by one encoder, say.

    Attributes:
        name: what they have in common.
        rungs: in ascending rate.
    """

    name: str
    rungs: tuple[Rung, ...]

    @property
    def front(self) -> tuple[Rung, ...]:
        """The rungs that are better than each cheaper one; of equal rates the best."""
        return front(self.rungs)

    @property
    def curve(self) -> tuple[Rung, ...]:
        """Those of the front whose rates lie `LEAST_STEP` apart or more; of nearer ones the better.

        A curve through points of nearly one rate rises nearly upright, and what is interpolated beside them
        swings far above and below the points.
        """
        kept: list[Rung] = []
        for rung in reversed(self.front):
            if not kept or rung.kbit_per_s * LEAST_STEP <= kept[-1].kbit_per_s:
                kept.append(rung)
        return tuple(reversed(kept))


def front(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Return the rungs that are better than all that cost no more, in ascending rate and quality."""
    kept: list[Rung] = []
    for rung in sorted(rungs, key=lambda rung: (rung.kbit_per_s, -rung.quality)):
        if not kept or rung.quality > kept[-1].quality:
            kept.append(rung)
    return tuple(kept)


def upper_hull(rungs: Iterable[Rung]) -> tuple[Rung, ...]:
    """Return the corners of the upper convex hull over (rate, quality), from the cheapest to the best.

    A mixture in time of two encodes lies on the line between them, so what is below the hull is never worth
    its bits.
    """
    corners: list[Rung] = []
    for rung in front(rungs):
        while len(corners) > 1 and not _is_bend(corners[-2], corners[-1], rung):
            corners.pop()
        corners.append(rung)
    return tuple(corners)


def _is_bend(left: Rung, middle: Rung, right: Rung) -> bool:
    """Whether the middle lies above the line between the others."""
    rise = (middle.quality - left.quality) * (right.kbit_per_s - left.kbit_per_s)
    return rise > (right.quality - left.quality) * (middle.kbit_per_s - left.kbit_per_s)
