# SPDX-License-Identifier: BSD-3-Clause
"""`ptq`, `ptq-static` and `qat`: one command but for the form of the int8 file."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_data, add_report, beside, tables_in
from vmaf_train.data.table import read_held_out, read_tables, split_by_source, task_of
from vmaf_train.outputs import Outputs
from vmaf_train.publish.int8_gate import BUDGET_PLCC, Limits, judge
from vmaf_train.publish.kind_gate import KindLimits, judge_samples, record_verdict
from vmaf_train.publish.sidecar import (
    ModelFiles,
    amend_sidecar,
    asked_of,
    record_quantisation,
    takes_rows,
)
from vmaf_train.quantize.form import Form
from vmaf_train.quantize.quantize import Quantised, clip_rows, quantize
from vmaf_train.quantize.quantize_nodes import quantize_samples
from vmaf_train.quantize.samples import read_samples, split_samples

_OF_OTHERS = (
    "Of a model that takes no rows, convolutions and products become int8; it is measured on samples, an .npz"
    " with an array for each of its inputs, and `source`, where some are to be held out."
)


def _int8_command(name: str, mode: str, about: str) -> Command:
    """Return the command that writes the int8 file of one `quant_mode`."""
    return Command(
        name=name,
        about=f"{about} {_OF_OTHERS}",
        example=f"vmaf-train {name} --onnx models/mine.onnx --data corpus.parquet --held-out held_out.json",
        add_arguments=_add_arguments,
        outputs=_outputs,
        run=partial(_run, mode),
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    form = Form()
    parser.add_argument(
        "--onnx", type=Path, required=True, help="the fp32 model; <base>.int8.onnx is written"
    )
    add_data(parser, with_samples=True)
    scales = parser.add_mutually_exclusive_group()
    scales.add_argument("--per-channel", action="store_true", default=True, help="weight scales (default)")
    scales.add_argument("--per-tensor", dest="per_channel", action="store_false", help="fewer bytes")
    parser.add_argument(
        "--keep-fp32",
        type=_names,
        default=form.keep_fp32,
        metavar="LAYERS",
        help="names of layers that stay fp32, first and last among them, or none (default: first,last)",
    )
    parser.add_argument(
        "--bits",
        type=int,
        choices=(7, 8),
        default=form.bits,
        help="of a weight; with 8 ONNX Runtime's scores depend on the CPU (default: %(default)s)",
    )
    parser.add_argument(
        "--budget-plcc", type=float, default=BUDGET_PLCC, help="PLCC that it may lose (default: %(default)s)"
    )
    parser.add_argument(
        "--pin-only",
        action="store_true",
        help="precision=auto goes on to run fp32; int8 is there to be asked for",
    )
    add_report(parser, "<base>.int8.report.json")


def _names(text: str) -> tuple[str, ...]:
    return () if text == "none" else tuple(text.split(","))


def _outputs(args: argparse.Namespace) -> Outputs:
    files = ModelFiles(args.onnx)
    report = args.report or beside(files.int8)
    return Outputs({"int8": files.int8}, report, updates={"sidecar": files.sidecar})


def _run(mode: str, args: argparse.Namespace, context: Context) -> Outcome:
    files, form = ModelFiles(args.onnx), Form(mode, args.per_channel, args.keep_fp32, args.bits)
    return (_run_on_rows if takes_rows(files) else _run_on_samples)(files, form, args, context)


def _run_on_samples(files: ModelFiles, form: Form, args: argparse.Namespace, context: Context) -> Outcome:
    samples = read_samples(args.data, files.onnx)
    training, held_out = split_samples(samples, read_held_out(args.held_out))
    progress = context.progress(files.int8.name)
    made = quantize_samples(files.onnx, files.int8, training, progress, form=form)
    limits = KindLimits(plcc_drop=args.budget_plcc)
    verdict = judge_samples(files, held_out if len(held_out) else training, limits, progress)
    record_verdict(files, form.mode, made, verdict, pin_only=args.pin_only)
    moved = verdict.drift
    return Outcome(
        lines=[
            f"{files.int8} ({form}): {moved.int8_bytes} bytes for {moved.fp32_bytes}; on {moved.n_rows}"
            f" samples it moves what comes out by {moved.mean_abs:.4g} (largest {moved.max_abs:.4g}, bias"
            f" {moved.bias:+.4g}), PLCC {moved.plcc:.6f}",
            *_why_not(verdict.missed),
        ],
        figures={
            "id": files.id,
            "form": form.to_json(),
            "quant_calibration_set": made.calibration,
            "int8_drift": moved.to_json(),
            "quant_gate": verdict.to_json(),
        },
        inputs={"onnx": args.onnx, "data": args.data, "held_out": args.held_out},
    )


def _run_on_rows(files: ModelFiles, form: Form, args: argparse.Namespace, context: Context) -> Outcome:
    table = read_tables(tables_in(args.data), asked_of(files))
    split, output_range = split_by_source(table, read_held_out(args.held_out)), task_of(table).output_range
    rows = clip_rows(split.train)
    judged = clip_rows(split.held_out) if split.held_out.num_rows else rows
    progress = context.progress(files.int8.name)
    made = quantize(files.onnx, files.int8, rows, progress, form=form, output_range=output_range)
    verdict = judge(files, judged, Limits(plcc_drop=args.budget_plcc), output_range=output_range)
    moved, is_default = verdict.drift, not (args.pin_only or verdict.missed)
    record_quantisation(files, form.mode if is_default else "fp32", args.budget_plcc, moved)
    _record_calibration(files, made)
    return Outcome(
        lines=[
            f"{files.int8} ({form}): {moved.int8_bytes} bytes for {moved.fp32_bytes}; on {moved.n_rows} rows"
            f" it moves scores by {moved.mean_abs:.3f} (largest {moved.max_abs:.2f}, bias"
            f" {moved.bias:+.4f}), PLCC {moved.plcc:.6f}",
            *_why_not(verdict.missed),
        ],
        figures={
            "id": files.id,
            "form": form.to_json(),
            "bias_correction": made.bias_correction,
            "quant_calibration_set": made.calibration,
            "int8_drift": moved.to_json(),
            "quant_gate": verdict.to_json(),
        },
        inputs={"onnx": args.onnx, "data": args.data, "held_out": args.held_out},
    )


def _why_not(missed: list[str]) -> list[str]:
    """Say why `precision="auto"` goes on to run fp32: a file that misses the gate is pinned, no default."""
    return [f"int8 is no default: {'; '.join(missed)}"] if missed else []


def _record_calibration(files: ModelFiles, made: Quantised) -> None:
    if made.calibration is not None:
        amend_sidecar(files, {"quant_calibration_set": made.calibration})


PTQ = _int8_command(
    "ptq",
    "dynamic",
    "Quantises layers to int8 as onnxruntime.quantization does, by default the wide middle ones with one"
    " scale a channel; what goes into them is quantised row by row as it is scored. Takes the bias that"
    " remains on the training rows out, and measures the drift on the held-out ones.",
)

PTQ_STATIC = _int8_command(
    "ptq-static",
    "static",
    "Quantises layers to int8 in QDQ form: what goes into them has one scale for all rows, calibrated on"
    " rows of the training split, whose number and digest go into the report, the sidecar and the registry."
    " Takes the bias that remains out, and measures the drift on the held-out rows.",
)

QAT = _int8_command(
    "qat",
    "qat",
    "Reads the weights of the fp32 file and tunes a copy towards that file's own scores, with noise in the"
    " place of int8 rounding, on training rows and rows around them; then writes an int8 file of the form"
    " that `ptq` writes. The fp32 file stays as it is. The same file and table give the same bytes.",
)
