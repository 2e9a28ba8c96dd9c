# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models."""

from __future__ import annotations

from itertools import product

IDS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]
PRECISIONS = ["fp32", "int8"]
SHIPPED = list(product(IDS, PRECISIONS))
