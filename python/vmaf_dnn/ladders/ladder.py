# SPDX-License-Identifier: BSD-3-Clause
"""All encodes of one clip, in groups: their hull, the groups' BD deltas, the cheapest that is good enough."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vmaf_dnn.files import output_path
from vmaf_dnn.ladders.bd import EXTRA, BDResult, bd_between
from vmaf_dnn.ladders.grouping import grouped, led_by
from vmaf_dnn.ladders.reports import common_metric, common_reference, names_of, rung_of
from vmaf_dnn.ladders.rungs import Group, Rung, upper_hull
from vmaf_dnn.report import Report
from vmaf_dnn.report.extras import imported
from vmaf_dnn.report.limits import Limit
from vmaf_dnn.report.statistics import check_quality

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Ladder:
    """Encodes of one clip at several rates.

    Attributes:
        reference: name of the clip that was encoded.
        metric: the score that `Rung.quality` is.
        pool: how it is pooled: ``"mean"``, ``"p5"`` and so on.
        groups: encodes that belong together; the first is the anchor of `bd`.
    """

    reference: str
    metric: str
    pool: str
    groups: tuple[Group, ...]

    @classmethod
    def of(
        cls,
        reports: Sequence[Report],
        *,
        group: str | None = None,
        metric: str | None = None,
        pool: str | None = None,
        anchor: str | None = None,
    ) -> Ladder:
        """Make a ladder of reports that state the bit rates of their clips.

        Args:
            reports: of encodes of one reference, made with ``score(..., bit_rate=True)``.
            group: a regular expression that is looked for in each clip's name: what its first group matches,
                else what it matches, names the clip's group; default the codec.
            metric: the score to compare; default the first one that all reports hold.
            pool: its pooling, not that of a spread; default that of the first report.
            anchor: name of the group that `bd` compares the others with; default that of the first report.

        Raises:
            InvalidArgument: the reports are of several references, state no bit rate or codec, have no score
                in common, or a clip is in no group; or there is no such anchor or pooling.
        """
        reference = common_reference(reports)
        metric = common_metric(reports, metric)
        pool = check_quality(pool or reports[0].pool, "the ladder")
        rungs = [
            rung_of(report, name, metric, pool)
            for report, name in zip(reports, names_of(reports), strict=True)
        ]
        paths = [report.clips.distorted if report.clips else "" for report in reports]
        return cls(reference, metric, pool, led_by(grouped(rungs, paths, group), anchor))

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """All encodes, group by group."""
        return tuple(rung for group in self.groups for rung in group.rungs)

    @cached_property
    def hull(self) -> tuple[Rung, ...]:
        """The upper convex hull over all rungs, in ascending rate: encodes that are worth their bits."""
        return upper_hull(self.rungs)

    @cached_property
    def bd(self) -> tuple[BDResult, ...]:
        """Each other group beside the first."""
        return tuple(bd_between(self.groups[0], group) for group in self.groups[1:])

    def cheapest(self, pooling: str, least: float) -> Rung | None:
        """Return the rung of lowest rate whose score, pooled so, is `least` or more; None if there is none.

        Raises:
            InvalidArgument: there is no such pooling, or more of it is no better (``"stddev"``).
        """
        return self.cheapest_of([Limit(pooling, least)])

    def cheapest_of(self, limits: Iterable[Limit]) -> Rung | None:
        """Return the rung of lowest rate that falls below none of the limits; None if there is none.

        A limit that names no score is of the ladder's.
        """
        named = [replace(limit, metric=limit.metric or self.metric) for limit in limits]
        good = [rung for rung in self.rungs if not any(limit.shortfall(rung.report) for limit in named)]
        return min(good, key=lambda rung: (rung.kbit_per_s, -rung.quality), default=None)

    def as_dict(self) -> dict[str, Any]:
        """Return the ladder as JSON holds it."""
        from vmaf_dnn.ladders.document import document

        return document(self)

    def plot(self) -> Figure:
        """Draw rate against quality: a curve a group, the hull, the BD deltas in the legend.

        Raises:
            ToolMissing: matplotlib is not installed.
        """
        imported("matplotlib.figure", "a chart", EXTRA)  # which `chart` imports beside it
        from vmaf_dnn.ladders.chart import chart

        return chart(self)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write the ladder as the suffix of `path` says: ``.json``, ``.csv``, or a chart, ``.png``, ``.svg``.

        Raises:
            InvalidArgument: it is none of these, or the file can't be written.
            ToolMissing: matplotlib is not installed.
        """
        from vmaf_dnn.ladders.writing import write

        write(self, output_path(path))
