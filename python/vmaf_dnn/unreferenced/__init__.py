# SPDX-License-Identifier: BSD-3-Clause
"""Scores of clips that have no reference."""

from __future__ import annotations

from vmaf_dnn.unreferenced.model import NR_MODEL, TileModel, misused
from vmaf_dnn.unreferenced.reading import check_alone
from vmaf_dnn.unreferenced.scoring import score_alone

__all__ = ["NR_MODEL", "TileModel", "check_alone", "misused", "score_alone"]
