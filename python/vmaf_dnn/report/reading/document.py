# SPDX-License-Identifier: BSD-3-Clause
"""From a file or a text of any layout to the report that it states."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from vmaf_dnn.checks import require_path
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.floats import default_floats
from vmaf_dnn.report.reading.columns import Unreadable
from vmaf_dnn.report.reading.csv_log import report_of_csv
from vmaf_dnn.report.reading.json_log import report_of_json
from vmaf_dnn.report.reading.xml_log import report_of_xml
from vmaf_dnn.report.report import Report
from vmaf_dnn.text import legible_cell

MOST_BYTES = 1 << 29
"""Of a report that is read: a million frames of the default model in JSON are 300 MB."""

_CURE = "give a report of vmaf-dnn's or a log of libvmaf's, as JSON, XML or CSV"
_READERS: dict[str, Callable[[str], Report]] = {
    r"[{\[]": report_of_json,
    "<": report_of_xml,
    "Frame[,\r\n]": report_of_csv,
}
_SUBTITLE = re.compile(r"\{\d+\}\{\d+\}")


def read_report(path: str | os.PathLike[str]) -> Report:
    """Read a report's file. Raises `InvalidArgument`."""
    require_path("path", path)
    name = legible_cell(os.fspath(path))
    try:
        text = read_bounded(Path(path), MOST_BYTES)
    except UnfitFile as error:
        raise InvalidArgument(f"{name} {error}; {_CURE}.") from error
    return parse_report(text, name)


@default_floats()
def parse_report(text: str | bytes, name: str = "the report") -> Report:
    """Read a report's text, which messages call `name`. Raises `InvalidArgument`."""
    try:
        return _reader_of(decoded := _decoded(text))(decoded)
    except Unreadable as error:
        raise InvalidArgument(f"{name} {error}; {_CURE}.") from error


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return bytes(text).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("is no text in UTF-8") from error


def _reader_of(text: str) -> Callable[[str], Report]:
    begin = text[:1024].lstrip()
    if not begin:
        raise Unreadable("is empty")
    if _SUBTITLE.match(begin):
        raise Unreadable("is a subtitle, which is for players and does not name all that it holds")
    for pattern, reader in _READERS.items():
        if re.match(pattern, begin):
            return reader
    raise Unreadable(f"begins with {begin[:20]!r}, as no report does")
