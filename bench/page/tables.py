# SPDX-License-Identifier: BSD-3-Clause
"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable


def table(headings: Iterable[str], rows: Iterable[Iterable[str]], n_words: int = 1) -> str:
    """A Markdown table: the first n_words columns hold words, the others numbers."""
    headings = list(headings)
    rule = ["---" if i < n_words else "---:" for i in range(len(headings))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, rule, *map(list, rows)))
