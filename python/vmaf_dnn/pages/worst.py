# SPDX-License-Identifier: BSD-3-Clause
"""The worst frames of a page, as pictures where they were taken, else as a table."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from vmaf_dnn.pages.markup import Number, table, text
from vmaf_dnn.pages.naming import clip_names, metric_name, moment, time_of
from vmaf_dnn.pages.words import label
from vmaf_dnn.pictures import WorstPictures
from vmaf_dnn.report import Report
from vmaf_dnn.report.worst import WorstFrame

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def worst_frames(
    reports: Sequence[Report],
    frames: Sequence[Sequence[WorstFrame]],
    pictures: Sequence[Sequence[WorstPictures]],
) -> Iterable[str]:
    """Yield HTML for each report that has worst frames."""
    for i, (name, report) in enumerate(zip(clip_names(reports), reports, strict=True)):
        if not frames[i]:
            continue
        if i < len(pictures) and pictures[i]:
            inner = "\n".join(_pictured(rank, shown, report) for rank, shown in enumerate(pictures[i], 1))
        else:
            inner = _table(frames[i], report)
        if len(reports) == 1:
            yield inner
        else:
            yield f"<details{' open' * (i == 0)}><summary>{text(name)}</summary>{inner}</details>"


def _pictured(rank: int, shown: WorstPictures, report: Report) -> str:
    frame = shown.frame
    where = moment(frame.frame_number, report.frame_rate)
    others = " · ".join(label(name, value) for name, value in frame.metrics.items() if name != frame.metric)
    captions = {
        "reference": shown.reference,
        "distorted": shown.distorted,
        f"luma difference, {shown.factor} times": shown.difference,
    }
    figures = "\n".join(
        f'<figure><button type="button" class="picture" title="Enlarge"><img alt="{text(caption)}, {where}"'
        f' decoding="async" src="{_address(image)}"></button>'
        f"<figcaption>{text(caption)}</figcaption></figure>"
        for caption, image in captions.items()
    )
    return (
        f'<article class="worst"><h4>{rank}. {text(where)}: {text(label(frame.metric, frame.score))}</h4>\n'
        f'<div class="pictures">{figures}</div>\n<p class="note">{text(others)}</p></article>'
    )


def _address(image: bytes) -> str:
    kind = next(kind for start, kind in _KINDS.items() if image.startswith(start))
    return f"data:{kind};base64,{base64.b64encode(image).decode()}"


def _table(frames: Sequence[WorstFrame], report: Report) -> str:
    names = list(report.metrics)
    rate = report.frame_rate
    rows = [
        (
            frame.frame_number,
            time_of(frame.frame_number, rate) if rate else None,
            *(Number(frame.metrics[name], 2 if name in report.score_names else 4) for name in names),
        )
        for frame in frames
    ]
    return table(("frame", "time", *map(metric_name, names)), rows)
