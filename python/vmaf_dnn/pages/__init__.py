# SPDX-License-Identifier: BSD-3-Clause
"""Reports as one HTML page that a browser shows without a network."""

from __future__ import annotations

from vmaf_dnn.pages.listing import listing_page
from vmaf_dnn.pages.markup import Link, Number
from vmaf_dnn.pages.page import write_page

__all__ = ["Link", "Number", "listing_page", "write_page"]
