# SPDX-License-Identifier: BSD-3-Clause
"""`make bench`: time everything, keep the numbers, write the tables of README and docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# Before NumPy loads its BLAS: every runner has one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench.collect import collect
from bench.harness import machine
from bench.page.document import write_page
from bench.page.plots import write_plots
from bench.page.readme import write_readme

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "build" / "bench.json"


def main() -> int:
    """Measures, unless `--render` asks to write the page again from the numbers of the last run."""
    if sys.argv[1:] not in ([], ["--render"]):
        print("usage: python -m bench [--render]", file=sys.stderr)
        return 2
    if not sys.argv[1:]:
        results = {"machine": machine.describe(), **collect()}
        RESULTS.parent.mkdir(exist_ok=True)
        partial = RESULTS.with_name(f"bench.json.{os.getpid()}")
        partial.write_text(json.dumps(results, indent=1))
        os.replace(partial, RESULTS)
    results = json.loads(RESULTS.read_text())
    write_plots(results, PROJECT / "docs")
    write_page(results, PROJECT / "docs" / "benchmarks.md")
    write_readme(results, PROJECT / "README.md")
    print(f"wrote README's table, docs/benchmarks.md and its plots from {RESULTS.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
