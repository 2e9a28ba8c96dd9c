# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn info`: open a model, and say what was loaded and why."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags, opened
from vmaf_dnn.registry import resolve

_OF_ROWS = ("features", "feature_options", "feature_range")
_OF_SCORES = ("output_range",)
# kind: the fields of `Session.info` that say nothing of such a model, and those of its sidecar that do
_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fr": ((), ()),
    "nr": (_OF_ROWS, ()),
    "filter": ((*_OF_ROWS, *_OF_SCORES), ()),
    "plan": ((*_OF_ROWS, *_OF_SCORES), ("plan_shape",)),
    "words": ((*_OF_ROWS, *_OF_SCORES), ("plan_shape", "words", "encoder")),
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("model", metavar="MODEL", help="a registry id or an .onnx file")
    flags = FlagGroup(parser)
    add_opening_flags(flags)
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print what there is to know of an open model of its kind. Raises `VmafDnnError`."""
    fields = _facts(arguments)
    if arguments.json:
        print(as_json(fields))
    else:
        terminal.print_fields(fields)


def _facts(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of `Session.info` that a model of its kind has, and its sidecar's after them."""
    info = opened(arguments.model, arguments).info
    hidden, stated = _KINDS.get(info.kind, _KINDS["fr"])  # published registries have kinds of their own
    facts = {name: value for name, value in dataclasses.asdict(info).items() if name not in hidden}
    file = resolve(arguments.model, arguments.tiny_precision, arguments.registry)
    if stated and file.sidecar is not None:
        sidecar = json.loads(file.sidecar.read_bytes())
        facts |= {name: sidecar[name] for name in stated if name in sidecar}
    return facts
