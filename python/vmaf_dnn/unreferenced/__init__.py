# SPDX-License-Identifier: BSD-3-Clause
"""Scores of clips that have no reference."""

from __future__ import annotations

from vmaf_dnn.unreferenced.model import KIND, NR_MODEL, TileModel
from vmaf_dnn.unreferenced.reading import check_alone
from vmaf_dnn.unreferenced.scoring import score_alone

__all__ = ["KIND", "NR_MODEL", "TileModel", "check_alone", "score_alone"]
