# SPDX-License-Identifier: BSD-3-Clause
"""CSV as libvmaf writes it: the frames alone, each line ending in a comma."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO

from vmaf_dnn.report.reading.columns import FrameColumns, Unreadable
from vmaf_dnn.report.reading.stated import names_of_scores
from vmaf_dnn.report.report import Report


def report_of_csv(text: str) -> Report:
    """Read the frames. Raises `Unreadable`."""
    rows = csv.reader(StringIO(text, newline=""))
    try:
        _, *names = _without_last(next(rows))
        _check_names(names)
        columns = FrameColumns(names, spelt=True)
        for row in rows:
            if not row:
                continue
            number, *values = _without_last(row, len(names) + 1)
            if len(values) != len(names):
                raise Unreadable(f"has {len(values)} values in line {rows.line_num}, expected {len(names)}")
            columns.add(number, dict(zip(names, values, strict=True)))
    except csv.Error as error:
        raise Unreadable(f"is no CSV in line {rows.line_num} ({error})") from error
    numbers, metrics = columns.arrays()
    return Report(numbers, metrics, 0, 0, None, "", svm_metrics=names_of_scores(metrics))


def _without_last(cells: list[str], n_expected: int = 0) -> list[str]:
    """Drop the empty cell behind a line's last comma."""
    return cells[:-1] if cells[-1] == "" and len(cells) != n_expected else cells


def _check_names(names: list[str]) -> None:
    for name, n_uses in Counter(names).items():
        if not name or n_uses > 1:
            what = f"{n_uses} columns called {name!r:.60}" if name else "a column without a name"
            raise Unreadable(f"has {what}")
