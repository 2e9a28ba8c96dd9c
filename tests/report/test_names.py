# SPDX-License-Identifier: BSD-3-Clause
"""Names that are printed: what they hold moves no cursor and turns no number round."""

from __future__ import annotations

import pytest

from vmaf_dnn.text import legible, legible_cell


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("a\x1b[2Jb.mkv", r"a\x1b[2Jb.mkv"),
        ("a\u202e12.mkv", r"a\u202e12.mkv"),
        ("\u2066a\u2069\u200f\u061c", r"\u2066a\u2069\u200f\u061c"),
        ("\xe9t\xe9 \u0645 \u65e5\u672c.mkv", "\xe9t\xe9 \u0645 \u65e5\u672c.mkv"),
        ("\udcff.mkv", r"\xff.mkv"),
    ],
)
def test_what_changes_other_text_is_spelt(name: str, spelt: str) -> None:
    assert legible(name) == spelt


def test_a_cell_holds_one_line() -> None:
    assert legible_cell("a\tb\nc") == r"a\x09b\x0ac"
