# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models."""

from __future__ import annotations

from itertools import product
from typing import Literal

Precision = Literal["fp32", "int8"]
IDS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]
PRECISIONS: list[Precision] = ["fp32", "int8"]
SHIPPED = list(product(IDS, PRECISIONS))
