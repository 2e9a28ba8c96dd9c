# SPDX-License-Identifier: BSD-3-Clause
"""docs/benchmarks.md, written from the numbers of one run."""

from __future__ import annotations

import os
from pathlib import Path
from string import Template
from typing import Any

from bench.page import dispatch_tables, feature_tables, v1_tables, whole_tables
from bench.page.goals import goals
from bench.page.tables import table

Record = dict[str, Any]
TEMPLATE = Path(__file__).with_name("template.md")


def goals_table(results: Record) -> str:
    rows = [
        [what, asked, measured, "yes" if reached else "**no**"]
        for what, asked, measured, reached in goals(results)
    ]
    return table(["what", "asked for", "measured", "reached"], rows)


def write_page(results: Record, path: Path) -> None:
    makers = (
        *dispatch_tables.TABLES,
        *feature_tables.TABLES,
        *v1_tables.TABLES,
        *whole_tables.TABLES,
        goals_table,
    )
    words = {maker.__name__: maker(results) for maker in makers}
    machine = results["machine"]
    words |= {key: str(machine[key]) for key in ("cpu", "n_cores", "isa", "system", "python", "date")}
    words["versions"] = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    words["disturbed"] = dispatch_tables.disturbed(results)
    words["features_disturbed"] = feature_tables.disturbed(results)
    words["load"] = f"{machine['load_before']:.1f}"
    words["import_ms"] = f"{results['import_seconds'] * 1e3:.1f}"
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(Template(TEMPLATE.read_text()).substitute(words))
    os.replace(partial, path)
