# SPDX-License-Identifier: BSD-3-Clause
"""Reading reports: those that were written here, and libvmaf's own logs; the content tells which it is."""

from __future__ import annotations

from vmaf_dnn.report.reading.document import parse_report, read_report

__all__ = ["parse_report", "read_report"]
