# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report, beside
from vmaf_train.fit.net import load_checkpoint
from vmaf_train.onnx_files.export import PARITY, export
from vmaf_train.outputs import Outputs
from vmaf_train.publish.sidecar import ModelFiles, write_sidecar


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ckpt", type=Path, required=True, help="a checkpoint of `vmaf-train train`")
    parser.add_argument(
        "--out", type=Path, required=True, help="the model to write; its stem becomes the id (.onnx)"
    )
    parser.add_argument("--description", default="", help="one line for the registry, up to 256 characters")
    parser.add_argument("--notes", default="", help="what a user should know, up to 512 characters")
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    files = ModelFiles(args.out)
    written = {"onnx": files.onnx, "sidecar": files.sidecar, "training": files.training}
    return Outputs(written, args.report or beside(args.out))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    checkpoint, files = load_checkpoint(args.ckpt), ModelFiles(args.out)
    error = export(checkpoint, files.onnx)
    inputs = {"checkpoint": args.ckpt}
    texts = {"description": args.description, "notes": args.notes}
    write_sidecar(files, checkpoint, texts, context.run.provenance(inputs, {"onnx": files.onnx}))
    return Outcome(
        lines=[
            f"{files.onnx}: {files.onnx.stat().st_size} bytes, within {error:.1e} of torch (limit"
            f" {PARITY:.0e})"
        ],
        figures={"id": files.id, "parity": error, "parity_limit": PARITY},
        inputs=inputs,
    )


COMMAND = Command(
    name="export",
    about=(
        "Writes the graph that the library runs (opset 17, scaler inside, no clamp) and the sidecar that"
        " states its contract. The file is only written if ONNX Runtime gives torch's scores back."
    ),
    example="vmaf-train export --ckpt small.ckpt --out models/my_small.onnx",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
