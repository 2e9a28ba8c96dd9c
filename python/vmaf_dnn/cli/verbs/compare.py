# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn compare`: whether two encodes of one clip differ, by their reports."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.differences import Difference, Differences, FrameDifference, compare
from vmaf_dnn.differences.interval import CONFIDENCE, LEAST_VALUES
from vmaf_dnn.report import Report
from vmaf_dnn.text import legible_cell

_METRICS = ("metric", "A", "B", "B - A", "from", "to", "B higher", "B lower")
_FRAMES = ("frame", "time, s", "A", "B", "B - A")
_N_LOWEST = 5


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("a", metavar="A", help="the report to compare with: JSON, XML or CSV")
    parser.add_argument("b", metavar="B", help="the report to compare")
    flags = FlagGroup(parser)
    frames = f"name the N frames in which B is lowest beside A (default: {_N_LOWEST})"
    flags.number("--worst", default=_N_LOWEST, help=frames)
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print what differs. Raises `VmafDnnError`."""
    found = compare(Report.read(arguments.a), Report.read(arguments.b), n_lowest=arguments.worst)
    if arguments.json:
        print(as_json(found.as_dict()))
    else:
        _print(found)


def _print(found: Differences) -> None:
    print(f"A: {legible_cell(found.a)}\nB: {legible_cell(found.b)}\n{_frames(found)}\n")
    first = next(iter(found.metrics.values()))
    print(f"{verdict(first)}\n")
    terminal.print_table(_METRICS, [_row(of) for of in found.metrics.values()])
    for of in found.metrics.values():
        if of.n_frames < found.n_frames:
            print(_left_out(of, found.n_frames))
    if first.lowest:
        print(f"\nB is lowest beside A by {first.metric} in")
        terminal.print_table(_FRAMES, [_frame_row(frame) for frame in first.lowest])


def verdict(of: Difference) -> str:
    """Say in words whether a metric differs."""
    if not of.n_frames:
        return f"{of.metric}: no frame has a finite value in both."
    way = "higher" if of.mean > 0 else "lower"
    mean = f"{of.metric}: B is {_text(abs(of.mean))} {way} in the mean"
    if of.mean == 0 and of.higher == of.lower == 0:
        return f"{of.metric}: both are the same in every frame."
    if of.interval is None:
        return f"{mean}; {of.n_frames} frames are too few to tell more ({LEAST_VALUES} are needed)."
    lowest, highest = of.interval
    told = "they differ" if of.differs else "that may be chance"
    return f"{mean}, between {_signed(lowest)} and {_signed(highest)} ({CONFIDENCE:.0%}): {told}."


def _frames(found: Differences) -> str:
    if found.n_frames == found.n_frames_a == found.n_frames_b:
        return f"{found.n_frames} frames"
    return f"{found.n_frames} frames in both, of {found.n_frames_a} in A and {found.n_frames_b} in B"


def _left_out(of: Difference, n_frames: int) -> str:
    n_left = n_frames - of.n_frames
    return f"{of.metric}: {n_left} of {n_frames} frame{'s' * (n_frames != 1)} left out: no finite value"


def _row(of: Difference) -> tuple[str, ...]:
    interval: Sequence[str] = ("-", "-") if of.interval is None else tuple(map(_signed, of.interval))
    means = _text(of.mean_a), _text(of.mean_b), _signed(of.mean)
    return of.metric, *means, *interval, f"{of.higher:.1%}", f"{of.lower:.1%}"


def _frame_row(frame: FrameDifference) -> tuple[str, ...]:
    time = "-" if frame.time_s is None else f"{frame.time_s:.3f}"
    return str(frame.frame_number), time, _text(frame.a), _text(frame.b), _signed(frame.difference)


def _text(value: float) -> str:
    return f"{value:.{_n_decimals()}f}"


def _signed(value: float) -> str:
    return f"{value:+.{_n_decimals()}f}"


def _n_decimals() -> int:
    return 4 if sys.stdout.isatty() else 6
