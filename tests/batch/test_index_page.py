# SPDX-License-Identifier: BSD-3-Clause
"""The page of a batch: whatever names hold is shown as text, and numbers are there to be sorted by."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from tests.support.batches import write_clips
from vmaf_dnn.batch import score_batch

HOSTILE = "<script>alert(1)<\n\x1b[31m'\"&.y4m"


class Page(HTMLParser):
    """The tags of a page, and the text of each cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.links: list[str] = []
        self._is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._is_cell |= tag == "td"
        if tag == "td":
            self.cells.append("")
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self._is_cell &= tag != "td"

    def handle_data(self, data: str) -> None:
        if self._is_cell:
            self.cells[-1] += data


@pytest.fixture
def page(tmp_path: Path) -> Page:
    write_clips(tmp_path, 1, 2)
    (tmp_path / "dist0_0.y4m").rename(tmp_path / HOSTILE)
    names = (HOSTILE, "dist0_1.y4m", "none<b>.y4m")
    rows = [{"reference": "ref0.y4m", "distorted": name} for name in names]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, rows)))
    score_batch(tmp_path / "m.jsonl", tmp_path / "out", workers=1, reports=True)
    parsed = Page()
    parsed.feed((tmp_path / "out" / "index.html").read_text())
    for link in parsed.links:
        assert (tmp_path / "out" / link).is_file()
    return parsed


def test_names_are_text(page: Page) -> None:
    assert page.tags.count("script") == 1
    assert "b" not in page.tags
    assert r"<script>alert(1)<\x0a\x1b[31m'" + '"&.y4m' in page.cells


def test_a_row_a_pair_with_its_numbers_and_its_failure(page: Page) -> None:
    rows = [page.cells[i : i + 10] for i in range(0, len(page.cells), 10)]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert all(re.fullmatch(r"\d+\.\d{3}", cell) for row in rows[:2] for cell in row[4:9])
    assert rows[2][3:9] == [""] * 6
    assert rows[2][9].startswith("VideoError: ")
    assert "none<b>.y4m: no such file." in rows[2][9]


def test_it_needs_nothing_but_the_results(page: Page) -> None:
    assert len(page.links) == 2 + 2
