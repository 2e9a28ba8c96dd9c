# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models."""

from __future__ import annotations

from itertools import product
from typing import Literal

Precision = Literal["fp32", "int8"]
IDS = ["vmaf_tiny_v2", "vmaf_tiny_v3", "vmaf_tiny_v4"]
"""Those over the canonical six, as libvmaf measures them by default."""

V5_IDS = sorted(
    f"vmaf_tiny_v5{display}{rate}" for display in ("", "_4k", "_4k_3h", "_phone") for rate in ("", "_hfr")
)
ALL_IDS = [*IDS, "vmaf_tiny_v4_4k", "vmaf_tiny_v4_neg", *V5_IDS]
PRECISIONS: list[Precision] = ["fp32", "int8"]
SHIPPED = list(product(IDS, PRECISIONS))
