# SPDX-License-Identifier: BSD-3-Clause
"""Clips that can be read but once."""

from __future__ import annotations

import os

ClipPath = str | os.PathLike[str]


class Once:
    """The name of such a clip: a path for whoever only names it.

    Attributes:
        name: what the caller, or we, call it.
        what: what it is, with its article.
    """

    what = ""

    def __init__(self, name: ClipPath) -> None:
        self.name = os.fspath(name)

    def __fspath__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name
