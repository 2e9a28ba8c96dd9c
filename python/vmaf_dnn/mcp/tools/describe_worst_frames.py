# SPDX-License-Identifier: BSD-3-Clause
"""Score a pair, and show its worst frames."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import Field

from vmaf_dnn.mcp.answer import Answer, Picture
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.mcp.tools.arguments import Pair, Scoring
from vmaf_dnn.mcp.tools.scored import Scored, WorstFrame, scored_words, worst_words
from vmaf_dnn.pictures import WorstPictures, worst_pairs
from vmaf_dnn.pictures.still import JPEG
from vmaf_dnn.report import Report
from vmaf_dnn.report.statistics import check_pooling
from vmaf_dnn.scoring import score

_MIME = "image/jpeg"


class Asked(Pair, Scoring):
    """Arguments of the tool."""

    n: int = Field(5, ge=1, le=32, description="so many frames, half a second or more apart")
    picture_width: int = Field(640, ge=64, le=3840, description="pictures are so wide at most, pixels")


class Found(Scored):
    """The scores of a pair, whose `worst` the pictures are of, in the same order."""


def run(asked: Asked, desk: Desk) -> Answer:
    """Score a pair, then show its worst frames: of each the reference, the distorted frame, the difference.

    The difference is that of luma, amplified as its title says; black is equal.
    """
    check_pooling(asked.pool)
    who, video = asked.scorers(desk), asked.video()
    ref, dist = asked.clips(desk, asked.ref, asked.dis)
    report: Report = score(ref, dist, progress=desk.follow, **who, **asdict(video))
    found = Found.of(desk.renamed(report), asked.pool, asked.n)
    pairs = worst_pairs([report], ref, [dist], video, asked.n)
    shown = {pair.frame.frame_number: pair.pictures(JPEG, asked.picture_width) for _, pair in pairs}
    pictures = (picture for frame in found.worst for picture in _pictures(frame, shown[frame.frame_number]))
    return Answer(found, scored_words(found), tuple(pictures))


def _pictures(frame: WorstFrame, images: WorstPictures) -> list[Picture]:
    words = worst_words(frame)
    return [
        Picture(f"{words}, reference", images.reference, _MIME),
        Picture(f"{words}, distorted", images.distorted, _MIME),
        Picture(f"{words}, difference x {images.factor}", images.difference, _MIME),
    ]
