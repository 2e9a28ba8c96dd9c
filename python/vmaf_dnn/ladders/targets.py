# SPDX-License-Identifier: BSD-3-Clause
"""Scores that are to be reached, as text: ``mean=93,p5=85``."""

from __future__ import annotations

import math

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.report.statistics import check_pooling


def parse_targets(text: str) -> dict[str, float]:
    """Return the least score of each pooling that `text` names; raises `InvalidArgument`."""
    targets: dict[str, float] = {}
    for word in text.split(","):
        pooling, has_score, score = word.strip().partition("=")
        if not has_score or not _is_number(score):
            raise InvalidArgument(f"a target is a pooling and a score, mean=93, or several: got {text!r}.")
        targets[check_pooling(pooling.strip())] = float(score)
    return targets


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
