# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train filter`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_train.commands import Command, Context, Outcome, add_report, beside, positive
from vmaf_train.commands.fit_arguments import not_negative
from vmaf_train.corpus.manifest import Clip, read_clips
from vmaf_train.data.table import read_held_out
from vmaf_train.frames.filter_data import ENCODES, SOFT, Pair, pairs_of
from vmaf_train.frames.filter_export import PARITY, export_filter
from vmaf_train.frames.filter_fit import FilterRecipe, fit_filter
from vmaf_train.frames.filter_judge import judge
from vmaf_train.frames.filter_net import ARCH
from vmaf_train.frames.filter_pairs_file import read_pairs, write_pairs
from vmaf_train.frames.filter_samples import samples_of
from vmaf_train.frames.planes import split_clips
from vmaf_train.onnx_files.scoring import open_alone
from vmaf_train.outputs import Outputs
from vmaf_train.publish.quality import state_quality
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.publish.statement import Statement, write_statement
from vmaf_train.quantize.samples import write_samples

_AGAINST = "the planes before they were degraded"
_DEFAULT = FilterRecipe()


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--manifest",
        type=Path,
        required=True,
        help="CSV (scene, file, source_repo, source_path) or a folder of clips",
    )
    parser.add_argument(
        "--held-out", type=Path, help='JSON with "sources" to judge on (default: a quarter, by their digests)'
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="the model to write; its stem is its id (.onnx)"
    )
    parser.add_argument(
        "--pairs", type=Path, help="keeps the planes for the next run, without which making them begins anew"
    )
    parser.add_argument(
        "--samples", type=Path, help="writes squares for ptq-static, ptq, qat and quant-gate, too (.npz)"
    )
    parser.add_argument("--steps", type=positive, default=_DEFAULT.n_steps, help="default: %(default)s")
    parser.add_argument("--seed", type=not_negative, default=0, help="same seed, same bytes (default: 0)")
    parser.add_argument("--jobs", type=positive, default=2, help="encodes at once (default: %(default)s)")
    parser.add_argument("--ffmpeg", help="ffmpeg with x264, x265 and SVT-AV1 (default: imageio-ffmpeg's)")
    parser.add_argument("--description", default="", help="one line for the registry, up to 256 characters")
    parser.add_argument("--notes", default="", help="what a user should know, up to 512 characters")
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    files = ModelFiles(args.out)
    written = {"onnx": files.onnx, "sidecar": files.sidecar, "training": files.training}
    if args.samples:
        written["samples"] = args.samples
    return Outputs(written, args.report or beside(args.out))


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    clips = read_clips(args.manifest)
    trained_on, judged_on = split_clips(clips, read_held_out(args.held_out))
    pairs = _pairs(args, context, trained_on, judged_on)
    own = {clip.source for clip in trained_on}
    if args.samples:
        write_samples(args.samples, samples_of(pairs))
    recipe = replace(_DEFAULT, n_steps=args.steps, seed=args.seed)
    net = fit_filter([pair for pair in pairs if pair.source in own], recipe, context.progress("steps"))
    files = ModelFiles(args.out)
    error = export_filter(net, files.onnx)
    inputs: dict[str, Path | list[Path] | None] = {
        "manifest": args.manifest if args.manifest.is_file() else None,
        "clips": [clip.path for clip in clips],
        "held_out": args.held_out,
    }
    session = open_alone(files.onnx)
    held_out = [pair for pair in pairs if pair.source not in own]
    verdict = judge(held_out, lambda plane: session._filter(plane, 8))
    figures = {
        "recipe": asdict(recipe),
        "sources": sorted(own),
        "parity": error,
        "held_out": verdict.to_json(),
    }
    statement = Statement("filter", ARCH, net.n_params, args.description, args.notes)
    write_statement(files, statement, figures, context.run.provenance(inputs, {"onnx": files.onnx}))
    state_quality(files, _AGAINST, len(held_out), len(verdict.sources), verdict.figures())
    size = (
        f"{files.onnx}: {files.onnx.stat().st_size} bytes, within {error:.1e} of torch (limit {PARITY:.0e})"
    )
    return Outcome([*verdict.lines(), size], figures, inputs, verdict.passed)


def _pairs(
    args: argparse.Namespace, context: Context, trained_on: list[Clip], judged_on: list[Clip]
) -> list[Pair]:
    if args.pairs and args.pairs.is_file():
        return read_pairs(args.pairs)
    ffmpeg = find_ffmpeg(args.ffmpeg, libvmaf=False).path
    pairs = [
        *pairs_of(trained_on, (*ENCODES, *SOFT), ffmpeg, args.jobs, context.progress("clips")),
        *pairs_of(judged_on, ENCODES, ffmpeg, args.jobs, context.progress("held out")),
    ]
    if args.pairs:
        write_pairs(args.pairs, pairs)
    return pairs


COMMAND = Command(
    name="filter",
    about=(
        "Fits a filter of luma to planes of real clips: blurred and put through JPEG, as those of the"
        " published filter were, and decoded from x264, x265 and SVT-AV1; writes its ONNX file, if ONNX"
        " Runtime gives torch's planes back, and its sidecar; and judges it on sources that it has not seen:"
        " exit 1 if the planes of the published recipe gain too little, or a source loses by encoding."
    ),
    example="vmaf-train filter --manifest clips/ --out models/my_filter.onnx",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
