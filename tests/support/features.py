# SPDX-License-Identifier: BSD-3-Clause
"""Features of frames in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.support.synthetic import Pair
from vmaf_dnn._core import FeatureExtractor

ISAS = ["avx2", "avxvnni", "avx512", "avx512vnni"]
KINDS = ["natural", "noise", "inverted", "checker", "contrast", "identical", "flat"]


def known(rows: Sequence[np.ndarray | None]) -> list[np.ndarray]:
    """The rows that an extractor gave; None stands for one that is not known yet."""
    return [row for row in rows if row is not None]


def extract(pairs: list[Pair], bit_depth: int = 8, **options: Any) -> np.ndarray:
    """The rows of a clip, (n_frames, 6)."""
    height, width = pairs[0][0].shape
    extractor = FeatureExtractor(width, height, bit_depth, **options)
    rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
    assert rows[0] is None
    return np.concatenate(known(rows[1:]))
