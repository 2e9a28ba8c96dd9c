# SPDX-License-Identifier: BSD-3-Clause
"""Pieces of HTML; every text that goes in is escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from vmaf_dnn.text import legible_cell


@dataclass(frozen=True)
class Number:
    """A value, and with how many decimals it is shown."""

    value: float
    n_decimals: int


_N_SHORT = 32  # characters that a line can hold
_UNKNOWN = "\N{EN DASH}"

Cell = str | float | int | Number | None


def text(words: str) -> str:
    """Return words as HTML; what no line can hold is spelt out."""
    return escape(legible_cell(words))


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str = "") -> str:
    """Return a table that scrolls sideways where it is too wide; the first cell of a row names it."""
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in header)
    body = "\n".join(f"<tr>{_row(row)}</tr>" for row in rows)
    named = f"<caption>{text(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide" tabindex="0"><table>{named}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Cell]) -> str:
    first, *others = row
    name = _cell(first)
    is_short = len(name) <= _N_SHORT
    return f'<th scope="row"{" class=short" if is_short else ""}>{name}</th>' + "".join(
        f"<td{' class=number' if isinstance(cell, (int, float, Number)) else ''}>{_cell(cell)}</td>"
        for cell in others
    )


def _cell(cell: Cell) -> str:
    if cell is None:
        return _UNKNOWN
    if isinstance(cell, float):
        return number(cell)
    if isinstance(cell, Number):
        return number(cell.value, cell.n_decimals)
    return text(str(cell))


def number(value: float, n_decimals: int = 2) -> str:
    """Return a number as pages show it."""
    return f"{value:.{n_decimals}f}" if math.isfinite(value) else _UNKNOWN


def section(title: str, *parts: str, name: str = "") -> str:
    """Return a part of the page below its heading; "" if there is nothing in it."""
    inner = "\n".join(part for part in parts if part)
    identity = f' id="{name}"' if name else ""
    return f"<section{identity}>\n<h2>{text(title)}</h2>\n{inner}\n</section>" if inner else ""
