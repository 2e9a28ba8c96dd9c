# SPDX-License-Identifier: BSD-3-Clause
"""What the command says and writes of a ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import check_output
from vmaf_dnn.cli.process import within
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.ladders import BDResult, Group, Ladder, Rung
from vmaf_dnn.ladders.bd import EXTRA, LEAST_RUNGS
from vmaf_dnn.ladders.grouping import check_grouped
from vmaf_dnn.ladders.writing import CHARTS, check_suffix
from vmaf_dnn.report.extras import imported
from vmaf_dnn.report.limits import Limit, check_metrics
from vmaf_dnn.report.statistics import check_quality
from vmaf_dnn.text import legible_cell

if TYPE_CHECKING:
    from vmaf_dnn.cli.flags.ladder import LadderFlags
    from vmaf_dnn.report import Report

_GROUPS = (
    "group",
    "rungs",
    "kbit/s from",
    "kbit/s to",
    "score from",
    "score to",
    "BD-rate %",
    "BD-quality",
    "overlap %",
)
_NO_CELL = "-"
_MATCHING_S = 2.0


def check_flags(flags: LadderFlags, clips: Sequence[str], pool: str) -> None:
    """Raise `InvalidArgument` unless the flags make sense for these clips, and scores pooled so."""
    check_quality(pool, "the ladder")
    for file in flags.files:
        check_suffix(Path(file))
    check_clips(clips, flags.group)


def check_clips(clips: Sequence[str], group: str | None) -> None:
    """Raise `InvalidArgument` unless each clip stands once and in a group, if that is a regular expression.

    One that tries ever more ways to match a name ends after `_MATCHING_S`.
    """
    if group is not None:
        error = InvalidArgument(
            f"the group {group!r} is not found in the clips' names within {_MATCHING_S:g} s; write it without"
            " repetitions of repetitions, such as '(a+)+'."
        )
        with within(_MATCHING_S, error):
            check_grouped(clips, group)
    for clip, n_uses in Counter(clips).items():
        if n_uses > 1:
            raise InvalidArgument(f"{n_uses} distorted clips are {clip}; a ladder takes each once.")


def check_can_give(flags: LadderFlags, inputs: Sequence[str], scores: Sequence[str], n_clips: int) -> None:
    """Refuse, before the long work, what there will be no score for, no place or no package.

    Raises:
        InvalidArgument: no score is asked for, or a file can't be written.
        ToolMissing: a package is not installed.
    """
    if not scores:
        raise InvalidArgument("a ladder is of a score, and no model is asked for; name one.")
    check_metrics(flags.targets, scores)
    for file in flags.files:
        check_output(file, inputs)
    if n_clips >= 2 * LEAST_RUNGS:
        imported("bjontegaard", "a ladder", EXTRA)
    if any(Path(file).suffix.lower() in CHARTS for file in flags.files):
        imported("matplotlib.figure", "a chart", EXTRA)


def give(flags: LadderFlags, reports: Sequence[Report], *, is_silent: bool) -> None:
    """Write the files of the ladder of `reports`, and print it unless it is to be silent."""
    ladder = Ladder.of(reports, group=flags.group)
    for file in flags.files:
        ladder.write(file)
    if not is_silent:
        print()
        print_ladder(ladder, flags.targets)


def print_ladder(ladder: Ladder, targets: Sequence[Limit]) -> None:
    """Print the groups with their BD deltas, what was refused of them, the hull, and what reaches targets."""
    deltas = {result.test: result for result in ladder.bd}
    rows = [_group_row(group, deltas.get(group.name)) for group in ladder.groups]
    terminal.print_table(_GROUPS, rows)
    for result in ladder.bd:
        for sentence in _remarks(result):
            print(legible_cell(sentence))
    print()
    group_of = {rung.name: group.name for group in ladder.groups for rung in group.rungs}
    header = ("convex hull", "group", "kbit/s", f"{ladder.metric} {ladder.pool}")
    cells = [
        (rung.name, group_of[rung.name], f"{rung.kbit_per_s:.3f}", f"{rung.quality:.3f}")
        for rung in ladder.hull
    ]
    terminal.print_table(header, [tuple(map(legible_cell, row)) for row in cells])
    if targets:
        print(f"\n{_found(ladder, targets)}")


def _found(ladder: Ladder, targets: Sequence[Limit]) -> str:
    named = [replace(target, metric=target.metric or ladder.metric) for target in targets]
    wanted = " and ".join(f"{target.pooling} of {target.metric} {target.least:g}" for target in named)
    rung = ladder.cheapest_of(named)
    if rung is not None:
        return f"cheapest with {wanted} or more: {_told(rung, named)}"
    best = max(ladder.rungs, key=lambda rung: rung.quality)
    return f"no encode has {wanted}; the best: {_told(best, named)}"


def _told(rung: Rung, targets: Sequence[Limit]) -> str:
    scores = (
        f"{target.pooling} {rung.report.pooled(target.pooling, target.metric):.3f}" for target in targets
    )
    return f"{legible_cell(rung.name)}, {rung.kbit_per_s:.0f} kbit/s, {', '.join(scores)}"


def _group_row(group: Group, result: BDResult | None) -> tuple[str, ...]:
    """Return the cells of a group; the anchor has no deltas."""
    rates = [rung.kbit_per_s for rung in group.rungs]
    qualities = [rung.quality for rung in group.rungs]
    ends = (f"{end(values):.3f}" for values in (rates, qualities) for end in (min, max))
    deltas = (
        (_NO_CELL,) * 3
        if result is None
        else (
            _cell(result.bd_rate, "+.2f"),
            _cell(result.bd_quality, "+.3f"),
            _cell(result.share * 100 if result.overlap else None, ".0f"),
        )
    )
    return legible_cell(group.name), str(len(group.rungs)), *ends, *deltas


def _cell(value: float | None, form: str) -> str:
    return _NO_CELL if value is None else f"{value:{form}}"


def _remarks(result: BDResult) -> Iterator[str]:
    """Say what is missing, and what the deltas stand on."""
    if result.refused:
        yield f"no BD delta of {result.test}: {result.refused}"
    worse = [name for name in result.left_out if name not in result.too_near]
    if worse:
        yield f"no part of the curves, as a cheaper encode is as good: {', '.join(worse)}"
    if result.too_near:
        yield (
            f"no part of the curves, as a better encode has nearly the same rate:"
            f" {', '.join(result.too_near)}"
        )
    if result.caveat:
        yield result.caveat
