# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn info`: open a model, and say what was loaded and why."""

from __future__ import annotations

import argparse
import dataclasses

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags, opened


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("model", metavar="MODEL", help="a registry id or an .onnx file")
    flags = FlagGroup(parser)
    add_opening_flags(flags)
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Print the fields of `Session.info`. Raises `VmafDnnError`."""
    fields = dataclasses.asdict(opened(arguments.model, arguments).info)
    if arguments.json:
        print(as_json(fields))
    else:
        terminal.print_fields(fields)
