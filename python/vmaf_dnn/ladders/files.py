# SPDX-License-Identifier: BSD-3-Clause
"""The reports in files, in lists of reports, and in folders."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.report import Report
from vmaf_dnn.report.reading.document import MOST_BYTES
from vmaf_dnn.text import legible

_SUFFIXES = {".json", ".xml"}  # of layouts that name clips


def read_reports(paths: Iterable[str | os.PathLike[str]]) -> list[Report]:
    """Read all reports in these files and folders; a JSON file may hold a list of them.

    Raises:
        InvalidArgument: a file can't be read or is no report, or a folder holds none.
    """
    return [
        report
        for path in paths
        for file in _files(Path(path))
        for report in _reports(file, legible(str(file)))
    ]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
    if not files:
        raise InvalidArgument(
            f"{legible(str(path))} holds no report in JSON or XML; name a folder or files that vmaf-dnn wrote"
            " (--json -o FOLDER)."
        )
    return files


def _reports(file: Path, name: str) -> list[Report]:
    try:
        text = read_bounded(file, MOST_BYTES)
    except UnfitFile as error:
        raise InvalidArgument(
            f"{name} {error}; give a report in JSON or XML, or a folder of them."
        ) from error
    if not text.lstrip().startswith(b"["):
        return [Report.parse(text, name)]
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return [Report.parse(text, name)]  # which says what is wrong with it
    return [Report.parse(json.dumps(item), f"report {i} of {name}") for i, item in enumerate(listed, 1)]
