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
from vmaf_dnn.report.limits import Limit, check_metrics, parse_limits
from vmaf_dnn.report.statistics import pooled_as

_MEAN, _WORST_SECOND = "mean", "worst_second"
_UNREACHED, _LEAST_MISSING = 101.0, 0.1  # encodes score up to 100, and of some models a little more

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
class Target:
    """Limits that all have to hold; one that names no model holds for each."""

    limits: tuple[Limit, ...]

    def __str__(self) -> str:
        return ",".join(f"{_name(limit)}={limit.least:g}" for limit in self.limits)

    @property
    def highest(self) -> float:
        """The highest score that is asked for, which a search may begin at."""
        return max(limit.least for limit in self.limits)

    def pooled(self, scores: Scores, frame_rate: float) -> dict[str, dict[str, float]]:
        """Pool the scores of each model as the limits do, and to the mean in any case.

        Raises:
            InvalidArgument: a limit names a model that did not score.
        """
        check_metrics(self.limits, list(scores))
        poolings = dict.fromkeys([_MEAN, *(limit.pooling for limit in self.limits)])
        return {
            name: {pooling: _pooled(pooling, parts, frame_rate) for pooling in poolings}
            for name, parts in scores.items()
        }

    def margins(self, pooled: Mapping[str, Mapping[str, float]]) -> tuple[Margin, ...]:
        """Return the margin of each limit, for each model that it is of."""
        return tuple(_margin(score, limit.least) for _, limit, score in self._limited(pooled))

    def described(self, pooled: Mapping[str, Mapping[str, float]]) -> str:
        """Return what is limited of the pooled scores, in words."""
        words = (
            (f"{name}:" if len(pooled) > 1 else "") + f"{limit.pooling}={score:.2f}"
            for name, limit, score in self._limited(pooled)
        )
        return ", ".join(dict.fromkeys(words))

    def _limited(self, pooled: Mapping[str, Mapping[str, float]]) -> list[tuple[str, Limit, float]]:
        return [
            (name, limit, of_model[limit.pooling])
            for name, of_model in pooled.items()
            for limit in self.limits
            if limit.metric in (None, name)
        ]


def parse_target(text: str | float) -> Target:
    """Parse ``"p5=92,mean=94"``, limits as of `parse_limits`; a number alone is of the mean.

    Raises:
        InvalidArgument: it is no limit, or of the spread, which is no quality.
    """
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise InvalidArgument(f"the target must be text, as 'p5=92,mean=94', or a number, got {text!r}.")
    words = str(text).split(",")
    named = (word if "=" in word else f"{_MEAN}={word.strip()}" for word in words)
    return Target(parse_limits(",".join(named)))


def _name(limit: Limit) -> str:
    return f"{limit.metric}:{limit.pooling}" if limit.metric else limit.pooling


def _margin(score: float, least: float) -> Margin:
    return Margin(score - least, math.log(_missing(least) / _missing(score)))


def _missing(score: float) -> float:
    return max(_UNREACHED - score, _LEAST_MISSING)


def _pooled(pooling: str, parts: Sequence[NDArray[np.float64]], frame_rate: float) -> float:
    """Pool the frames of all samples as one; the worst second is within a sample."""
    if pooling == _WORST_SECOND:
        return min(pooled_as(pooling, part, frame_rate) for part in parts)
    return pooled_as(pooling, np.concatenate(parts), frame_rate)
