# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train quantize`."""

import argparse
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside
from vmaf_train.evaluate import Gate
from vmaf_train.quantize import drift, quantize
from vmaf_train.sidecar import ModelFiles, record_quantisation
from vmaf_train.table import features_of, read_held_out, read_table, split_by_source


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--onnx", type=Path, required=True, help="the fp32 model; <base>.int8.onnx is written"
    )
    add_data(parser)
    parser.add_argument(
        "--quant-mode",
        choices=("dynamic", "fp32"),
        default="dynamic",
        help="what precision=auto runs: dynamic = the int8 file, fp32 = only pin it (default: %(default)s)",
    )
    add_report(parser, "<onnx>.int8.report.json")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    files = ModelFiles(args.onnx)
    split = split_by_source(read_table(args.data), read_held_out(args.held_out))
    judged = split.held_out if split.held_out.num_rows else split.train
    shift = quantize(files.onnx, files.int8, features_of(split.train), context.progress("calibration rows"))
    moved = drift(files.onnx, files.int8, features_of(judged), context.progress("judged rows"))
    record_quantisation(files, args.quant_mode, Gate().max_plcc_drop, moved)
    return Outcome(
        lines=[
            f"{files.int8}: {moved.int8_bytes} bytes for {moved.fp32_bytes}; on {moved.n_rows} rows it moves"
            f" scores by {moved.mean_abs:.3f} (largest {moved.max_abs:.2f}, bias {moved.bias:+.4f}), PLCC"
            f" {moved.plcc:.6f}"
        ],
        figures={"id": files.id, "bias_correction": shift, "int8_drift": moved.to_json()},
        inputs={"onnx": args.onnx, "data": args.data, "held_out": args.held_out},
        outputs={"int8": files.int8, "sidecar": files.sidecar},
        report=args.report or beside(files.int8),
    )


COMMAND = Command(
    name="quantize",
    summary="one ONNX model -> its int8 file",
    about=(
        "Quantises the wide middle layers to int8, one scale a channel, and keeps the first and last in"
        " fp32; takes the remaining bias out on the training rows, and measures the drift on the held-out"
        " ones, row by row."
    ),
    example="vmaf-train quantize --onnx models/my_small.onnx --data corpus.parquet --held-out held_out.json",
    add_arguments=_add_arguments,
    run=_run,
)
