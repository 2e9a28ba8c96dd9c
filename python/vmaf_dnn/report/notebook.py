# SPDX-License-Identifier: BSD-3-Clause
"""A report as notebooks show it: a small table."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from vmaf_dnn.report.statistics import LIBVMAFS

if TYPE_CHECKING:
    from vmaf_dnn.report.report import Report


def as_html(report: Report) -> str:
    """Return the scores, the headline first, with the clips' names and sizes as the caption."""
    poolings = list(dict.fromkeys((report.pool, *LIBVMAFS, "p5")))
    rows = [
        _row("td", [name, *(f"{report.pooled(pooling, name):.3f}" for pooling in poolings)])
        for name in report.scores
    ]
    head = _row("th", ["score" if report.score_names else "metric", *poolings])
    caption = escape(_caption(report))
    return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _caption(report: Report) -> str:
    words = [f"{len(report.frame_numbers)} frames"]
    if report.width:
        words.append(f"{report.width}x{report.height}")
    if report.clips:
        names = {role: clip["name"] for role, clip in report.clips.as_dict().items()}
        words.insert(0, f"{names['distorted']} against {names['reference']}")
    return ", ".join(words)
