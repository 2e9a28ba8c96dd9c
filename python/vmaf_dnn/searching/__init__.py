# SPDX-License-Identifier: BSD-3-Clause
"""The setting of an encoder that reaches a target quality: searched by encoding and scoring samples."""

from __future__ import annotations

from vmaf_dnn.searching.result import SearchResult, Try
from vmaf_dnn.searching.run import search

__all__ = ["SearchResult", "Try", "search"]
