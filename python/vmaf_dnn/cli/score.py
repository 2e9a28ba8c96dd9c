# SPDX-License-Identifier: BSD-3-Clause
"""The command without a verb: score one distorted clip, or several, and give the reports."""

from __future__ import annotations

import argparse
import dataclasses
import os
from typing import Any

from vmaf_dnn.auto import Asked, ModelName, fusion_models
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import Destination, files_read, svm_files_read
from vmaf_dnn.cli.flags.opening import opened
from vmaf_dnn.cli.flags.reading import reading_of
from vmaf_dnn.cli.flags.signer import wanted_signature
from vmaf_dnn.cli.misfits import Misfits
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors.select import as_requests
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.session import Session, require_threads
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.source import opened_pipes

_VIDEO_FIELDS = [field.name for field in dataclasses.fields(VideoOptions)]


def score_clips(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Score as `arguments` say. Raises `VmafDnnError`."""
    destination = _checked(parser, arguments)
    misfits = Misfits()
    clips = [arguments.reference, *arguments.distorted]
    with destination.prepared(), opened_pipes(clips, arguments.stall_timeout) as clips:
        arguments.reference, *arguments.distorted = clips
        reports = _reports(arguments, destination, misfits)
        if not reports:
            raise misfits
        destination.give(reports, quiet=arguments.quiet, without=misfits.clips)
    if misfits.errors:
        raise misfits


def _checked(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> Destination:
    """Return where the reports go, once the flags are known to make sense together."""
    if not (arguments.reference and arguments.distorted):
        parser.error("--reference and --distorted are required; vmaf-dnn --help shows examples")
    try:
        require_threads("--tiny-threads", arguments.tiny_threads)
        wanted_signature(arguments)
        _asked(arguments).check()
        return Destination.of(arguments)
    except InvalidArgument as error:
        parser.error(str(error))


def _reports(arguments: argparse.Namespace, destination: Destination, misfits: Misfits) -> list[Report]:
    forgives = len(arguments.distorted) > 1 and not arguments.fail_fast
    asked = _asked(arguments).settled(arguments.reference, arguments.distorted, is_forgiving=forgives)
    sessions = [_opened(str(model), arguments) for model in asked.models]
    inputs = list(map(os.fspath, (arguments.reference, *arguments.distorted)))
    inputs += [arguments.trusted_root] if arguments.trusted_root else []
    destination.check(inputs + files_read(sessions, arguments.registry) + svm_files_read(asked.requests))
    with terminal.frame_progress(arguments.quiet) as progress:
        reports: list[Report] = score(
            arguments.reference,
            arguments.distorted,
            tiny_model=sessions or None,
            svm_model=asked.requests,
            prediction=not arguments.no_prediction,
            progress=progress,
            on_misfit=misfits.add if forgives else None,
            **dataclasses.asdict(asked.options),
        )
    return reports


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
