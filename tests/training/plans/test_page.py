# SPDX-License-Identifier: BSD-3-Clause
"""The tables of the study are those of the reports."""

from __future__ import annotations

import pytest

from tools.make_latent_plan import PAGE, SHEET, TABLES, filled, sheet


def test_the_page_holds_what_was_measured() -> None:
    page = PAGE.read_text()
    assert filled(page) == page
    assert all(f"<!-- begin: {name} -->" in page for name in TABLES)


def test_the_sheet_of_scenes_is_a_small_picture() -> None:
    pytest.importorskip("PIL.Image")
    assert sheet(1, 1).startswith(b"\x89PNG")
    assert SHEET.stat().st_size < 200_000
