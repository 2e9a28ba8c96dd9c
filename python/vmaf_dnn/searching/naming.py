# SPDX-License-Identifier: BSD-3-Clause
"""Errors and warnings of temporary files, told in terms of the clip and of its encode."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vmaf_dnn.errors import ClipWarning, VideoError


@contextmanager
def told_by(names: Mapping[Path, str], what: str = "") -> Iterator[None]:
    """Tell what the block raises or warns of by `names` rather than by the paths of files.

    `what` begins the sentence of an error. A cure that is of a temporary file is none, and left out.
    """
    told = {str(path): name for path, name in names.items()} | {
        path.name: name for path, name in names.items()
    }
    pattern = re.compile("|".join(re.escape(path) for path in sorted(told, key=len, reverse=True)))

    def by_name(text: str) -> str:
        fault, _, cure = text.rpartition("; ")
        if fault and pattern.search(cure):  # it is of a file that will be gone
            text = f"{fault}; look at --encoder-args, or convert the clip first."
        return pattern.sub(lambda found: told[found[0]], text)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except VideoError as error:
            raise VideoError(f"{what}{by_name(str(error)).removesuffix('.')}.") from error
    for warning in caught:
        text, first = by_name(str(warning.message)), next(iter(names.values()))
        told_again = ClipWarning(text, first) if isinstance(warning.message, ClipWarning) else text
        warnings.warn(told_again, warning.category, stacklevel=4)
