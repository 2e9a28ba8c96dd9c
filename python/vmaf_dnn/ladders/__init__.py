# SPDX-License-Identifier: BSD-3-Clause
"""Encodes of one clip at several rates: what quality a bit buys, by which codec."""

from __future__ import annotations

from vmaf_dnn.ladders.bd import BDResult
from vmaf_dnn.ladders.ladder import Ladder
from vmaf_dnn.ladders.rungs import Group, Rung

__all__ = ["BDResult", "Group", "Ladder", "Rung"]
