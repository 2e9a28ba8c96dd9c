# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-train corpus`."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from vmaf_train.commands import Command, Context, Outcome, add_report, beside, positive
from vmaf_train.corpus import Corpus, build_corpus
from vmaf_train.encode import find_encoder
from vmaf_train.files import require_folder
from vmaf_train.ladder import LADDER
from vmaf_train.manifest import read_clips
from vmaf_train.table import column, sources_of, write_table
from vmaf_train.work import clear


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--manifest",
        type=Path,
        required=True,
        help="CSV (scene, file, source_repo, source_path, kind) or a folder of clips",
    )
    parser.add_argument("--out", type=Path, required=True, help="the table to write (.parquet)")
    parser.add_argument("--work", type=Path, help="where finished pairs wait (default: <out>.work)")
    parser.add_argument("--jobs", type=positive, default=2, help="clips worked on at once (default: 2)")
    parser.add_argument("--ffmpeg", help="ffmpeg with libvmaf and the encoders (default: imageio-ffmpeg's)")
    parser.add_argument(
        "--keep-work", action="store_true", help="keep the finished pairs after the table is written"
    )
    add_report(parser, "<out>.report.json")


def _run(args: argparse.Namespace, context: Context) -> Outcome:
    require_folder(args.out)
    clips = read_clips(args.manifest)
    work = args.work or args.out.with_name(args.out.name + ".work")
    progress = context.progress("pairs")
    ffmpeg = find_encoder(args.ffmpeg)
    corpus = build_corpus(clips, work, LADDER, ffmpeg=ffmpeg, jobs=args.jobs, progress=progress)
    manifest = args.manifest if args.manifest.is_file() else None
    inputs = {"manifest": manifest, "clips": [clip.path for clip in clips]}
    provenance = context.run.provenance(inputs, {})
    write_table(args.out, corpus.table, _metadata(corpus, provenance))
    if not args.keep_work:
        clear(work)
    return Outcome(
        lines=_lines(corpus, args.out),
        figures=_figures(corpus),
        inputs=inputs,
        outputs={"table": args.out},
        report=args.report or beside(args.out),
    )


def _metadata(corpus: Corpus, provenance: dict[str, object]) -> dict[str, str]:
    return {"extractor": ", ".join(corpus.extractors), "run_provenance": json.dumps(provenance)}


def _figures(corpus: Corpus) -> dict[str, object]:
    codecs = column(corpus.table, "codec").tolist()
    return {
        "n_rows": corpus.table.num_rows,
        "n_sources": len(sources_of(corpus.table)),
        "n_pairs": corpus.n_pairs,
        "n_pairs_reused": corpus.n_reused,
        "n_rows_by_codec": {codec: codecs.count(codec) for codec in sorted(set(codecs))},
        "extractors": corpus.extractors,
        "ladder": [rung.name for rung in LADDER],
        "skipped": [asdict(skip) for skip in corpus.skipped],
    }


def _lines(corpus: Corpus, out: Path) -> list[str]:
    n_scenes = len(set(column(corpus.table, "scene").tolist()))
    lines = [f"{corpus.table.num_rows} rows of {n_scenes} scenes and {len(LADDER)} distortions in {out}"]
    for scene, reasons in corpus.skipped_by_scene().items():
        lines.append(f"skipped {len(reasons)} of {len(LADDER)} pairs of {scene}: {reasons[0]}")
    return lines


COMMAND = Command(
    name="corpus",
    summary="reference clips -> encodes -> features and labels -> one table",
    about=(
        "Puts every clip through a ladder of distortions (x264, x265, VP9, SVT-AV1, smaller resolutions,"
        " and odd ones: blur, sharpening, noise, contrast, brightness, dropped and frozen frames, MPEG-2),"
        " extracts libvmaf's features and vmaf_v0.6.1 of every frame, and writes them as one parquet table."
        " Kill it when you like: a re-run continues with the pairs that are missing. Encodes are deleted at"
        " once."
    ),
    example="vmaf-train corpus --manifest clips/ --out corpus.parquet",
    add_arguments=_add_arguments,
    run=_run,
)
