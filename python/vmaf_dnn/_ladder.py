# SPDX-License-Identifier: BSD-3-Clause
"""Reports of several distorted clips: a file each in one folder, and one table."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from vmaf_dnn import _layouts, _output, _terminal
from vmaf_dnn._legible import legible_cell
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report import Report

_POOLED = ("mean", "harmonic_mean", "min", "max")
_HEADER = ("distorted", "bytes", "frames", "score", "mean", "harmonic", "min", "max")


def report_paths(folder: str, clips: Sequence[str], format: str | None) -> list[str]:
    """The path of each clip's report in `folder`: the clip's file name, then the format (XML by default).

    Raises `InvalidArgument` if two would be one.
    """
    format = format or "xml"
    names = [f"{Path(clip).name}.{format}" for clip in clips]
    for name, n_uses in Counter(names).items():
        if n_uses > 1:
            raise InvalidArgument(
                f"{n_uses} distorted clips are called {name.removesuffix(f'.{format}')}, and so would their"
                f" reports in {folder} be; score them in separate runs"
            )
    return [os.path.join(folder, name) for name in names]


@contextmanager
def folder_of_reports(folder: str) -> Iterator[None]:
    """Make `folder` if it isn't there; gone again if the block fails. Raises `InvalidArgument`."""
    is_new = not os.path.lexists(folder)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InvalidArgument(
            f"can't write {folder}: {error.strerror}; several reports need a folder"
        ) from error
    try:
        yield
    except BaseException:
        with suppress(OSError):  # others may have put something in
            if is_new:
                os.rmdir(folder)
        raise


def give(reports: Sequence[Report], outputs: Sequence[str], arguments: argparse.Namespace) -> None:
    """Write the reports to `outputs`, or to stdout if a format was named; else, or beside, the table."""
    for report, path in zip(reports, outputs, strict=False):
        report.write(path, arguments.format)
    if not outputs and arguments.format:
        _output.write_stdout(_layouts.to_json_list(arguments.distorted, reports))
    elif not (outputs and arguments.quiet):
        _terminal.print_table(_HEADER, _rows(arguments.distorted, reports))


def _rows(clips: Sequence[str], reports: Sequence[Report]) -> list[tuple[str, ...]]:
    n_decimals = 3 if sys.stdout.isatty() else 6
    return [
        (
            legible_cell(clip),
            str(os.path.getsize(clip)),
            str(len(report.frame_numbers)),
            name,
            *(f"{report.pooled_metrics[name][key]:.{n_decimals}f}" for key in _POOLED),
        )
        for clip, report in zip(clips, reports, strict=True)
        for name in report.scores
    ]
