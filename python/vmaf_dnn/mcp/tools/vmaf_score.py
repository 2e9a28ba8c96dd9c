# SPDX-License-Identifier: BSD-3-Clause
"""Score one pair of clips."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import Field

from vmaf_dnn.mcp.answer import Answer
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.arguments import Pair, Scoring
from vmaf_dnn.mcp.tools.scored import Scored, scored_words
from vmaf_dnn.report.statistics import check_pooling
from vmaf_dnn.scoring import score

MOST_FRAMES = 20_000  # whose scores are listed


class Asked(Pair, Scoring):
    """Arguments of the tool."""

    worst: int = Field(5, ge=0, le=32, description="list so many of the worst frames, half a second apart")
    frames: bool = Field(False, description=f"list the scores of every frame, {MOST_FRAMES} at most")


class Found(Scored):
    """The scores of a pair."""


def run(asked: Asked, desk: Desk) -> Answer:
    """Score a distorted clip against its reference: VMAF, 0 to 100, pooled in several ways.

    Raw video needs width, height, pixfmt and bitdepth; y4m files and containers need none of them.
    """
    check_pooling(asked.pool)
    who, video = asked.scorers(desk), asdict(asked.video())
    ref, dist = asked.clips(desk, asked.ref, asked.dis)
    report = desk.renamed(score(ref, dist, progress=desk.follow, **who, **video))
    found = Found.of(report, asked.pool, asked.worst, MOST_FRAMES if asked.frames else 0)
    return Answer(found, scored_words(found))
