# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train corpus`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pyarrow as pa

from vmaf_dnn.video.ffmpeg.program import ffmpeg_path
from vmaf_train.commands import Command, Context, Outcome, add_report, beside, positive
from vmaf_train.corpus.build import Corpus, build_corpus
from vmaf_train.corpus.distortions import DISTORTIONS, Distortion
from vmaf_train.corpus.distortions_v1 import V1_DISTORTIONS
from vmaf_train.corpus.executors import dask_executor, local_executor
from vmaf_train.corpus.manifest import read_clips
from vmaf_train.corpus.native import DISPLAYS, ONE_OF, labelled
from vmaf_train.corpus.work_folder import clear
from vmaf_train.data.feature_set import FEATURE_SETS
from vmaf_train.data.published import import_table
from vmaf_train.data.table import column, concatenate, sources_of, write_table
from vmaf_train.data.teacher import read_teacher
from vmaf_train.outputs import Outputs, UsageError

_N_JOBS = 2


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument(
        "--manifest", type=Path, help="CSV (scene, file, source_repo, source_path, kind) or a folder of clips"
    )
    origin.add_argument(
        "--import",
        type=Path,
        nargs="+",
        dest="tables",
        metavar="TABLE",
        help="published tables (.parquet, .csv) instead of clips",
    )
    parser.add_argument("--out", type=Path, required=True, help="the table to write (.parquet)")
    parser.add_argument(
        "--features",
        choices=tuple(FEATURE_SETS),
        default="canonical-6",
        help="canonical-6 is measured and labelled by libvmaf; v1 and neg (the six with gain limits of 1)"
        " by our own extractor and --teacher (default: %(default)s)",
    )
    parser.add_argument(
        "--teacher",
        type=Path,
        help="a model file of libvmaf: labels the rows of --features v1 and neg, and those of --import that"
        " are at 0 or 100 (vmaf_v0.6.1.json)",
    )
    parser.add_argument("--work", type=Path, help="where finished pairs wait (default: <out>.work)")
    parser.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="where jobs run (default: %(default)s)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of the Dask cluster, such as tcp://host:8786")
    parser.add_argument("--jobs", type=positive, help=f"local jobs at once (default: {_N_JOBS})")
    parser.add_argument("--ffmpeg", help="ffmpeg with libvmaf and the encoders (default: imageio-ffmpeg's)")
    parser.add_argument(
        "--keep-work", action="store_true", help="keep the finished pairs after the table is written"
    )
    add_report(parser, "<out>.report.json")


def _outputs(args: argparse.Namespace) -> Outputs:
    _require_sense(args)
    return Outputs({"table": args.out}, args.report or beside(args.out))


def _require_sense(args: argparse.Namespace) -> None:
    """Raise `UsageError` for an option that another one makes pointless."""
    is_native = args.features != "canonical-6"
    pointless = {
        "--teacher needs --import or --features v1 or neg: libvmaf labels clips otherwise": (
            args.teacher and not args.tables and not is_native
        ),
        "--features goes with --manifest; --import reads the canonical six": is_native and args.tables,
        f"--features {args.features} needs --teacher, the model file of libvmaf that labels the rows": (
            is_native and not args.teacher
        ),
        "--engine dask needs --scheduler, the address of the cluster": (
            args.engine == "dask" and not args.scheduler
        ),
        "--scheduler needs --engine dask": args.scheduler and args.engine != "dask",
        "--jobs goes with --engine local: a cluster has its own number": args.jobs and args.engine == "dask",
        "--engine, --work, --keep-work, --jobs and --ffmpeg go with --manifest, not with --import": (
            args.tables and (args.engine == "dask" or args.work or args.keep_work or args.jobs or args.ffmpeg)
        ),
    }
    for sentence, applies in pointless.items():
        if applies:
            raise UsageError(f"{sentence}.")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    return _import(args, context) if args.tables else _build(args, context)


def _build(args: argparse.Namespace, context: Context) -> Outcome:
    clips, is_native = read_clips(args.manifest), args.features != "canonical-6"
    features = FEATURE_SETS[args.features]
    teacher = read_teacher(args.teacher, features) if is_native else None
    distortions = V1_DISTORTIONS if is_native else DISTORTIONS
    work = args.work or args.out.with_name(args.out.name + ".work")
    if args.engine == "local":
        ffmpeg, executor = ffmpeg_path(args.ffmpeg), local_executor(work, args.jobs or _N_JOBS)
    else:
        ffmpeg, executor = args.ffmpeg, dask_executor(args.scheduler)
    with executor as running:
        corpus = build_corpus(
            clips,
            work,
            distortions,
            running,
            displays=DISPLAYS if is_native else ("",),
            one_of=ONE_OF if is_native else 1,
            ffmpeg=ffmpeg,
            progress=context.progress("pairs"),
        )
    manifest = args.manifest if args.manifest.is_file() else None
    inputs: dict[str, Path | Sequence[Path] | None] = {
        "manifest": manifest,
        "clips": [clip.path for clip in clips],
    }
    table = corpus.table
    if teacher is not None:
        inputs["teacher"] = args.teacher
        table = labelled(table, features, teacher)
    _write(args.out, table, ", ".join(corpus.extractors), context.run.provenance(inputs, {}))
    return Outcome(
        lines=_lines(corpus, distortions, args.out),
        figures=_figures(corpus, distortions),
        inputs=inputs,
        finish=(lambda: None) if args.keep_work else partial(clear, work),
    )


def _import(args: argparse.Namespace, context: Context) -> Outcome:
    teacher = read_teacher(args.teacher) if args.teacher else None
    progress = context.progress("tables")
    found = []
    for n_done, path in enumerate(args.tables, start=1):
        found.append(import_table(path, teacher))
        progress(n_done, len(args.tables))
    table = concatenate([one.table for one in found])
    inputs = {"tables": args.tables, "teacher": args.teacher}
    _write(args.out, table, "imported", context.run.provenance(inputs, {}))
    sources = sources_of(table)
    return Outcome(
        lines=[
            f"{table.num_rows} rows of {len(sources)} sources in {args.out}",
            *(one.line() for one in found),
        ],
        figures={
            "n_rows": table.num_rows,
            "n_sources": len(sources),
            "tables": [one.to_json() for one in found],
        },
        inputs=inputs,
    )


def _write(path: Path, table: pa.Table, extractor: str, provenance: dict[str, object]) -> None:
    write_table(path, table, {"extractor": extractor, "run_provenance": json.dumps(provenance)})


def _figures(corpus: Corpus, distortions: Sequence[Distortion]) -> dict[str, object]:
    codecs = column(corpus.table, "codec").tolist()
    return {
        "n_rows": corpus.table.num_rows,
        "n_sources": len(sources_of(corpus.table)),
        "n_pairs": corpus.n_pairs,
        "n_pairs_reused": corpus.n_reused,
        "n_rows_by_codec": {codec: codecs.count(codec) for codec in sorted(set(codecs))},
        "extractors": corpus.extractors,
        "distortions": [distortion.name for distortion in distortions],
        "skipped": [asdict(skip) for skip in corpus.skipped],
    }


def _lines(corpus: Corpus, distortions: Sequence[Distortion], out: Path) -> list[str]:
    n_scenes = len(set(column(corpus.table, "scene").tolist()))
    lines = [f"{corpus.table.num_rows} rows of {n_scenes} scenes and {len(distortions)} distortions in {out}"]
    for scene, reasons in corpus.skipped_by_scene().items():
        lines.append(f"skipped {len(reasons)} of {len(distortions)} pairs of {scene}: {reasons[0]}")
    return lines


COMMAND = Command(
    name="corpus",
    about=(
        "Puts every clip through dozens of distortions (x264, x265, VP9, SVT-AV1, smaller resolutions,"
        " and odd ones: blur, sharpening, noise, contrast, brightness, dropped and frozen frames, MPEG-2),"
        " extracts libvmaf's features and vmaf_v0.6.1 of every frame, and writes them as one parquet table."
        " Kill it when you like: a re-run continues with the pairs that are missing. Encodes are deleted at"
        " once. --engine dask gives the jobs to a cluster whose workers can read the clips under the same"
        " paths. --features v1 measures VMAF v1's four features for its displays in turn, through banding,"
        " chroma and 10-bit distortions, too; --features neg the six with gain limits of 1. Both come of one"
        " pass: with --keep-work and one --work the second costs nothing. --import reads tables that others"
        " have published instead."
    ),
    example="vmaf-train corpus --manifest clips/ --out corpus.parquet",
    add_arguments=_add_arguments,
    outputs=_outputs,
    run=_run,
)
