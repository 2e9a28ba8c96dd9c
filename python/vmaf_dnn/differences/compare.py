# SPDX-License-Identifier: BSD-3-Clause
"""Compare two reports frame by frame."""

from __future__ import annotations

import warnings
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.checks import require_instance, require_whole_number
from vmaf_dnn.differences.difference import Difference, Differences, FrameDifference
from vmaf_dnn.differences.interval import mean_interval
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report import Report
from vmaf_dnn.report.worst import worst_rows
from vmaf_dnn.text import legible

_NAN = float("nan")


@default_floats()
@np.errstate(over="ignore", invalid="ignore")  # what overflows is refused
def compare(a: Report, b: Report, *, n_lowest: int = 5) -> Differences:
    """Say whether two encodes of one clip differ, and where.

    Frames are paired by their numbers; those that one report alone has are left out, and of each
    metric those without a finite value in both.

    Args:
        a: the report to compare with.
        b: the report to compare: differences are of `b` less `a`.
        n_lowest: how many frames of each metric to name in which `b` is lowest beside `a`.

    Returns:
        A `Differences`. The interval of each mean difference respects that neighbouring frames are alike: it
        is Student's over the means of six equal parts of the clip, at 95 %.

    Raises:
        InvalidArgument: these are no reports, have no frame or no metric in common, or values too large to
            average.
    """
    for name, report in (("a", a), ("b", b)):
        require_instance(name, report, Report, "a Report")
    require_whole_number("n_lowest", n_lowest, 0)
    _warn_of_references(a, b)
    numbers, rows_a, rows_b = np.intersect1d(a.frame_numbers, b.frame_numbers, return_indices=True)
    names = [name for name in _ordered(a) if name in b.metrics]
    if not len(numbers):
        raise InvalidArgument("the reports have no frame in common; compare reports of one part of a clip.")
    if not names:
        raise InvalidArgument(
            f"the reports have no metric in common: one has {', '.join(a.metrics)}, the other"
            f" {', '.join(b.metrics)}; score both clips with the same models."
        )
    metrics = {
        name: _difference(
            name, numbers, a.metrics[name][rows_a], b.metrics[name][rows_b], a.frame_rate, n_lowest
        )
        for name in names
    }
    return Differences(
        _name_of(a, "a"), _name_of(b, "b"), metrics, len(numbers), len(a.frame_numbers), len(b.frame_numbers)
    )


def _warn_of_references(a: Report, b: Report) -> None:
    names = [PurePath(report.clips.reference).name for report in (a, b) if report.clips]
    if len({*filter(None, names)}) > 1:
        one, other = map(legible, names)
        warnings.warn(
            f"the reports are of references of two names, {one} and {other}; what they differ by means"
            " something only if these are one clip",
            RuntimeWarning,
            stacklevel=4,
        )


def _ordered(report: Report) -> list[str]:
    return list(dict.fromkeys([*report.score_names, *report.metrics]))


def _name_of(report: Report, default: str) -> str:
    return legible(report.clips.distorted) if report.clips else default


def _difference(
    name: str,
    numbers: NDArray[np.int64],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    rate: float | None,
    n_lowest: int,
) -> Difference:
    known = np.isfinite(a) & np.isfinite(b)
    numbers, a, b = numbers[known], a[known], b[known]
    if not len(numbers):
        return Difference(name, 0, _NAN, _NAN, _NAN, None, 0.0, 0.0)
    found = b - a
    means, interval = (float(a.mean()), float(b.mean()), float(found.mean())), mean_interval(found)
    if not np.isfinite([*means, *(interval or ())]).all():
        largest = float(np.abs([a, b]).max())
        raise InvalidArgument(
            f"differences of {name} are not finite: its values are as large as {largest:g}, which is no"
            " score; score the clips again."
        )
    lowest = [row for row in worst_rows(numbers, found, n_lowest, rate) if found[row] < 0]
    return Difference(
        name,
        len(numbers),
        *means,
        interval,
        float(np.mean(found > 0)),
        float(np.mean(found < 0)),
        tuple(
            FrameDifference(
                int(numbers[row]), numbers[row].item() / rate if rate else None, float(a[row]), float(b[row])
            )
            for row in lowest
        ),
    )
