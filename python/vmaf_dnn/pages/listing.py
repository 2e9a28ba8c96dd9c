# SPDX-License-Identifier: BSD-3-Clause
"""A page that is a table, of reports say, in the style of the pages of reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vmaf_dnn.pages.markup import Cell, table, text
from vmaf_dnn.pages.template import filled


def listing_page(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], sentences: Sequence[str] = ()
) -> str:
    """Return a page with one table.

    Args:
        title: its name.
        header: names of the columns.
        rows: their cells: text, numbers, a `Link`, or None for what is not known.
        sentences: what is said above the table.
    """
    words = "".join(f"<p>{text(sentence)}</p>" for sentence in sentences)
    return filled(title, f"<header><h1>{text(title)}</h1>{words}</header>\n{table(header, rows)}")
