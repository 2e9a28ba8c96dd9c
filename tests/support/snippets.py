# SPDX-License-Identifier: BSD-3-Clause
"""The code blocks of README and docs: what stands in them, and what it ought to print.

A comment on the line above a block says what is special about it. After `<!-- illustration: why -->` it is
not run; after `<!-- numbers of another run -->` it is run, and numbers in its output are not compared; after
`<!-- verdict of another run -->` it may also exit with 1, and its output is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.support.paths import ROOT

PAGES = sorted(str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(
    r"(?:^<!-- (?P<remark>(?:(?!-->).)+?) -->\n+)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Snippet:
    """One code block of a page."""

    where: str
    language: str
    text: str
    remark: str = ""
    output: str | None = None

    @property
    def is_illustration(self) -> bool:
        return self.remark.startswith("illustration")

    @property
    def is_of_another_run(self) -> bool:
        return self.remark == "numbers of another run"

    @property
    def is_verdict(self) -> bool:
        return self.remark == "verdict of another run"

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The commands of a `console` block, each with the lines that follow it."""
        _, *parts = re.split(r"^\$ ", self.text, flags=re.M)
        matches = (re.fullmatch(r"((?:.*\\\n)*.*\n)((?s:.*))", part) for part in parts)
        return [(match[1], match[2]) for match in matches if match]


def snippets_of(page: str, *languages: str) -> list[Snippet]:
    """The page's blocks in these languages; a `text` block right after a `python` one is its output."""
    return [
        snippet for snippet in _with_outputs((ROOT / page).read_text(), page) if snippet.language in languages
    ]


def _with_outputs(text: str, page: str) -> Iterator[Snippet]:
    blocks = list(_BLOCK.finditer(text))
    for block, following in pairwise([*blocks, None]):
        assert block is not None
        output = None
        if (
            following
            and following["language"] == "text"
            and not text[block.end() : following.start()].strip()
        ):
            output = following["text"]
        line = text.count("\n", 0, block.start("text"))
        yield Snippet(f"{page}:{line}", block["language"], block["text"], block["remark"] or "", output)


def differs(expected: str, printed: str, tolerance: float | None) -> bool:
    """Whether words differ, or a number by more than `tolerance`; None compares no numbers.

    In what is expected, an ellipsis stands for anything, and whole numbers are exact.
    """
    literal = (re.escape(_words(part)) for part in expected.split("…"))
    if not re.fullmatch(".*?".join(literal), _words(printed), re.S):
        return True
    if tolerance is None or "…" in expected:
        return False
    numbers = zip(_NUMBER.findall(expected), _NUMBER.findall(printed), strict=True)
    return any(abs(float(a) - float(b)) > (tolerance if "." in a else 0) for a, b in numbers)


def _words(text: str) -> str:
    """The text without the values of its numbers, and without the spaces that align them."""
    return re.sub(" +", " ", _NUMBER.sub("0", text))
