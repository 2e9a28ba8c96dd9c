# SPDX-License-Identifier: BSD-3-Clause
"""`make bench-compare BASE=<revision>`: another revision beside the installed one, timed in turns."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.compare.side import PROJECT, Pair
from bench.dispatch.cases import MODELS, PRECISIONS
from bench.features.clips import CRFS, Format, make_clips

BATCHES = (1, 64, 4096)
FORMATS = tuple(Format(*size, bits, 12) for size, bits in product(((960, 540), (1920, 1080)), (8, 10)))
SETS = ("canonical six", "of VMAF v1")


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


def compare_dispatch(site: Path) -> Table:
    table = _table("Session.run, median microseconds", "model", "precision", "rows")
    sides = Pair.of("bench.compare.time_dispatch", site)
    for case in product(MODELS, PRECISIONS, BATCHES):
        table.add_row(*map(str, case), *sides.cells(case, 1e-6))
    sides.close()
    return table


def compare_features(site: Path, scratch: Path) -> Table:
    table = _table("features() of raw clips, one thread, median milliseconds a frame", "features", "frames")
    sides = Pair.of("bench.compare.time_features", site)
    for format in FORMATS:
        folder = scratch / format.name
        folder.mkdir()
        clips = make_clips(folder, format, CRFS[:1])
        for name in SETS:
            case = (name, str(clips.reference), str(clips.distorted[0]))
            table.add_row(name, format.name, *sides.cells(case, 1e-3 * format.n_frames))
    sides.close()
    return table


def _table(title: str, *keys: str) -> Table:
    table = Table(title=f"{title}; a ratio above 1: this tree is faster")
    for heading in (*keys, "base", "this tree", "base ÷ this", "answers differ by"):
        table.add_column(heading, justify="right" if _is_number(heading, keys) else "left")
    return table


def _is_number(heading: str, keys: Sequence[str]) -> bool:
    return heading == "rows" or heading not in keys


def main() -> int:
    if len(sys.argv) != 2 or not sys.argv[1]:
        print("usage: make bench-compare BASE=<revision>, e.g. BASE=HEAD~1", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="vmaf-dnn-compare-") as scratch:
        site = build(sys.argv[1], Path(scratch))
        console = Console(width=110)
        console.print(compare_dispatch(site))
        console.print(compare_features(site, Path(scratch)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
