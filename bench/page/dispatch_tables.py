# SPDX-License-Identifier: BSD-3-Clause
"""The page's tables of sessions."""

from __future__ import annotations

from itertools import product
from typing import Any

from bench.dispatch import cases
from bench.page.goals import median
from bench.page.tables import table

Record = dict[str, Any]


def micro(seconds: float) -> str:
    """Microseconds with three digits that mean something."""
    value = seconds * 1e6
    return (
        f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}".replace(",", " ")
    )


def models_table(results: Record) -> str:
    rows = []
    for facts in results["models"]:
        model, precision = facts["model"], facts["precision"]
        chosen = [r for r in results["dispatch"] if (r["model"], r["precision"]) == (model, precision)]
        cells = [
            f"`{model}`",
            precision,
            f"{facts['plcc']:.6f}",
            f"{facts['rmse']:.3f}",
            f"{facts['max_error']:.2f}",
        ]
        cells += [f"{facts['bytes']:,}".replace(",", " ")]
        cells += [f"{facts['memory'][name]:.1f}" for name in (cases.OURS, cases.ORT)]
        for n_rows in (1, 4096):
            ours, ort = (median(chosen, runner=name, n_rows=n_rows) for name in (cases.OURS, cases.ORT))
            cells += [micro(ours), micro(ort), f"{ort / ours:.1f}"]
        rows.append(cells)
    headings = ["model", "precision", "PLCC", "RMSE", "largest error", "file, bytes", "MiB, ours", "MiB, ORT"]
    headings += ["1 row, µs", "ORT", "ratio", "4096 rows, µs", "ORT", "ratio"]
    return table(headings, rows, n_words=2)


def batch_headings() -> list[str]:
    return [f"{n:,}".replace(",", " ") for n in cases.BATCHES]


def dispatch_tables(results: Record) -> str:
    parts = []
    for model, precision in product(cases.MODELS, cases.PRECISIONS):
        chosen = [r for r in results["dispatch"] if (r["model"], r["precision"]) == (model, precision)]
        rows = [runner_row(name, [r for r in chosen if r["runner"] == name]) for name in cases.RUNNERS]
        present = [row for row in rows if any(row[1:-1])]
        headings = ["runner", *batch_headings(), "off by, VMAF"]
        parts.append(f"**{model}, {precision}**\n\n{table(headings, present)}")
    return "\n\n".join(parts)


def runner_row(name: str, records: list[Record]) -> list[str]:
    """Its time at every batch, and how far from the right answer it was at worst, if that can be seen."""
    times = {r["n_rows"]: micro(r["median"]) for r in records}
    worst = max((r["difference"] for r in records), default=0.0)
    label = f"**{name}**" if name == cases.OURS else name
    return [
        label,
        *(times.get(n, "") for n in cases.BATCHES),
        f"{worst:.2f}" if worst > cases.TOLERANCE else "",
    ]


def precisions_table(results: Record) -> str:
    def gain(model: str, n_rows: int) -> str:
        fp32, int8 = (
            median(results["precisions"], model=model, n_rows=n_rows, runner=p) for p in cases.PRECISIONS
        )
        return f"{fp32 / int8:.2f}"

    rows = [[f"`{model}`", *(gain(model, n) for n in cases.BATCHES)] for model in cases.MODELS]
    return table(["model", *batch_headings()], rows)


def isas_table(results: Record) -> str:
    names = list(dict.fromkeys(r["runner"] for r in results["isas"]))
    keys = list(product(cases.PRECISIONS, (1, 4096)))

    def cell(name: str, precision: str, n_rows: int) -> str:
        return micro(median(results["isas"], runner=name, precision=precision, n_rows=n_rows))

    rows = [[name, *(cell(name, *key) for key in keys)] for name in names]
    return table(["", *(f"{p}, {n} row{'s' * (n > 1)}, µs" for p, n in keys)], rows)


def peaks_table(results: Record) -> str:
    rates = {
        name: [r["peaks"][name] for r in results["roofline"]] for name in results["roofline"][0]["peaks"]
    }
    rows = [[name.replace("_", ", "), f"{sorted(v)[len(v) // 2] / 1e9:.0f}"] for name, v in rates.items()]
    return table(["micro-kernel", "thousand million multiply-adds a second"], rows)


def shares_table(results: Record) -> str:
    batches = cases.BATCHES[2:]
    rows = []
    for model, precision in product(cases.MODELS, cases.PRECISIONS):
        chosen = [r for r in results["roofline"] if (r["model"], r["precision"]) == (model, precision)]
        work = chosen[0]["work"]
        shares = [f"{r['share']:.0%}" if r["share"] is not None else "" for r in chosen]
        rows.append([f"`{model}`", precision, str(work["fp32"]), str(work["int8"]), *shares])
    headings = ["model", "precision", "fp32 a row", "int8 a row", *map(str, batches)]
    return table(headings, rows, n_words=2)


def start_table(results: Record) -> str:
    rows = []
    for record in results["c_calls"]:
        model, precision = record["model"], record["precision"]
        facts = {"model": model, "precision": precision}
        opens = [median(results["opening"], runner=name, **facts) for name in (cases.OURS, cases.ORT)]
        calls = [f"{record['ns'][engine]:,.0f}".replace(",", " ") for engine in ("fused", "onnxruntime")]
        rows.append([f"`{model}`", precision, *map(micro, opens), *calls])
    headings = ["model", "precision", "open, µs", "ORT opens, µs", "C call, ns", "C call, ORT engine, ns"]
    return table(headings, rows, n_words=2)


def threads_table(results: Record) -> str:
    def row(precision: str) -> list[str]:
        one, two = (median(results["threads"], precision=precision, runner=n) for n in ("1", "2"))
        return [precision, f"{one * 1e3:.1f}", f"{two * 1e3:.1f}", f"{one / two:.2f}"]

    return table(["precision", "one thread, ms", "two, ms", "ratio"], map(row, cases.PRECISIONS))


def disturbed(results: Record) -> str:
    """A warning, where the machine was so busy that some medians are of disturbed turns."""
    n_cases = sum(not r["quiet"] for r in results["dispatch"])
    if not n_cases:
        return "In this run every dispatch median is of quiet turns."
    return f"In this run {n_cases} of {len(results['dispatch'])} medians of dispatch are of disturbed turns."


TABLES = (
    models_table,
    dispatch_tables,
    precisions_table,
    isas_table,
    peaks_table,
    shares_table,
    start_table,
    threads_table,
)
