# SPDX-License-Identifier: BSD-3-Clause
"""The demonstration: a clip is made, encoded, scored and drawn."""

from __future__ import annotations

from vmaf_dnn.demo.run import PLOT_NAME, run_demo

__all__ = ["PLOT_NAME", "run_demo"]
