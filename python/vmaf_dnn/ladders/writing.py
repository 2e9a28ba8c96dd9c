# SPDX-License-Identifier: BSD-3-Clause
"""Files of a ladder: JSON and CSV for programs, a chart for people."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import write_whole
from vmaf_dnn.ladders.document import COLUMNS, document, rows
from vmaf_dnn.report.drawing.figures import image_of

if TYPE_CHECKING:
    from vmaf_dnn.ladders.ladder import Ladder

CHARTS = (".png", ".svg")
SUFFIXES = (".json", ".csv", *CHARTS)


def check_suffix(path: Path) -> None:
    """Raise `InvalidArgument` unless the name says what to write."""
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidArgument(
            f"a ladder is written as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, got {path}; name a file"
            " that ends so."
        )


def write(ladder: Ladder, path: Path) -> None:
    """Write it as the suffix says; the file appears whole or not at all."""
    check_suffix(path)
    suffix = path.suffix.lower()
    if suffix in CHARTS:
        write_whole(path, image_of(ladder.plot(), suffix.lstrip(".")))
    else:
        write_whole(path, as_json(ladder) if suffix == ".json" else as_csv(ladder))


def as_json(ladder: Ladder) -> str:
    """Return the ladder as one JSON object."""
    import json

    return json.dumps(document(ladder), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(ladder: Ladder) -> str:
    """Return a line a rung below the names of the columns."""
    import csv

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows(ladder)])
    return text.getvalue()
