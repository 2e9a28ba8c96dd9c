# SPDX-License-Identifier: BSD-3-Clause
"""The `vmaf-dnn` command."""

from __future__ import annotations

from vmaf_dnn.cli.main import main

__all__ = ["main"]
