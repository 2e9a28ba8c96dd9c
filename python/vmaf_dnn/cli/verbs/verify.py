# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn verify`: a table of every file of a registry and of what was checked about it."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.signer import add_signer_flags, policy_of
from vmaf_dnn.errors import ModelRejected, RegistryInvalid
from vmaf_dnn.registry import models, registry_path
from vmaf_dnn.text import legible_cell
from vmaf_dnn.verification import OK, FileCheck, check_model

_CHECKS = ("size", "sha256", "opset", "contract", "admission", "engine", "signature")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "model", metavar="MODEL", nargs="*", help="a registry id or an .onnx file (default: all)"
    )
    flags = FlagGroup(parser)
    flags.text("--registry", help="the registry.json to check (default: the packaged one)")
    add_signer_flags(flags)
    flags.switch("--json", help="as JSON")


def run(arguments: argparse.Namespace) -> None:
    """Check, print, and raise `ModelRejected` with the first failure; `RegistryInvalid` without models."""
    policy = policy_of(arguments)
    named = arguments.model or [model.id for model in models(arguments.registry)]
    if not named:
        raise RegistryInvalid(
            f"{registry_path(arguments.registry)} lists no models, so nothing was checked; name a registry"
            " that lists some, or a model."
        )
    checks = [check for model in named for check in check_model(model, arguments.registry, policy)]
    if arguments.json:
        print(as_json([dataclasses.asdict(check) for check in checks]))
    else:
        _print(checks)
    failed = [check for check in checks if check.failures]
    if failed:
        first = failed[0]
        raise ModelRejected(
            f"{len(failed)} of {len(checks)} files failed, first {first.id} in {first.precision}:"
            f" {first.failures[0]}"
        )


def _print(checks: list[FileCheck]) -> None:
    """On a terminal the file's name must do for id and precision, and the sentences stand below."""
    if sys.stdout.isatty():
        faults = [legible_cell(sentence) for check in checks for sentence in check.failures]
        terminal.print_checks(("file", *_CHECKS), [_row(check)[2:-1] for check in checks], faults)
    else:
        header = ("id", "precision", "file", *_CHECKS, "failure")
        terminal.print_table(header, [_row(check) for check in checks])


def _row(check: FileCheck) -> list[str]:
    size = f"{check.size_bytes} B" if check.size == OK else check.size
    words = (getattr(check, name) for name in _CHECKS[1:])
    cells = (check.id, check.precision, Path(check.path).name, size, *words, " ".join(check.failures))
    return [legible_cell(cell) for cell in cells]
