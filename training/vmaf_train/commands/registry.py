# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train registry`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report
from vmaf_train.outputs import Outputs, UsageError
from vmaf_train.publish.kind_cards import CARDS, write_kind_cards
from vmaf_train.publish.registry import (
    NAME,
    SCHEMAS,
    Terms,
    add_model,
    check_registry,
    update_model,
    write_registry,
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the .onnx files and their sidecars are"
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--add", metavar="ID", help="list one more model; registry.json is changed in place")
    action.add_argument("--update", metavar="ID", help="read the files of one listed model again, in place")
    action.add_argument(
        "--check", action="store_true", help="write nothing; compare registry.json with the files"
    )
    parser.add_argument(
        "--license",
        metavar="SPDX",
        help="of the weights (default: what the registry says, else BSD-3-Clause)",
    )
    parser.add_argument(
        "--cards", action="store_true", help="write README.md, too: a card a model, of other kinds than fr"
    )
    parser.add_argument("--sigstore-identity", metavar="WHO", help="whose the signatures must be")
    parser.add_argument("--sigstore-issuer", metavar="URL", help="the OIDC provider that vouches for it")
    add_report(parser, "<folder>/registry.report.json; none with --check")


def _outputs(args: argparse.Namespace) -> Outputs:
    given = [
        name for name in ("cards", "license", "sigstore_identity", "sigstore_issuer") if getattr(args, name)
    ]
    if args.check and given:
        raise UsageError(
            f"--{given[0].replace('_', '-')} is written, and --check writes nothing; leave one out."
        )
    if args.check:
        return Outputs(report=args.report)
    files: dict[str, Path | Sequence[Path] | None] = {
        "registry": args.folder / NAME,
        "schemas": [args.folder / name for name in SCHEMAS],
        "cards": args.folder / CARDS if args.cards else None,
    }
    report = args.report or args.folder / "registry.report.json"
    if args.add or args.update:
        return Outputs(updates=files, report=report, replaces_report=args.report is None)
    return Outputs(files, report)


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    path = args.folder / NAME
    n_models = _act(args, path)
    if args.cards:
        write_kind_cards(args.folder)
    return Outcome(
        lines=[f"{path}: models: {n_models}; every digest and opset as in the files, and each opens"],
        figures={"n_models": n_models, "checked_only": args.check},
        inputs={"models": sorted(args.folder.glob("*.onnx"))},
    )


def _act(args: argparse.Namespace, path: Path) -> int:
    if args.check:
        return check_registry(path)
    terms = Terms(args.license, args.sigstore_identity, args.sigstore_issuer)
    if args.add:
        return add_model(args.folder, args.add, terms)
    return (
        update_model(args.folder, args.update, terms) if args.update else write_registry(args.folder, terms)
    )


COMMAND = Command(
    name="registry",
    about=(
        "Writes registry.json and the schemas from the files of a folder: digests, opset and precision are"
        " read, never typed. Before it writes, and with --check, every model must fit the schema, its files"
        " their digests and sizes, its sidecar the graph, and the library must open it; a model that runs"
        " int8 must have been measured. Faults are reported, never repaired."
    ),
    example="vmaf-train registry --folder models",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
