# SPDX-License-Identifier: BSD-3-Clause
"""Names in reports and tables: legible whatever bytes they hold, and fit for every layout."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from vmaf_dnn.errors import InvalidArgument

_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"


def legible(name: str) -> str:
    r"""Spell what no report can hold in a name, bytes that are no UTF-8 and control codes, as ``\xff``."""
    text = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return without_controls(text)


def without_controls(text: str) -> str:
    r"""Return the text with what changes other text spelt ``\x1b``, ``\u202e``.

    These are control codes, which move a terminal's cursor and worse, and marks of writing direction, which
    turn the numbers beside a name round.
    """
    return re.sub(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_DIRECTIONS}]", _spelt, text)


def legible_cell(name: str) -> str:
    """Return the name for one cell of a table: tabs and line breaks are spelt, too."""
    return re.sub(r"[\t\n\r]", _spelt, legible(name))


def pasted(words: Sequence[str]) -> str:
    """Return a command that a shell takes as these words, whatever bytes are in them, and that is legible.

    >>> print(pasted(["ls", "it's", "\x1b"]))
    ls 'it'"'"'s' "$(printf '\\033')"
    """
    return " ".join(
        shlex.quote(word) if legible_cell(word) == word else f"\"$(printf '{_octal(word)}')\""
        for word in words
    )


def _octal(word: str) -> str:
    """Spell a word for printf, in any shell."""
    plain = re.compile(r"[A-Za-z0-9_./:,+= -]")
    return "".join(
        chr(byte) if byte < 128 and plain.match(chr(byte)) else f"\\{byte:03o}" for byte in os.fsencode(word)
    )


def file_names(paths: Sequence[str]) -> list[str]:
    """Name files by the last part of their paths alone, unless two are called so."""
    short = [PurePath(path).name or path for path in paths]
    n_uses = Counter(short)
    return [path if n_uses[name] > 1 else name for path, name in zip(paths, short, strict=True)]


def shortened(name: str, n_most: int) -> str:
    """Cut a name to `n_most` characters; one that is longer loses its middle, as its end tells most."""
    if len(name) <= n_most:
        return name
    n_kept = max(n_most - 1, 2)
    n_head = n_kept // 3
    return f"{name[:n_head]}…{name[n_head - n_kept :]}"


def clock(seconds: float, n_decimals: int) -> str:
    """Return a time as players show it: ``0:04.92``, ``1:02:03.25``."""
    minutes, rest = divmod(round(seconds, n_decimals), 60)
    hours, minutes = divmod(int(minutes), 60)
    shown = f"{rest:0{3 + n_decimals}.{n_decimals}f}"
    return f"{hours}:{minutes:02}:{shown}" if hours else f"{minutes}:{shown}"


def _spelt(code: re.Match[str]) -> str:
    number = ord(code[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def require_metric_name(what: str, name: object) -> None:
    """Raise `InvalidArgument` unless `name` can stand in every log: an XML attribute, a CSV heading."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidArgument(
            f"{what} must be a word of ASCII letters, digits and _.- that starts with a letter or _,"
            f" got {name!r}."
        )
