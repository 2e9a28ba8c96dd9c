# SPDX-License-Identifier: BSD-3-Clause
"""The curve that a model may lay over its scores: a polynomial, then line segments, then a bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.svm.faults import Malformed, finite_number, finite_numbers, refuse, shown

_COEFFICIENTS = ("p0", "p1", "p2")
_BOUNDS = ("out_lte_in", "out_gte_in")
_FIELDS = (*_COEFFICIENTS, "knots", *_BOUNDS, "enabled")
_MAX_KNOTS = 10  # libvmaf refuses more

Knots = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ScoreTransform:
    """`coefficients` by rising power and `knots` as (x, y) pairs; empty where the file has none."""

    coefficients: tuple[float, ...]
    knots: Knots
    never_raises: bool
    never_lowers: bool

    def apply(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) scores -> (n,), not clipped."""
        curved = scores
        if self.coefficients:
            p0, p1, p2 = self.coefficients
            curved = p0 + p1 * scores + p2 * scores * scores
        if self.knots:
            curved = _on_segments(np.array(self.knots), curved)
        if self.never_raises:
            curved = np.minimum(curved, scores)
        if self.never_lowers:
            curved = np.maximum(curved, scores)
        return curved


def parse_transform(model: Mapping[str, Any], wanted: bool | None) -> ScoreTransform | None:
    """Parse the transform of a model_dict, if it is to be applied; None in `wanted` asks the file."""
    stated = model.get("score_transform", {})
    if not isinstance(stated, dict):
        refuse("its score_transform", stated, "an object")
    for name in stated:
        if name not in _FIELDS:
            raise Malformed(f"its score_transform has the field {shown(name)}, expected {', '.join(_FIELDS)}")
    enabled = stated.get("enabled", False)
    if not isinstance(enabled, bool):
        refuse("enabled in its score_transform", enabled, "true or false")
    transform = ScoreTransform(_coefficients(stated), _knots(stated), *(_bound(stated, n) for n in _BOUNDS))
    if wanted and "score_transform" not in model:
        raise Malformed("it has no score_transform that could be enabled")
    return transform if (enabled if wanted is None else wanted) else None


def _coefficients(stated: Mapping[str, Any]) -> tuple[float, ...]:
    values = [stated.get(name) for name in _COEFFICIENTS]
    if values == [None] * len(values):
        return ()
    return tuple(
        0.0 if value is None else finite_number(f"{name} in its score_transform", value)
        for name, value in zip(_COEFFICIENTS, values, strict=True)
    )


def _knots(stated: Mapping[str, Any]) -> Knots:
    if "knots" not in stated:
        return ()
    what, pairs = "knots in its score_transform", stated["knots"]
    if not isinstance(pairs, list) or not 2 <= len(pairs) <= _MAX_KNOTS:
        refuse(what, pairs, f"2 to {_MAX_KNOTS} pairs of numbers")
    knots = tuple(finite_numbers(f"{what}[{i}]", pair, 2) for i, pair in enumerate(pairs))
    # libvmaf gives 0 for all scores beyond a pair that doesn't.
    if not all(before[0] < after[0] and before[1] <= after[1] for before, after in pairwise(knots)):
        refuse(what, pairs, "x that rise and y that don't fall")
    return knots


def _bound(stated: Mapping[str, Any], name: str) -> bool:
    word = stated.get(name, "false")
    if word not in ("true", "false"):
        refuse(f"{name} in its score_transform", word, 'the text "true" or "false"')
    return bool(word == "true")


def _on_segments(knots: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Piecewise linear through the knots; the first and the last segment go on for ever."""
    x, y = knots.T
    segment = np.clip(np.searchsorted(x, scores, side="right") - 1, 0, len(x) - 2)
    slope = np.diff(y) / np.diff(x)
    return np.asarray(y[segment] + slope[segment] * (scores - x[segment]))
