# SPDX-License-Identifier: BSD-3-Clause
"""Numbered stills that are a clip together: ``img%04d.png``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from vmaf_dnn.errors import VideoError

_NUMBER = re.compile(r"%(?:0(\d+))?d")


class Sequence(NamedTuple):
    """Stills numbered without a gap."""

    first: int
    n_frames: int


def find_sequence(path: str | os.PathLike[str]) -> Sequence | None:
    """Look for the stills of a name with one ``%d`` or ``%04d``; None if it is no such name, or a file's.

    Raises `VideoError` if there are none, or if one is missing.
    """
    pattern = Path(path)
    numbers = _NUMBER.findall(pattern.name)
    if len(numbers) != 1 or pattern.exists():
        return None
    before, after = _NUMBER.sub("\0", pattern.name).split("\0")
    n_digits = int(numbers[0] or 1)
    still = re.compile(rf"{re.escape(before)}(\d{{{n_digits},}}){re.escape(after)}")
    names = os.listdir(pattern.parent) if pattern.parent.is_dir() else []
    found = sorted(int(match[1]) for match in map(still.fullmatch, names) if match)
    if not found:
        raise VideoError(f"{path}: no file is named so, and no numbered ones are.")
    for number, expected in enumerate(found, found[0]):
        if expected != number:
            raise VideoError(
                f"{path}: the still of number {number} is missing, the next is {expected}; number them"
                " without a gap."
            )
    return Sequence(found[0], len(found))
