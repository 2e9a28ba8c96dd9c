# SPDX-License-Identifier: BSD-3-Clause
"""JSON as libvmaf writes it, and with what a report of ours adds."""

from __future__ import annotations

import json
from typing import Any

from vmaf_dnn.report.reading.columns import FrameColumns, Unreadable
from vmaf_dnn.report.reading.members import mapping, sequence
from vmaf_dnn.report.reading.stated import report_of
from vmaf_dnn.report.report import Report


def report_of_json(source: str) -> Report:
    """Read a document. Raises `Unreadable`."""
    document = mapping(_loaded(source), "the document")
    pooled = mapping(document.get("pooled_metrics", {}), "pooled_metrics")
    columns = FrameColumns(pooled)
    for frame in sequence(document.get("frames", ()), "frames"):
        stated = mapping(frame, "a frame")
        columns.add(stated.get("frameNum"), mapping(stated.get("metrics"), "metrics"))
    return report_of(columns, document)


def _loaded(source: str) -> Any:
    try:
        document = json.loads(source)
    except json.JSONDecodeError as error:
        raise Unreadable(f"is no JSON in line {error.lineno} ({error.msg})") from error
    except (RecursionError, ValueError) as error:  # a number of thousands of digits is a ValueError
        raise Unreadable("is JSON, but too deep for a report, or with too long a number") from error
    if not isinstance(document, list):
        return document
    if len(document) != 1:
        cure = "write each into a file of its own, --json -o FOLDER"
        raise Unreadable(f"is a list of {len(document)} reports, and one is read ({cure})")
    return document[0]
