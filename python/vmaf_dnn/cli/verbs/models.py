# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn models`: what the registry lists."""

from __future__ import annotations

import argparse
import dataclasses

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.registry import ModelInfo, models


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    flags = FlagGroup(parser)
    flags.text("--registry", help="the registry.json to list (default: the packaged one)")
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print a row a model. Raises `VmafDnnError`."""
    listed = models(arguments.registry)
    if arguments.json:
        print(as_json([dataclasses.asdict(model) for model in listed]))
        return
    header = ("id", "kind", "arch", "params", "precision", "size", "description")
    terminal.print_table(header, [_row(model) for model in listed])


def _row(model: ModelInfo) -> tuple[str, ...]:
    int8_path = model.int8_path if model.quant_mode != "fp32" else None
    path = int8_path or model.path
    size = f"{path.stat().st_size} B" if path.exists() else "missing"
    precision = "int8" if int8_path else "fp32"
    return (
        model.id,
        model.kind,
        model.arch or "",
        str(model.n_params or ""),
        precision,
        size,
        model.description or "",
    )
