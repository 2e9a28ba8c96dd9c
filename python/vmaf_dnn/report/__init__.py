# SPDX-License-Identifier: BSD-3-Clause
"""Reports: the scores of one pair of clips, pooled, in libvmaf's formats."""

from __future__ import annotations

from vmaf_dnn.report.provenance import ClipNames, TinyModel
from vmaf_dnn.report.report import SVM_METRIC, Report, report_format

__all__ = ["SVM_METRIC", "ClipNames", "Report", "TinyModel", "report_format"]
