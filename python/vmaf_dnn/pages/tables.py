# SPDX-License-Identifier: BSD-3-Clause
"""The tables of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vmaf_dnn.errors import ToolMissing
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.markup import Cell, Number, table, text
from vmaf_dnn.pages.naming import clip_names, metric_name, pooling_name, reference_name
from vmaf_dnn.pages.words import on_group
from vmaf_dnn.report import Report

_POOLINGS = {
    "mean": "mean",
    "harmonic_mean": "harmonic",
    "min": "min",
    "p1": "p1",
    "p5": "p5",
    "p50": "median",
    "max": "max",
    "stddev": "std dev",
    "worst_second": "worst second",
}
_OF_CLIPS = ("p5", "min", "worst_second")


def pooled(report: Report, metrics: Sequence[str], n_decimals: int) -> str:
    """Return a row a metric, a column a pooling."""
    rows: list[list[Cell]] = [
        [metric_name(name), *(Number(report.pooled(pooling, name), n_decimals) for pooling in _POOLINGS)]
        for name in metrics
    ]
    return table(("", *_POOLINGS.values()), rows) if rows else ""


def clips_scored(reports: Sequence[Report]) -> str:
    """Return a row a clip: its rate, its scores, and of the first score what the worst parts are."""
    scores = list(dict.fromkeys(name for report in reports for name in report.score_names))
    pool = reports[0].pool
    has_rates = any(_states(report).get("kbit_per_s") for report in reports)
    header = ["clip", *(["kbit/s"] if has_rates else []), "frames"]
    for name in scores:
        header.append(name if pool == "mean" else f"{name}, {pooling_name(pool)}")
        header += [f"its {_POOLINGS[pooling]}" for pooling in _OF_CLIPS] if name == scores[0] else []
    rows: list[list[Cell]] = []
    for name, report in zip(clip_names(reports), reports, strict=True):
        rate = _states(report).get("kbit_per_s")
        row: list[Cell] = [name]
        row += [Number(float(rate), 0) if isinstance(rate, (int, float)) else None] if has_rates else []
        row.append(len(report.frame_numbers))
        for score in scores:
            ways = (pool, *_OF_CLIPS) if score == scores[0] else (pool,)
            row += [report.pooled(way, score) if score in report.metrics else None for way in ways]
        rows.append(row)
    return table(header, rows)


def groups(ladder: Ladder) -> str:
    """Return what the groups of a ladder save, or why that can't be said."""
    if len(ladder.groups) < 2:
        return ""
    anchor = ladder.groups[0].name
    try:
        results = ladder.bd
    except ToolMissing as error:
        return f'<p class="note">{text(str(error))}</p>'
    rows = [
        (
            result.test,
            None if result.bd_rate is None else f"{result.bd_rate:+.1f} %",
            None if result.bd_quality is None else f"{result.bd_quality:+.2f}",
            f"{result.share:.0%}" if result.overlap else None,
        )
        for result in results
    ]
    header = (f"compared with {anchor}", "BD-rate", "BD-quality", "overlap of their scores")
    sentences = [on_group(result.test, result.bd_rate, result.bd_quality, anchor) for result in results]
    remarks = [f"{remark}." for result in results for remark in (result.caveat, result.refused) if remark]
    words = "".join(f"<p>{text(sentence)}</p>" for sentence in (*sentences, *remarks) if sentence)
    return words + table(header, rows)


def models(reports: Sequence[Report]) -> str:
    """Return the fusion models that scored."""
    infos = {
        (model.info.id, model.info.precision): model.info for report in reports for model in report.models
    }
    rows = [
        (info.id, info.precision, info.engine, info.device_attached, info.redirect or None, info.sha256)
        for info in infos.values()
    ]
    header = ("fusion model", "precision", "engine", "device", "redirected", "SHA-256 of its file")
    return table(header, rows) if rows else ""


def clips(reports: Sequence[Report]) -> str:
    """Return what the clips are and state: a row a property of a pair, a row a clip of several."""
    columns = list(_described(reports))
    names = [name for name in dict.fromkeys(key for _, states in columns for key in states)]
    known = [name for name in names if any(states.get(name) is not None for _, states in columns)]
    if not known:
        return ""
    if len(columns) == 2:
        header = ("", *(name for name, _ in columns))
        rows = [(_words(name), *(_value(states.get(name)) for _, states in columns)) for name in known]
        return table(header, rows)
    header = ("clip", *map(_words, known))
    return table(header, [(name, *(_value(states.get(key)) for key in known)) for name, states in columns])


def _described(reports: Sequence[Report]) -> Iterator[tuple[str, Mapping[str, object]]]:
    first = reports[0]
    if first.clips is not None and first.clips.reference:
        yield f"reference: {reference_name(first)}", first.clips.reference_states
    for name, report in zip(clip_names(reports), reports, strict=True):
        yield (f"distorted: {name}" if len(reports) == 1 else name), _states(report)


def _states(report: Report) -> Mapping[str, object]:
    return report.clips.distorted_states if report.clips else {}


def _words(name: str) -> str:
    return "kbit/s" if name == "kbit_per_s" else name.replace("_", " ")


def _value(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    return f"{value:.6g}" if isinstance(value, float) else str(value)
