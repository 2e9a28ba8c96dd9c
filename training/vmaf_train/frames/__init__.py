# SPDX-License-Identifier: BSD-3-Clause
"""Models of frames: a filter of luma, and quality without a reference."""

from __future__ import annotations
