# SPDX-License-Identifier: BSD-3-Clause
"""Extractors turn clips into tables of per-frame metrics."""

from __future__ import annotations

from vmaf_dnn.extractor import CANONICAL_6
from vmaf_dnn.extractors.table import FeatureTable

__all__ = ["CANONICAL_6", "FeatureTable"]
