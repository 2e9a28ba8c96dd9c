# SPDX-License-Identifier: BSD-3-Clause
"""A server of the Model Context Protocol: agents score clips and look at models through it."""

from __future__ import annotations

from vmaf_dnn.mcp.main import main

__all__ = ["main"]
