# SPDX-License-Identifier: BSD-3-Clause
"""What reports say, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.markup import number
from vmaf_dnn.pages.naming import clip_names, metric_name, moment, pooling_name, reference_name
from vmaf_dnn.report import Report


def title_of(reports: Sequence[Report]) -> str:
    """Return the page's name."""
    names = clip_names(reports)
    first = names[0] if len(names) == 1 else f"{len(names)} encodes"
    return f"{first} against {reference_name(reports[0])}"


def summary(reports: Sequence[Report], ladder: Ladder | None = None) -> list[str]:
    """Return a few sentences about all reports."""
    name, report = clip_names(reports)[0], reports[0]
    if not report.score_names:
        return [f"{extent(report)}. Features were measured, and no model scored them."]
    return _of_one(name, report) if len(reports) == 1 else _of_several(reports, ladder)


def extent(report: Report) -> str:
    """Say how much was compared."""
    numbers, rate = report.frame_numbers, report.frame_rate
    n_shown = int(numbers[-1]) - int(numbers[0]) + 1
    sampled = "" if n_shown == len(numbers) else f", of {n_shown},"
    frames = f"{len(numbers)} frame{'s' * (len(numbers) != 1)}{sampled} of {report.width}x{report.height}"
    return frames + (f", {n_shown / rate:.2f} s at {rate:g} frames a second" if rate else "")


def _of_one(name: str, report: Report) -> list[str]:
    metric = report.score_names[0]
    worst = report.worst(1)
    sentences = [
        f"{name} scores {number(report.score)} by {metric}, the {pooling_name(report.pool)} of"
        f" {extent(report)}.",
        f"Half of the frames score {number(report.pooled('p50'))} or more, one in twenty"
        f" {number(report.pooled('p5'))} or less.",
    ]
    if worst:
        sentences.append(
            f"The worst second has a mean of {number(report.pooled('worst_second'))}, the worst frame"
            f" {number(worst[0].score)}: {moment(worst[0].frame_number, report.frame_rate)}."
        )
    return sentences


def _of_several(reports: Sequence[Report], ladder: Ladder | None) -> list[str]:
    names, metric, pool = clip_names(reports), reports[0].score_names[0], reports[0].pool
    scored = [
        (report.pooled(pool, metric), name)
        for name, report in zip(names, reports, strict=True)
        if metric in report.metrics
    ]
    (lowest, worst), (highest, best) = min(scored), max(scored)
    sentences = [
        f"{len(reports)} clips were compared with {reference_name(reports[0])}: {extent(reports[0])}.",
        f"By {metric} ({pooling_name(pool)}) they score from {number(lowest)} ({worst}) to {number(highest)}"
        f" ({best}).",
    ]
    if ladder is not None and len(ladder.rungs) > 2:
        names_of_hull = ", ".join(rung.name for rung in ladder.hull)
        sentences.append(f"Worth their bits, on the convex hull, are {names_of_hull}.")
    return sentences


def warnings_of(reports: Sequence[Report]) -> list[str]:
    """Return what a reader should know before he trusts the numbers."""
    warnings = []
    for name, report in zip(clip_names(reports), reports, strict=True):
        n_frames = len(report.frame_numbers)
        warnings += [
            f"{name}: {model.info.id} extrapolates on {model.out_of_domain} of {n_frames} frames, which are"
            " unlike its training rows."
            for model in report.models
            if model.out_of_domain
        ]
        transfer = report.clips.reference_states.get("transfer") if report.clips else None
        if transfer in ("smpte2084", "arib-std-b67"):
            warnings.append(f"{name} is HDR; its pictures are shown as they are, without tone mapping.")
    return list(dict.fromkeys(warnings))


def on_curves(span: int, cuts: Sequence[int] | None, *, is_marked: bool) -> str:
    """Say how the curves are to be read."""
    sentences = []
    if span > 1:
        sentences.append(
            f"There are too many frames for this page: {span} of them on end are drawn as one step, from the"
            " lowest of their values to the highest."
        )
    if cuts:
        sentences.append(
            f"Dashed lines are scene cuts ({len(cuts)}): luma of the reference changes there by 10 of 255"
            " steps or more, and at least three times as much as from frame to frame around. They"
            " show where there is room."
        )
    elif cuts is not None:
        sentences.append("The reference has no scene cut.")
    if is_marked:
        sentences.append("Triangles mark the worst frames.")
    return " ".join(sentences)


ON_MOVING = (
    "Drag over a chart to zoom, double-click for the whole clip; with the keyboard, arrows move between"
    " frames, + and - zoom, Escape goes back. A name shows or hides its curves."
)


def on_group(group: str, bd_rate: float | None, bd_quality: float | None, anchor: str) -> str:
    """Say how a group of a ladder compares with the first."""
    parts = []
    if bd_rate is not None:
        parts.append(
            f"takes {abs(bd_rate):.1f} % {'more' if bd_rate > 0 else 'less'} rate for the same score"
        )
    if bd_quality is not None:
        parts.append(f"scores {abs(bd_quality):.2f} {'more' if bd_quality > 0 else 'less'} at the same rate")
    return f"{group} {' and '.join(parts)}, compared with {anchor}." if parts else ""


def label(metric: str, value: float) -> str:
    """Return a metric beside its value."""
    return f"{metric_name(metric)} {number(value, 2 if abs(value) >= 10 else 4)}"
