# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train registry`."""

import argparse
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report
from vmaf_train.registry import NAME, SCHEMAS, check_registry, write_registry


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the .onnx files and their sidecars are"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; compare registry.json with the files"
    )
    add_report(parser, "<folder>/registry.report.json; none with --check")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    path = args.folder / NAME
    n_models = check_registry(path) if args.check else write_registry(args.folder)
    return Outcome(
        lines=[f"{path}: models: {n_models}; every digest and opset as in the files"],
        figures={"n_models": n_models, "checked_only": args.check},
        inputs={"models": sorted(args.folder.glob("*.onnx"))},
        outputs={} if args.check else {"registry": path, "schemas": [args.folder / name for name in SCHEMAS]},
        report=args.report or (None if args.check else args.folder / "registry.report.json"),
    )


COMMAND = Command(
    name="registry",
    summary="a folder of models -> registry.json; or --check one",
    about=(
        "Writes registry.json and registry.schema.json from the files of a folder: digests, opset and"
        " precision are read, never typed. Refuses a sidecar that is about other bytes than the file beside"
        " it."
    ),
    example="vmaf-train registry --folder models",
    add_arguments=_add_arguments,
    run=_run,
)
