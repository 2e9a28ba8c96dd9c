# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train nr`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.commands import Command, Context, Outcome, add_report, beside, positive
from vmaf_train.commands.fit_arguments import add_groups
from vmaf_train.corpus.distortions import Distortion
from vmaf_train.corpus.manifest import read_clips
from vmaf_train.data.table import read_held_out
from vmaf_train.frames.nr_data import ENCODES, Frames, build, read_frames, split, write_frames
from vmaf_train.frames.nr_fit import NrRecipe, fit, samples_of
from vmaf_train.frames.nr_folds import dealt, judge_folds
from vmaf_train.frames.nr_graph import PARITY, export
from vmaf_train.frames.nr_judge import Judgement, judge, score_frames
from vmaf_train.frames.nr_plot import write_scatter
from vmaf_train.metrics import OUTPUT_RANGE, Agreement, agreement
from vmaf_train.outputs import Outputs, UsageError
from vmaf_train.publish.kind_gate import quantise_and_record
from vmaf_train.publish.quality import state_quality
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.publish.statement import Statement, write_statement
from vmaf_train.study.folds import read_groups

ARCH = "tile_net"
AGAINST = "vmaf_v0.6.1"
_NAMES = {encode.name: encode for encode in ENCODES}
_DESCRIPTION = (
    "The VMAF of a frame without its reference, from tiles of its luma; fitted to VMAF, not to opinions."
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("data")
    data.add_argument(
        "--manifest", type=Path, help="CSV (scene, file, source_repo, source_path) or a folder of clips"
    )
    data.add_argument(
        "--frames", type=Path, required=True, help="the frames: written, or read without --manifest"
    )
    data.add_argument(
        "--label",
        default="vmaf_tiny_v4",
        help="what says their VMAF: a model file of libvmaf (vmaf_v0.6.1.json), or a fusion model's id"
        " (default: %(default)s)",
    )
    data.add_argument(
        "--encodes",
        nargs="+",
        choices=_NAMES,
        metavar="NAME",
        help=f"some of them (default: all {len(_NAMES)}, {next(iter(_NAMES))} and so on)",
    )
    data.add_argument(
        "--jobs", type=positive, default=2, help="clips, or folds, at once (default: %(default)s)"
    )
    data.add_argument("--ffmpeg", help="ffmpeg with the encoders (default: imageio-ffmpeg's)")
    model = parser.add_argument_group("model")
    model.add_argument("--out", type=Path, help="the model to write; its stem becomes the id (.onnx)")
    model.add_argument(
        "--held-out", type=Path, help='JSON with "sources" to judge on (default: a quarter, by their digests)'
    )
    recipe = NrRecipe()
    model.add_argument(
        "--steps", type=positive, default=recipe.steps, help="of the fit (default: %(default)s)"
    )
    model.add_argument("--seed", type=int, default=recipe.seed, help="default: %(default)s")
    model.add_argument("--peer", type=Path, help="another model of tiles (.onnx) to judge beside it")
    model.add_argument("--plot", type=Path, help="a scatter plot of the held-out frames (.svg)")
    model.add_argument(
        "--folds",
        type=positive,
        metavar="N",
        help="judge the recipe on all sources: in N parts, each scored by a net fitted to the others",
    )
    add_groups(parser)
    add_report(parser, "<out>.report.json, else <frames>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    _require_sense(args)
    files: dict[str, Path] = {"frames": args.frames} if args.manifest else {}
    if args.out:
        model = ModelFiles(args.out)
        files |= {"onnx": model.onnx, "int8": model.int8, "sidecar": model.sidecar}
        files |= {"training": model.training}
    files |= {"plot": args.plot} if args.plot else {}
    return Outputs(files, args.report or beside(args.out or args.frames))


def _require_sense(args: argparse.Namespace) -> None:
    """Raise `UsageError` for what leaves nothing to do, or what another option makes pointless."""
    if not (args.manifest or args.out or args.folds):
        raise UsageError(
            "Give --manifest to make frames, --out to fit a model to them, --folds to judge the recipe, or"
            " several of these."
        )
    if not args.manifest and (args.encodes or args.ffmpeg):
        raise UsageError("--encodes and --ffmpeg go with --manifest: they make frames.")
    if not args.out and (args.peer or args.plot or args.held_out):
        raise UsageError("--held-out, --peer and --plot go with --out: they judge a model.")
    if args.groups and not args.folds:
        raise UsageError("--groups goes with --folds: it says which sources are left out together.")
    if args.plot and args.plot.suffix != ".svg":
        raise UsageError(f"--plot takes a file that ends in .svg, got {args.plot}.")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    inputs: dict[str, Path | None] = {"held_out": args.held_out, "peer": args.peer}
    lines: list[str] = []
    figures: dict[str, object] = {}
    if args.manifest:
        frames = _made(args, context)
        inputs |= {"manifest": args.manifest if args.manifest.is_file() else None}
        inputs |= {"label": Path(args.label) if Path(args.label).is_file() else None}
        lines.append(f"{len(frames)} frames, {len(frames.tiles)} tiles in {args.frames}")
        figures |= {"n_frames": len(frames), "n_tiles": len(frames.tiles)}
    else:
        frames = read_frames(args.frames)
    if args.out:
        inputs |= {"frames": args.frames}
        more, found = _fitted(args, context, frames, inputs)
        lines, figures = lines + more, figures | found
    if args.folds:
        inputs |= {"frames": args.frames, "groups": args.groups}
        parts = dealt(frames.words["source"], args.folds, read_groups(args.groups))
        recipe = NrRecipe(steps=args.steps, seed=args.seed)
        folds = judge_folds(frames, recipe, parts, args.jobs, context.progress("steps of all folds"))
        lines, figures = lines + folds.lines(), figures | {"recipe": asdict(recipe), "folds": folds.to_json()}
    return Outcome(lines=lines, figures=figures, inputs=inputs)


def _made(args: argparse.Namespace, context: Context) -> Frames:
    label = Path(args.label) if args.label.endswith(".json") else args.label
    encodes: tuple[Distortion, ...] = tuple(_NAMES[name] for name in args.encodes or _NAMES)
    clips = read_clips(args.manifest)
    ffmpeg = ffmpeg_path(args.ffmpeg)
    frames = build(clips, ffmpeg, args.jobs, label, encodes, context.progress("clips"))
    write_frames(args.frames, frames)
    return frames


def _fitted(
    args: argparse.Namespace, context: Context, frames: Frames, inputs: Mapping[str, Path | None]
) -> tuple[list[str], dict[str, object]]:
    trained, judged = split(frames, read_held_out(args.held_out))
    recipe, files = NrRecipe(steps=args.steps, seed=args.seed), ModelFiles(args.out)
    net = fit(trained, recipe, context.progress("steps"))
    error = export(net, files.onnx)
    scores = score_frames(files.onnx, judged, context.progress("held-out frames"))
    found = judge(trained, judged, scores, args.peer)
    statement = Statement(
        "nr", ARCH, net.n_params, _DESCRIPTION, notes=found.sentence(AGAINST), output_range=OUTPUT_RANGE
    )
    write_statement(
        files,
        statement,
        _record(recipe, trained, found),
        context.run.provenance(inputs, {"onnx": files.onnx}),
    )
    tried, verdict = quantise_and_record(
        files,
        samples_of(trained),
        samples_of(judged),
        pin_only=True,  # int8 takes 1.4 times as long: most of the net's work is in its depthwise layers
        progress=context.progress("int8"),
    )
    int8 = agreement(
        score_frames(files.int8, judged, context.progress("held-out frames in int8")), judged.vmaf
    )
    state_quality(files, AGAINST, len(judged), found.n_sources, _figures(found.own), _figures(int8))
    if args.plot:
        own = found.own
        title = f"{len(judged)} held-out frames: PLCC {own.plcc:.3f}, RMSE {own.rmse:.1f}"
        write_scatter(args.plot, judged, scores, title)
    lines = [
        f"{files.onnx}: {files.onnx.stat().st_size} bytes, within {error:.1e} of torch (limit {PARITY:.0e})",
        *found.lines(),
        f"{files.int8} ({tried[-1].form}): {verdict.drift.int8_bytes} bytes; PLCC {int8.plcc:.4f}, RMSE"
        f" {int8.rmse:.2f}",
        *verdict.missed,
    ]
    figures = {
        "parity": error,
        "parity_limit": PARITY,
        "held_out": found.to_json(),
        "int8": {**int8.to_json(), "gate": verdict.to_json()},
    }
    return lines, figures


def _record(recipe: NrRecipe, trained: Frames, found: Judgement) -> dict[str, object]:
    return {
        "recipe": asdict(recipe),
        "n_frames": len(trained),
        "n_tiles": len(trained.tiles),
        "sources": sorted(set(trained.words["source"].tolist())),
        "held_out": found.to_json(),
    }


def _figures(found: Agreement) -> dict[str, float]:
    return {name: getattr(found, name) for name in ("plcc", "srocc", "rmse", "max_error")}


COMMAND = Command(
    name="nr",
    about=(
        "Fits a net that scores a clip without its reference: the VMAF of a frame from 224x224 tiles of its"
        " luma. --manifest puts every clip through the ordinary encodes (x264, x265, VP9, SVT-AV1, three"
        " sizes), and keeps a frame of each with its VMAF in --frames. --out fits a net to the frames of all"
        " sources but those held out, writes it as ONNX if ONNX Runtime gives torch's scores back, and its"
        " int8 file, and judges both on the others, beside a line through their sharpness and, with --peer,"
        " beside another model. int8 is smaller and not quicker, so precision auto goes on to run fp32."
        " --folds judges the recipe on every source, and writes its report alone."
    ),
    example="vmaf-train nr --manifest clips/ --label vmaf_v0.6.1.json --frames frames.npz --out nr_mine.onnx",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
