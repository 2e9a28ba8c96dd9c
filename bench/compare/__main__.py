# SPDX-License-Identifier: BSD-3-Clause
"""`make bench-compare BASE=<revision>`: another revision beside the installed one, timed in turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.dispatch.cases import MODELS, PRECISIONS

PROJECT = Path(__file__).resolve().parents[2]
N_ROUNDS = 5
BATCHES = (1, 64, 4096)
Case = tuple[str, str, int]


def run(*command: str | Path, **options: Any) -> str:
    return subprocess.run(
        [str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True, **options
    ).stdout


def build(revision: str, scratch: Path) -> Path:
    """The folder that holds the package of this revision, built from a worktree that is gone afterwards."""
    tree, target = scratch / "tree", scratch / "site"
    run("git", "-C", PROJECT, "worktree", "add", "--detach", "--quiet", tree, revision)
    try:
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--no-build-isolation", "--no-deps", "--target", target, tree)
    finally:
        run("git", "-C", PROJECT, "worktree", "remove", "--force", tree)
    return target


class Side:
    """A process that times the package in a folder, or the installed one, case by case."""

    def __init__(self, site: Path | None) -> None:
        paths = {"PYTHONPATH": str(site)} if site else {}
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **paths}
        command = [sys.executable, "-m", "bench.compare.time_dispatch"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, **pipes)
        where = self.answer()
        assert site is None or Path(where).is_relative_to(site), f"timed {where}, not {site}"

    def answer(self) -> Any:
        line = self.process.stdout.readline() if self.process.stdout else ""
        assert line, "a timing process ended early; its own words are above"
        return json.loads(line)

    def time(self, case: Case) -> Any:
        assert self.process.stdin
        print(json.dumps(case), file=self.process.stdin, flush=True)
        return self.answer()

    def close(self) -> None:
        self.process.communicate()


def compare_case(base: Side, head: Side, case: Case) -> list[str]:
    """The cells of a case, both sides timed in turns."""
    pairs = [(base.time(case), head.time(case)) for _ in range(N_ROUNDS)]
    ours = statistics.median(pair[1]["seconds"] for pair in pairs) * 1e6
    if pairs[0][0] is None:
        return ["no such model", f"{ours:.2f}", "", ""]
    theirs = statistics.median(pair[0]["seconds"] for pair in pairs) * 1e6
    scores = zip(*(side["scores"] for side in pairs[0]), strict=True)
    difference = max(abs(a - b) for a, b in scores)
    return [f"{theirs:.2f}", f"{ours:.2f}", f"{theirs / ours:.2f}", f"{difference:.2g}"]


def compare(site: Path) -> Table:
    table = Table(title="Session.run, median microseconds; a ratio above 1: this tree is faster")
    for heading in ("model", "precision", "rows", "base", "this tree", "base ÷ this", "scores differ by"):
        table.add_column(heading, justify="left" if heading in ("model", "precision") else "right")
    base, head = Side(site), Side(None)
    for case in product(MODELS, PRECISIONS, BATCHES):
        table.add_row(*map(str, case), *compare_case(base, head, case))
    base.close()
    head.close()
    return table


def main() -> int:
    if len(sys.argv) != 2 or not sys.argv[1]:
        print("usage: make bench-compare BASE=<revision>, e.g. BASE=HEAD~1", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-compare-") as scratch:
        site = build(sys.argv[1], Path(scratch))
        Console(width=110).print(compare(site))
    return 0


if __name__ == "__main__":
    sys.exit(main())
