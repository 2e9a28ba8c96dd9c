# SPDX-License-Identifier: BSD-3-Clause
"""README's table of models, between its markers, from the numbers of one run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from string import Template
from typing import Any

import vmaf_dnn
from bench.dispatch import cases
from bench.page.dispatch_tables import micro
from bench.page.goals import median
from bench.page.tables import table

Record = dict[str, Any]
HEADINGS = ["model", "layers", "parameters", "precision", "bytes", "PLCC", "RMSE", "largest error", "one row"]
HEADINGS += ["4096 rows"]
CAPTION = """\
Quality is measured against libvmaf's per-frame `vmaf_v0.6.1` on sources that no model was trained on. Bold
is the precision that `precision="auto"` runs. Speed is that of `Session.run` on one core ($cpu, kernels for
$isa, $date), and its ratio to `onnxruntime.InferenceSession.run` on the same file in the same run
([all peers](docs/benchmarks.md)). ONNX Runtime gets int8 batches whole, which moves its scores by up to half
a point."""


def write_readme(results: Record, path: Path) -> None:
    text = between_markers(path.read_text(), "models", f"{models_table(results)}\n\n{caption(results)}")
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    os.replace(partial, path)


def between_markers(text: str, name: str, words: str) -> str:
    """The text with what stands between the markers of this name replaced."""
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    pattern = re.compile(f"({re.escape(begin)}\n).*?(\n{re.escape(end)})", re.DOTALL)
    assert pattern.search(text), f"there are no markers {begin} and {end}"
    return pattern.sub(lambda found: f"{found[1]}{words}{found[2]}", text)


def models_table(results: Record) -> str:
    return table(HEADINGS, [row(results, facts) for facts in results["models"]], n_words=4)


def row(results: Record, facts: Record) -> list[str]:
    model, precision = facts["model"], facts["precision"]
    info = next(info for info in vmaf_dnn.models() if info.id == model)
    is_default = precision == ("fp32" if info.quant_mode == "fp32" else "int8")
    chosen = [r for r in results["dispatch"] if (r["model"], r["precision"]) == (model, precision)]
    return [
        f"`{model}`",
        layers(info.description),
        f"{facts['parameters']}",
        f"**{precision}**" if is_default else precision,
        f"{facts['bytes']:,}".replace(",", " "),
        f"{facts['plcc']:.6f}",
        f"{facts['rmse']:.3f}",
        f"{facts['max_error']:.2f}",
        *(speed(chosen, n_rows) for n_rows in (1, 4096)),
    ]


def layers(description: str) -> str:
    found = re.search(r"\d+(-\d+)+", description)
    return found[0] if found else ""


def speed(chosen: list[Record], n_rows: int) -> str:
    ours, ort = (median(chosen, runner=name, n_rows=n_rows) for name in (cases.OURS, cases.ORT))
    ratio = ort / ours
    return f"{micro(ours)} µs, {ratio:.0f} times" if ratio >= 10 else f"{micro(ours)} µs, {ratio:.1f} times"


def caption(results: Record) -> str:
    machine = results["machine"]
    return Template(CAPTION).substitute({key: machine[key] for key in ("cpu", "isa", "date")})
