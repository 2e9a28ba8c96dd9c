# SPDX-License-Identifier: BSD-3-Clause
"""The command without a verb: score one distorted clip, or several, and give the reports."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Sequence
from typing import Any

from vmaf_dnn.auto import Asked, ModelName, fusion_models
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import Destination, files_read, svm_files_read
from vmaf_dnn.cli.flags.ladder import LadderFlags
from vmaf_dnn.cli.flags.numbers import Numbers, numbers_of
from vmaf_dnn.cli.flags.opening import opened
from vmaf_dnn.cli.flags.pages import PageFlags
from vmaf_dnn.cli.flags.reading import reading_of
from vmaf_dnn.cli.flags.signer import wanted_signature
from vmaf_dnn.cli.misfits import Misfits
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors.select import as_requests
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score, scores_to_come
from vmaf_dnn.session import Session, require_threads
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.source import opened_pipes

_VIDEO_FIELDS = [field.name for field in dataclasses.fields(VideoOptions)]


def score_clips(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Score as `arguments` say. Raises `VmafDnnError`."""
    destination, ladder, pages = _checked(parser, arguments)
    misfits = Misfits()
    clips = [arguments.reference, *arguments.distorted]
    with destination.prepared(), opened_pipes(clips, arguments.stall_timeout) as clips:
        arguments.reference, *arguments.distorted = clips
        numbers = numbers_of(arguments)
        reports, options = _reports(arguments, numbers, destination, ladder, pages, misfits)
        if not reports:
            raise misfits
        destination.give(reports, quiet=arguments.quiet, without=misfits.clips)
        with misfits.joined():
            ladder.give(reports, is_silent=destination.to_stdout or arguments.quiet)
            pages.give(reports, [str(clip) for clip in clips], misfits.clips, options)
    faults = _faults(reports, numbers)
    if misfits.errors:
        misfits.errors += faults
        raise misfits
    if faults:
        from vmaf_dnn.cli.limits import BelowLimits

        raise BelowLimits(faults)


def _faults(reports: Sequence[Report], numbers: Numbers) -> list[str]:
    """Return a sentence for each clip that falls below a limit."""
    if not numbers.limits:
        return []
    from vmaf_dnn.report.limits import shortfalls

    return [fault for report in reports if (fault := shortfalls(report, numbers.limits))]


def _checked(
    parser: argparse.ArgumentParser, arguments: argparse.Namespace
) -> tuple[Destination, LadderFlags, PageFlags]:
    """Return where the reports go and what is made of them, once the flags make sense together."""
    if not (arguments.reference and arguments.distorted):
        parser.error("--reference and --distorted are required; vmaf-dnn --help shows examples")
    try:
        require_threads("--tiny-threads", arguments.tiny_threads)
        wanted_signature(arguments)
        numbers_of(arguments)
        _asked(arguments).check()
        return Destination.of(arguments), LadderFlags.of(arguments), PageFlags.of(arguments)
    except InvalidArgument as error:
        parser.error(str(error))


def _reports(
    arguments: argparse.Namespace,
    numbers: Numbers,
    destination: Destination,
    ladder: LadderFlags,
    pages: PageFlags,
    misfits: Misfits,
) -> tuple[list[Report], VideoOptions]:
    """Return the reports, and how clips were read for the models that were chosen."""
    forgives = len(arguments.distorted) > 1 and not arguments.fail_fast
    asked = _asked(arguments).settled(arguments.reference, arguments.distorted, is_forgiving=forgives)
    sessions = [_opened(str(model), arguments) for model in asked.models]
    scores = scores_to_come(sessions, asked, prediction=not arguments.no_prediction)
    _check_scores(numbers, scores)
    inputs = list(map(os.fspath, (arguments.reference, *arguments.distorted)))
    inputs += [arguments.trusted_root] if arguments.trusted_root else []
    inputs += files_read(sessions, arguments.registry) + svm_files_read(asked.requests)
    destination.check(inputs)
    ladder.check(inputs, scores, len(arguments.distorted))
    pages.check(inputs, scores, asked.options.ffmpeg)
    with terminal.frame_progress(arguments.quiet) as progress:
        reports: list[Report] = score(
            arguments.reference,
            arguments.distorted,
            tiny_model=sessions or None,
            svm_model=asked.requests,
            prediction=not arguments.no_prediction,
            bit_rate=ladder.are_given or pages.want_rates(len(arguments.distorted)),
            pool=numbers.pool,
            progress=progress,
            on_misfit=misfits.add if forgives else None,
            **dataclasses.asdict(asked.options),
        )
    reports = [dataclasses.replace(report, n_worst=numbers.n_worst) for report in reports]
    return reports, asked.options


def _check_scores(numbers: Numbers, names: Sequence[str]) -> None:
    """Raise `InvalidArgument`, before the long work, for what is asked of scores that there won't be."""
    if numbers.limits:
        from vmaf_dnn.report.limits import check_metrics

        check_metrics(numbers.limits, names)
    if numbers.n_worst and not names:
        raise InvalidArgument("--worst needs a score, and no model is asked for; name one, or leave it out.")


def _asked(arguments: argparse.Namespace) -> Asked:
    options = VideoOptions(**_video(arguments))
    return Asked(_asked_models(arguments), as_requests(arguments.svm_model), options, arguments.viewing)


def _video(arguments: argparse.Namespace) -> dict[str, Any]:
    fields = {name: getattr(arguments, name) for name in _VIDEO_FIELDS}
    return fields | reading_of(arguments)


def _asked_models(arguments: argparse.Namespace) -> list[ModelName]:
    requests = as_requests(arguments.svm_model)
    return fusion_models(arguments.tiny_model or [], requests, prediction=not arguments.no_prediction)


def _opened(model: str, arguments: argparse.Namespace) -> Session:
    return opened(model, arguments, threads=arguments.tiny_threads, fp16_io=arguments.tiny_fp16)
