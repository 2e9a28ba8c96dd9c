# SPDX-License-Identifier: BSD-3-Clause
"""Run every bench and print one table with ratios: `make bench`, or `python -m bench` in the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

RESULTS = Path("build/bench.json")


def by_group(results: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Group name -> runner -> bench."""
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for bench in results["benchmarks"]:
        groups.setdefault(bench["group"], {})[bench["extra_info"]["runner"]] = bench
    return groups


def microseconds(bench: dict[str, Any] | None) -> str:
    return "" if bench is None else f"{bench['stats']['median'] * 1e6:,.2f}"


def ratio(ours: dict[str, Any], peer: dict[str, Any] | None) -> str:
    return "" if peer is None else f"{peer['stats']['median'] / ours['stats']['median']:.2f}x"


def make_table(results: dict[str, Any]) -> Table:
    machine = results["machine_info"]
    versions = ", ".join(f"{name} {machine[name]}" for name in ("vmaf_dnn", "onnxruntime", "numpy"))
    cpu = machine["cpu"].get("brand_raw", "")
    table = Table(
        title=f"Median microseconds, one thread\n{cpu}; Python {machine['python_version']}, {versions}"
    )
    for heading in ("work", "model", "precision", "rows", "vmaf_dnn", "onnxruntime", "ratio"):
        table.add_column(heading, justify="left" if heading in ("work", "model", "precision") else "right")
    table.add_column("onnxruntime,\nrow by row", justify="right")
    table.add_column("ratio", justify="right")
    table.add_column("onnxruntime's batch\nis off by", justify="right")
    for group, runners in by_group(results).items():
        ours, batch, rows = (
            runners.get(name) for name in ("vmaf_dnn", "onnxruntime", "onnxruntime, row by row")
        )
        assert ours is not None
        info = ours["extra_info"]
        drift = batch["extra_info"]["difference"] if batch is not None else 0.0
        table.add_row(
            group.split()[0],
            info["model"],
            info["precision"],
            str(info["n_rows"] or ""),
            microseconds(ours),
            microseconds(batch),
            ratio(ours, batch),
            microseconds(rows),
            ratio(ours, rows),
            f"{drift:.3f} VMAF" if drift > 1e-3 else "",
        )
    return table


def main() -> int:
    RESULTS.parent.mkdir(exist_ok=True)
    options = [
        "--benchmark-only",
        "--benchmark-warmup=on",
        "--benchmark-max-time=0.3",
        "-q",
        "--benchmark-quiet",
    ]
    status = pytest.main(["bench", *options, f"--benchmark-json={RESULTS}", *sys.argv[1:]])
    if status == pytest.ExitCode.OK:
        results = json.loads(RESULTS.read_text())
        for bench in results["benchmarks"]:
            del bench["stats"]["data"]  # every single round: tens of megabytes
        RESULTS.write_text(json.dumps(results, indent=1))
        Console(width=130).print(make_table(results))
        print(f"A ratio above 1 means that vmaf_dnn is faster. All statistics are in {RESULTS}.")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
