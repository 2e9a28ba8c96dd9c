# SPDX-License-Identifier: BSD-3-Clause
"""What a search has to reach: limits of pooled scores, and by how much measured scores keep them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.statistics import check_pooling, pooled_as

_BY_RUN = "worst_second"  # of frames on end, so of one sample
_SPREAD = "stddev"
_EXAMPLE = "'p5=92,mean=94' say, or a number alone for the mean"

_UNREACHED, _LEAST_MISSING = 101.0, 0.1  # encodes score up to 100, and some models a little above

Scores = dict[str, list[NDArray[np.float64]]]
"""Of each model the scores of the frames of each sample."""


class Margin(NamedTuple):
    """By how much a limit is kept; below 0, missed.

    `level` says the same, of the same sign, on a scale on which a search goes nearly straight: what a score
    misses to a perfect one grows by about a tenth from one CRF to the next.
    """

    value: float
    level: float


@dataclass(frozen=True)
class Limit:
    """One condition: the lowest value of a pooled score (of its spread, the highest)."""

    pooling: str
    value: float

    def __str__(self) -> str:
        return f"{self.pooling}={self.value:g}"

    def margin(self, pooled: float) -> Margin:
        """Return by how much a pooled score keeps the limit."""
        if self.pooling == _SPREAD:
            return Margin(self.value - pooled, math.log((1 + max(self.value, 0)) / (1 + pooled)))
        return Margin(pooled - self.value, math.log(_missing(self.value) / _missing(pooled)))


@dataclass(frozen=True)
class Target:
    """Limits that all have to hold, for each model that scores."""

    limits: tuple[Limit, ...]

    def __str__(self) -> str:
        return ",".join(map(str, self.limits))

    @property
    def typical_score(self) -> float:
        """The score that a search may begin at: the highest that is asked for."""
        values = [limit.value for limit in self.limits if limit.pooling != _SPREAD]
        return max(values, default=93.0)

    def pooled(self, scores: Scores, frame_rate: float) -> dict[str, dict[str, float]]:
        """Pool the scores of each model as each limit does, with the mean in any case."""
        poolings = dict.fromkeys(["mean", *(limit.pooling for limit in self.limits)])
        return {
            name: {pooling: _pooled(pooling, parts, frame_rate) for pooling in poolings}
            for name, parts in scores.items()
        }

    def described(self, pooled: Mapping[str, Mapping[str, float]]) -> str:
        """Return what is limited of each model's pooled scores, in words."""
        poolings = dict.fromkeys(limit.pooling for limit in self.limits)
        values = (
            (f"{name} " if len(pooled) > 1 else "") + f"{pooling}={of_model[pooling]:.2f}"
            for name, of_model in pooled.items()
            for pooling in poolings
        )
        return ", ".join(values)

    def margins(self, pooled: Mapping[str, Mapping[str, float]]) -> tuple[Margin, ...]:
        """Return the margin of each limit, for one model after the other."""
        return tuple(
            limit.margin(of_model[limit.pooling]) for of_model in pooled.values() for limit in self.limits
        )


def parse_target(text: str | float) -> Target:
    """Parse ``"p5=92,mean=94"``; a number alone is of the mean. Raises `InvalidArgument`."""
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise InvalidArgument(f"the target must be a text or a number, {_EXAMPLE}; got {text!r}.")
    return Target(tuple(_limit(word.strip(), text) for word in str(text).split(",")))


def _limit(word: str, text: str | float) -> Limit:
    pooling, _, number = word.rpartition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or word.startswith("="):
        raise InvalidArgument(f"the target must be limits of pooled scores, {_EXAMPLE}; got {text!r}.")
    return Limit(check_pooling(pooling.strip() or "mean"), value)


def _missing(score: float) -> float:
    return max(_UNREACHED - score, _LEAST_MISSING)


def _pooled(pooling: str, parts: Sequence[NDArray[np.float64]], frame_rate: float) -> float:
    """Pool the frames of all samples as one; the worst second is within a sample."""
    if pooling == _BY_RUN:
        return min(pooled_as(pooling, part, frame_rate) for part in parts)
    return pooled_as(pooling, np.concatenate(parts), frame_rate)
