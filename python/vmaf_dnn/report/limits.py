# SPDX-License-Identifier: BSD-3-Clause
"""Limits that scores must not fall below: ``mean=93``, ``vmaf_tiny_v4:p5=80``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.formats import as_written
from vmaf_dnn.report.report import Report
from vmaf_dnn.report.statistics import check_quality
from vmaf_dnn.text import legible_cell


@dataclass(frozen=True)
class Limit:
    """The least that a clip's score may be, pooled in one way.

    Attributes:
        pooling: as `Report.pooled` takes it, but no spread.
        least: what is still enough.
        metric: the score's name; None is the report's first.
    """

    pooling: str
    least: float
    metric: str | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidArgument` unless there is such a pooling, and more of it is better."""
        check_quality(self.pooling, f"the limit of {self.least:g}")

    def shortfall(self, report: Report) -> str:
        """Say by what a report falls below, by the decimals of files; empty if it does not."""
        value = report.pooled(self.pooling, self.metric)
        written = as_written(value)
        if written is not None and written >= self.least:
            return ""
        metric = self.metric or report.score_names[0]
        return f"the {self.pooling} of {metric} is {value:.6f}, below {self.least:g}"


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Read limits that are separated by commas. Raises `InvalidArgument`."""
    return tuple(_parsed(words.strip(), text) for words in text.split(","))


def shortfalls(report: Report, limits: Iterable[Limit]) -> str:
    """Return a sentence that names the clip and each limit that its report falls below; empty if none."""
    faults = [fault for limit in limits if (fault := limit.shortfall(report))]
    if not faults:
        return ""
    clip = f"{legible_cell(report.clips.distorted)}: " if report.clips else ""
    return f"{clip}{'; '.join(faults)}."


def check_metrics(limits: Iterable[Limit], scores: Sequence[str]) -> None:
    """Raise `InvalidArgument` for a limit of a score that is none of these."""
    for limit in limits:
        if not scores:
            raise InvalidArgument(
                "a limit needs a score, and no model is asked for; name one, or leave it out."
            )
        if limit.metric is not None and limit.metric not in scores:
            raise InvalidArgument(
                f"a limit is of {limit.metric!r}, and the scores of this run are {', '.join(scores)};"
                f" write {scores[0]}:{limit.pooling}={limit.least:g}."
            )


def _parsed(words: str, whole: str) -> Limit:
    name, equals, number = words.partition("=")
    metric, colon, pooling = name.rpartition(":")
    try:
        least = float(number)
    except ValueError:
        least = math.nan
    if not equals or not math.isfinite(least) or bool(metric) != bool(colon):
        raise InvalidArgument(
            f"a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got {words!r} in {whole!r}; write them as"
            " 'mean=93,vmaf_tiny_v4:p5=80'."
        )
    return Limit(pooling, least, metric or None)
