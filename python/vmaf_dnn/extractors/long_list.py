# SPDX-License-Identifier: BSD-3-Clause
"""A JSON document with a list too long for memory: the list's items one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from typing import Any, TextIO

_N_CHARACTERS = 1 << 18  # read at a time
_SPACE = re.compile(r"\s*")
_decode = json.JSONDecoder().raw_decode


def read_with_list(file: TextIO, key: str, take: Callable[[Any], None]) -> Any:
    """Return the document in `file`; the first list under `key` is empty in it, its items given to `take`.

    Raises what `json.loads` does.
    """
    opening, text = re.compile(rf'"{key}"\s*:\s*\['), ""
    while (found := opening.search(text)) is None:
        more = file.read(_N_CHARACTERS)
        if not more:
            return json.loads(text)
        text += more
    items = _Items(file, text, found.end())
    for item in items:
        take(item)
    return json.loads(text[: found.end()] + items.rest())


class _Items:
    def __init__(self, file: TextIO, text: str, start: int) -> None:
        self._file, self._text, self._at = file, text, start

    def __iter__(self) -> Iterator[Any]:
        is_more = self._next_character() != "]"
        while is_more:
            self._next_character()
            yield self._item()
            mark = self._next_character()
            is_more = mark == ","
            if is_more:
                self._at += 1
            elif mark != "]":
                raise JSONDecodeError("Expecting ',' delimiter", self._text, self._at)

    def rest(self) -> str:
        """Return what follows the items."""
        return self._text[self._at :] + self._file.read()

    def _item(self) -> Any:
        while True:
            try:
                item, self._at = _decode(self._text, self._at)
            except JSONDecodeError:  # it may go on in what was not read yet
                if not self._read_on():
                    raise
            else:
                return item

    def _next_character(self) -> str:
        while True:
            space = _SPACE.match(self._text, self._at)
            assert space is not None
            self._at = space.end()
            if self._at < len(self._text) or not self._read_on():
                return self._text[self._at : self._at + 1]

    def _read_on(self) -> bool:
        more = self._file.read(_N_CHARACTERS)
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)
