# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn nr`: score one clip that has no reference."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import Any

from vmaf_dnn.checks import require_whole_number
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import Destination, files_read
from vmaf_dnn.cli.flags.formats import add_format_flags
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.numbers import Numbers, add_number_flags, numbers_of
from vmaf_dnn.cli.flags.opening import add_opening_flags, opened_for
from vmaf_dnn.cli.flags.reading import add_reading_flags, reading_of
from vmaf_dnn.fusion import metric_names
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.session import require_threads
from vmaf_dnn.unreferenced import KIND, NR_MODEL
from vmaf_dnn.video.options import DECODERS, VideoOptions
from vmaf_dnn.video.pipes.source import opened_pipes

_OF_CLIPS = ("frame_cnt", "frame_skip_dist", "subsample", "start", "duration")
_OF_READERS = ("frame_rate", "stall_timeout", "threads", "ffmpeg", "decoder")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    kinds = "a .y4m, a .yuv with all of -w -h -p -b, any file ffmpeg decodes; -: y4m or raw, from stdin"
    parser.add_argument("clip", metavar="CLIP", help=kinds)
    _add_frames(_group(parser, "clip"))
    models = _group(parser, "models")
    models.text(
        "--tiny-model",
        metavar="ID|PATH",
        action="append",
        help=f"of kind nr: a registry id, or an .onnx file; repeat it for several (default: {NR_MODEL})",
    )
    add_opening_flags(models)
    models.number("--tiny-threads", default=1, help="threads of a model (default: 1)")
    group = parser.add_argument_group(
        "report", "without -o: the score, or the report if a format is named, on stdout"
    )
    report = FlagGroup(group)
    report.text("-o", "--output", help="write a report (-: to stdout); the suffix names the format, else XML")
    add_format_flags(group)
    add_number_flags(report)
    report.switch("-q", "--quiet", help="no progress, and no summary beside a report")


def run(arguments: argparse.Namespace) -> None:
    """Score the clip, and give its report. Raises `VmafDnnError`."""
    require_threads("--tiny-threads", arguments.tiny_threads)
    require_whole_number("--frame_skip", arguments.frame_skip_dist, 0)  # by the name that it has here
    numbers, options = numbers_of(arguments), VideoOptions(**_fields(arguments))
    arguments.distorted = [arguments.clip]
    destination = Destination.of(arguments)
    with destination.prepared(), opened_pipes(arguments.distorted, options.stall_timeout) as (clip,):
        sessions = [
            opened_for(KIND, NR_MODEL, model, arguments, threads=arguments.tiny_threads)
            for model in arguments.tiny_model or [NR_MODEL]
        ]
        _check_limits(numbers, metric_names(sessions, ()))
        destination.check([arguments.clip, *files_read(sessions, arguments.registry)])
        with terminal.frame_progress(arguments.quiet) as progress:
            report = score(
                None, clip, tiny_model=sessions, pool=numbers.pool, progress=progress, **asdict(options)
            )
        report = replace(report, n_worst=numbers.n_worst)
        destination.give([report], quiet=arguments.quiet)
    _check_scores(report, numbers)


def _group(parser: argparse.ArgumentParser, title: str) -> FlagGroup:
    return FlagGroup(parser.add_argument_group(title))


def _add_frames(clip: FlagGroup) -> None:
    add_reading_flags(clip)
    clip.number("--frame_cnt", default=0, help="stop after N frames (default: 0, all)")
    clip.number("--frame_skip", dest="frame_skip_dist", default=0, help="drop the first N (default: 0)")
    clip.number("--subsample", default=1, help="score every Nth frame (default: 1)")
    clip.limit("--start", default=0.0, help="score from so many seconds on (default: 0)")
    clip.limit("--duration", default=0.0, help="score so many seconds (default: 0, all)")
    clip.limit("--frame_rate", default=None, help="of a clip that states none, for what goes by time")
    clip.limit("--stall_timeout", default=60.0, help="end a decoder that gives no frame for X s (0: never)")
    clip.number("--threads", default=0, help="threads of the decoder (default: 0, as many as it likes)")
    clip.text("--ffmpeg", help="the ffmpeg to decode with")
    clip.choice("--decoder", words=DECODERS, default=DECODERS[0], help="ffmpeg (the default), or PyAV")


def _fields(arguments: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(arguments, name) for name in (*_OF_CLIPS, *_OF_READERS)} | reading_of(arguments)


def _check_limits(numbers: Numbers, names: list[str]) -> None:
    if numbers.limits:
        from vmaf_dnn.report.limits import check_metrics

        check_metrics(numbers.limits, names)


def _check_scores(report: Report, numbers: Numbers) -> None:
    """Raise `BelowLimits` where a score is lower than asked for."""
    if not numbers.limits:
        return
    from vmaf_dnn.report.limits import shortfalls

    if fault := shortfalls(report, numbers.limits):
        from vmaf_dnn.cli.limits import BelowLimits

        raise BelowLimits([fault])
