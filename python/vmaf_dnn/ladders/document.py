# SPDX-License-Identifier: BSD-3-Clause
"""A ladder as JSON and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmaf_dnn.ladders.bd import BDResult, Range
from vmaf_dnn.ladders.rungs import Rung

if TYPE_CHECKING:
    from vmaf_dnn.ladders.ladder import Ladder

COLUMNS = ("group", "name", "codec", "kbit_per_s", "quality", "on_hull")


def document(ladder: Ladder) -> dict[str, Any]:
    """Return what JSON holds of a ladder; names are legible, numbers rounded to six decimals."""
    return {
        "reference": ladder.reference,
        "metric": ladder.metric,
        "pool": ladder.pool,
        "groups": [
            {"name": group.name, "rungs": [_rung(rung) for rung in group.rungs]} for group in ladder.groups
        ],
        "hull": [rung.name for rung in ladder.hull],
        "bd": [_bd(result) for result in ladder.bd],
    }


def rows(ladder: Ladder) -> Iterator[tuple[object, ...]]:
    """Yield a row a rung, in the order of `COLUMNS`."""
    hull = {rung.name for rung in ladder.hull}
    for group in ladder.groups:
        for rung in group.rungs:
            yield group.name, *_rung(rung).values(), int(rung.name in hull)


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "name": rung.name,
        "codec": rung.codec,
        "kbit_per_s": round(rung.kbit_per_s, 6),
        "quality": round(rung.quality, 6),
    }


def _bd(result: BDResult) -> dict[str, Any]:
    overlap = result.overlap
    return {
        "anchor": result.anchor,
        "test": result.test,
        "bd_rate": None if result.bd_rate is None else round(result.bd_rate, 6),
        "bd_quality": None if result.bd_quality is None else round(result.bd_quality, 6),
        "overlap": overlap and {key: ends and _ends(ends) for key, ends in overlap._asdict().items()},
        "share": round(result.share, 6),
        "left_out": list(result.left_out),
        "too_near": list(result.too_near),
        "refused": result.refused,
    }


def _ends(ends: Range) -> list[float]:
    return [round(end, 6) for end in ends]
