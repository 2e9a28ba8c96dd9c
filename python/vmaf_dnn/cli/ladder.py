# SPDX-License-Identifier: BSD-3-Clause
"""What the command says and writes of a ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import check_output
from vmaf_dnn.errors import ToolMissing
from vmaf_dnn.ladders import BDResult, Group, Ladder, Rung
from vmaf_dnn.ladders.bd import LEAST_RUNGS
from vmaf_dnn.ladders.grouping import check_grouped
from vmaf_dnn.ladders.targets import parse_targets
from vmaf_dnn.ladders.writing import CHARTS, check_suffix
from vmaf_dnn.text import legible_cell

if TYPE_CHECKING:
    from vmaf_dnn.cli.flags.ladder import LadderFlags
    from vmaf_dnn.report import Report

_GROUPS = (
    "group",
    "rungs",
    "kbit/s",
    "to kbit/s",
    "score",
    "to score",
    "BD-rate %",
    "BD-quality",
    "overlap %",
)
_NO_CELL = "-"
_LITTLE = 0.5  # of the range of quality that two curves cover


def checked(
    files: Sequence[str], group: str | None, target: str | None, clips: Sequence[str]
) -> dict[str, float]:
    """Return the targets, once the flags make sense. Raises `InvalidArgument`."""
    for file in files:
        check_suffix(Path(file))
    if group is not None:
        check_grouped(clips, group)
    return {} if target is None else parse_targets(target)


def check_can_give(flags: LadderFlags, inputs: Sequence[str]) -> None:
    """Raise `InvalidArgument` for a file that can't be written, `ToolMissing` for a package."""
    for file in flags.files:
        check_output(file, inputs)
    packages = ["bjontegaard"] if flags.n_clips >= 2 * LEAST_RUNGS else []
    packages += ["matplotlib"] if any(Path(file).suffix.lower() in CHARTS for file in flags.files) else []
    for package in packages:
        if find_spec(package) is None:
            raise ToolMissing(
                f"a ladder takes the package {package}, which is not installed; install it"
                ' (pip install "vmaf-dnn[ladder]").'
            )


def give(flags: LadderFlags, reports: Sequence[Report], *, is_silent: bool) -> None:
    """Write the files of the ladder of `reports`, and print it unless it is to be silent."""
    ladder = Ladder.of(reports, group=flags.group)
    for file in flags.files:
        ladder.write(file)
    if not is_silent:
        print_ladder(ladder)
        print_target(ladder, flags.targets)


def print_ladder(ladder: Ladder) -> None:
    """Print the groups with their BD deltas, what was refused of them, and the rungs of the hull."""
    print()
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


def print_target(ladder: Ladder, targets: Mapping[str, float]) -> None:
    """Print the cheapest rung that reaches the targets, if there are any."""
    if not targets:
        return
    wanted = " and ".join(f"{pooling} {least:g}" for pooling, least in targets.items())
    rung = ladder.cheapest_of(targets)
    if rung is not None:
        told = f"the cheapest with {ladder.metric} {wanted} or more is {_told(ladder, rung, targets)}"
    else:
        best = max(ladder.rungs, key=lambda rung: rung.quality)
        told = f"no encode has {ladder.metric} {wanted}; the best is {_told(ladder, best, targets)}"
    print(f"\n{told}")


def _told(ladder: Ladder, rung: Rung, targets: Mapping[str, float]) -> str:
    scores = ", ".join(f"{pooling} {rung.report.pooled(pooling, ladder.metric):.3f}" for pooling in targets)
    return f"{legible_cell(rung.name)}: {rung.kbit_per_s:.0f} kbit/s, {scores}"


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
    if result.left_out:
        yield f"no part of the curves, as a cheaper encode is as good: {', '.join(result.left_out)}"
    if result.bd_rate is not None and result.share < _LITTLE:
        yield (
            f"{result.anchor} and {result.test} share {result.share:.0%} of their range of quality, and the"
            " deltas are of that part alone"
        )
