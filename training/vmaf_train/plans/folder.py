# SPDX-License-Identifier: BSD-3-Clause
"""A folder of one's own pictures: `captions.csv` says what is on each."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.plans.pictures import read_picture
from vmaf_train.files import Progress, no_progress
from vmaf_train.plans.pictures import Pictures

TABLE = "captions.csv"
_MOST_BYTES = 64 << 20
_MOST_WORDS, _LONGEST_WORD = 40, 32
_ONE_IN = 8


def read_folder(folder: Path, progress: Progress = no_progress) -> tuple[Pictures, Pictures]:
    """Return the pictures to train on, and an eighth, chosen by the digest of their pixels, to judge by.

    `captions.csv` has the columns `file`, relative to the folder, `caption`, and `label` if it likes: what a
    linear probe is to find. Raises `InvalidArgument` for a table or a picture that can't be read.
    """
    rows = list(_rows(folder / TABLE))
    pixels = []
    for i, row in enumerate(rows):
        pixels.append(read_picture(folder / row["file"]))
        progress(i + 1, len(rows))
    labels = tuple(row["label"] for row in rows) if all(row.get("label") for row in rows) else ()
    every = Pictures(np.stack(pixels), tuple(row["caption"] for row in rows), labels)
    kept = np.array([hashlib.sha256(one.tobytes()).digest()[0] % _ONE_IN == 0 for one in pixels])
    known = {word for i in np.flatnonzero(~kept) for word in every.sentences[i].split()}
    longest = max((len(every.sentences[i].split()) for i in np.flatnonzero(~kept)), default=0)
    judged = [
        i
        for i in np.flatnonzero(kept)
        if set(every.sentences[i].split()) <= known and len(every.sentences[i].split()) <= longest
    ]
    if not judged or kept.all():
        raise InvalidArgument(
            f"{folder / TABLE} lists {len(rows)} pictures, too few to keep an eighth of them for judging;"
            " give a hundred or more."
        )
    return every.chosen(np.flatnonzero(~kept)), every.chosen(np.array(judged))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        text = read_bounded(path, _MOST_BYTES).decode("utf-8-sig")
    except UnfitFile as error:
        raise InvalidArgument(
            f"{path} {error}; list the pictures there, a line each under the heading file,caption."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"{path} is not UTF-8; save it again.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from _read(reader, path)
    except csv.Error as error:
        raise InvalidArgument(f"{path}, line {reader.line_num}, is not CSV: {error}; correct it.") from error


def _read(reader: csv.DictReader[str], path: Path) -> Iterator[dict[str, str]]:
    if not {"file", "caption"} <= set(reader.fieldnames or ()):
        raise InvalidArgument(
            f"{path} has the columns {', '.join(reader.fieldnames or ()) or 'of an empty file'}, expected"
            " file, caption and perhaps label; name them in its first line."
        )
    for row in reader:
        _check(row, f"{path}, line {reader.line_num}")
        yield row


def _check(row: dict[str, str], where: str) -> None:
    words = (row["caption"] or "").split()
    if not row["file"] or not words or len(words) > _MOST_WORDS:
        raise InvalidArgument(
            f"{where}, has {len(words)} words for the file {row['file']!r:.80}, expected a name and 1 to"
            f" {_MOST_WORDS} words; correct it."
        )
    if long := [word for word in words if len(word) > _LONGEST_WORD]:
        raise InvalidArgument(
            f"{where}, has a word of {len(long[0])} letters, expected up to {_LONGEST_WORD}; shorten it."
        )
