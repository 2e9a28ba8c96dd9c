# SPDX-License-Identifier: BSD-3-Clause
"""Compare encodes of one clip at several rates."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from vmaf_dnn.cli.ladder import check_clips
from vmaf_dnn.ladders import Ladder, Rung
from vmaf_dnn.mcp.answer import Answer, Picture, Result
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.arguments import MOST_CLIPS, Name, Scoring, WithReference
from vmaf_dnn.report.drawing.figures import image_of
from vmaf_dnn.report.statistics import check_quality
from vmaf_dnn.scoring import score


class Asked(WithReference, Scoring):
    """Arguments of the tool."""

    dis: list[Name] = Field(min_length=1, max_length=MOST_CLIPS, description="paths of the encodes")
    group: str | None = Field(
        None,
        max_length=200,
        description="regular expression that groups encodes by what it (or its first group) matches in their"
        " paths; default: by codec",
    )
    target: float | None = Field(None, description="name the cheapest encode that reaches this score")
    chart: bool = Field(True, description="give the rate-quality chart as a picture, too")


class Found(Result):
    """Encodes at several rates."""

    reference: str
    metric: str = Field(description="the score that `quality` is")
    pool: str = Field(description="how it is pooled over frames")
    groups: list[dict[str, Any]] = Field(
        description="encodes in ascending rate: name, codec, kbit_per_s, quality"
    )
    hull: list[str] = Field(description="the encodes that are worth their bits: the upper convex hull")
    bd: list[dict[str, Any]] = Field(
        description="each other group against the first: bd_rate in percent (negative: fewer bits for the"
        " same quality), bd_quality in points, or why there is none"
    )
    cheapest: str | None = Field(
        description="the cheapest encode that reaches `target`; null: none, or not asked"
    )


def run(asked: Asked, desk: Desk) -> Answer:
    """Score several encodes of one reference, and compare what quality their bits buy.

    Gives the bit rate of each video stream, the convex hull, BD-rates between groups (four encodes or more in
    each), and a chart. The reference is measured once for all.
    """
    check_quality(asked.pool, "the ladder")
    check_clips(asked.dis, asked.group)
    ref, *clips = asked.clips(desk, asked.ref, *asked.dis)
    reports = score(
        ref, clips, bit_rate=True, progress=desk.follow, **asked.scorers(desk), **asdict(asked.video())
    )
    reports = [desk.renamed(report) for report in reports]
    of_rates = Ladder.of(reports, group=asked.group, pool=asked.pool)
    cheapest = None if asked.target is None else of_rates.cheapest(asked.pool, asked.target)
    found = Found(**of_rates.as_dict(), cheapest=cheapest.name if cheapest else None)
    return Answer(found, _words(of_rates, asked.target, cheapest), _chart(of_rates) if asked.chart else ())


def _words(of_rates: Ladder, target: float | None, cheapest: Rung | None) -> str:
    lines = [f"Encodes of {of_rates.reference}; quality is the {of_rates.pool} of {of_rates.metric}."]
    for group in of_rates.groups:
        rungs = (f"{rung.name} {rung.kbit_per_s:.1f} kbit/s {rung.quality:.3f}" for rung in group.rungs)
        lines.append(f"{group.name}: {'; '.join(rungs)}.")
    lines.append(f"On the hull: {', '.join(rung.name for rung in of_rates.hull)}.")
    for result in of_rates.bd:
        if result.bd_rate is None:
            lines.append(f"{result.test} against {result.anchor}: {result.refused}")
        else:
            lines.append(f"{result.test} against {result.anchor}: BD-rate {result.bd_rate:+.2f} %.")
        if result.caveat:
            lines.append(f"{result.caveat}.")
    if target is not None:
        found = cheapest.name if cheapest else "none"
        lines.append(f"The cheapest that reaches {target:g}: {found}.")
    return "\n".join(lines)


def _chart(of_rates: Ladder) -> tuple[Picture, ...]:
    return (Picture("Rate and quality", image_of(of_rates.plot(), "png"), "image/png"),)
