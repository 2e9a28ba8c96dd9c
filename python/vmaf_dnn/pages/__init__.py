# SPDX-License-Identifier: BSD-3-Clause
"""Reports as one HTML page that a browser shows without a network."""

from __future__ import annotations

from vmaf_dnn.pages.page import write_page

__all__ = ["write_page"]
