# SPDX-License-Identifier: BSD-3-Clause
"""What a ladder takes from the reports that it is made of, and what it refuses of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from vmaf_dnn.checks import listed
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.ladders.rungs import Rung
from vmaf_dnn.report import ClipNames, Report
from vmaf_dnn.text import file_names, legible, shortened

_MEASURED = "with --ladder (bit_rate=True)"
_MOST_RATE = 1e15  # kbit/s: no clip has it, and logarithms and ratios of what is below are finite


def clips_of(report: Report) -> ClipNames:
    """Return the clips of a report; `InvalidArgument` if it doesn't name them."""
    if report.clips is None:
        raise InvalidArgument(
            "a report doesn't name its clips, and a ladder compares them; take JSON or XML that vmaf-dnn"
            " wrote."
        )
    return report.clips


def common_reference(reports: Sequence[Report]) -> str:
    """Return the name of the reference; `InvalidArgument` if there is no report, or reports of several."""
    if not reports:
        raise InvalidArgument("a ladder takes one report or more, got none.")
    listed("reports", reports, Report, "a list of Reports")
    references = [legible(clips_of(report).reference) for report in reports]
    for reference in references[1:]:
        if PurePath(reference).name != PurePath(references[0]).name:
            raise InvalidArgument(
                f"a ladder is of one reference, got reports of {references[0]} and {reference}; give those of"
                " one."
            )
    return references[0]


def common_metric(reports: Sequence[Report], metric: str | None) -> str:
    """Return `metric`, or the first score that all reports hold; `InvalidArgument` if one lacks it."""
    scores = reports[0].score_names if metric is None else [metric]
    common = [name for name in scores if all(name in report.metrics for report in reports)]
    if not common:
        held = "; ".join(dict.fromkeys(", ".join(report.score_names) or "none" for report in reports))
        wanted = "the reports have no score in common" if metric is None else f"not all reports hold {metric}"
        raise InvalidArgument(f"{wanted} (they hold {held}); score all clips with the same models.")
    return common[0]


def names_of(reports: Sequence[Report]) -> list[str]:
    """Name each distorted clip: by the file alone, unless two are called so."""
    names = file_names([legible(clips_of(report).distorted) for report in reports])
    for name, n_reports in Counter(names).items():
        if n_reports > 1:
            raise InvalidArgument(f"{n_reports} reports are of {name}; a ladder takes one a clip.")
    return names


def rung_of(report: Report, name: str, metric: str, pool: str) -> Rung:
    """Return the rung of a report; `InvalidArgument` unless it states a bit rate that a clip can have."""
    states = clips_of(report).distorted_states
    rate, codec = _rate(states, name), states.get("codec")
    quality = report.pooled(pool, metric)
    if not math.isfinite(quality):
        raise InvalidArgument(f"{metric} of {name}, pooled as {pool}, is no number; choose another score.")
    return Rung(name, None if codec is None else legible(str(codec)), rate, quality, report)


def _rate(states: Mapping[str, Any], name: str) -> float:
    rate = states.get("kbit_per_s")
    if rate is None:
        cure = "state --frame_rate (frame_rate=25)" if "kbit_per_s" in states else _MEASURED
        raise InvalidArgument(f"the report of {name} states no bit rate; score the clip again, {cure}.")
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate < _MOST_RATE:
        raise InvalidArgument(
            f"the report of {name} states {shortened(repr(rate), 40)} as its bit rate, expected a number of"
            f" kbit/s above 0; score the clip again, {_MEASURED}."
        )
    return float(rate)
