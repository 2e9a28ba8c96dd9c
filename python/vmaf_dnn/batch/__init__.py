# SPDX-License-Identifier: BSD-3-Clause
"""Thousands of pairs, or one long clip, on many workers."""

from __future__ import annotations

from vmaf_dnn.batch.parts import score_in_parts
from vmaf_dnn.batch.progress import BatchProgress, BatchResult
from vmaf_dnn.batch.run import score_batch

__all__ = ["BatchProgress", "BatchResult", "score_batch", "score_in_parts"]
