# SPDX-License-Identifier: BSD-3-Clause
"""The command without a verb: score one distorted clip, or several, and give the reports."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from typing import Any

from vmaf_dnn import _ladder, _output, _terminal
from vmaf_dnn._extraction import as_requests
from vmaf_dnn._signature_flags import wanted_signature
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.session import Session, require_threads
from vmaf_dnn.video import VideoOptions

_VIDEO_FIELDS = [field.name for field in dataclasses.fields(VideoOptions)]


def score_clips(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Score as `arguments` say. Raises `VmafDnnError`."""
    _check_usage(parser, arguments)
    output = None if arguments.output == _output.STDOUT else arguments.output
    if len(arguments.distorted) == 1:
        _give(_reports(arguments, [output] if output else [])[0], arguments)
    elif output is None:
        _ladder.give(_reports(arguments, []), [], arguments)
    else:
        paths = _ladder.report_paths(output, arguments.distorted, arguments.format)
        with _ladder.folder_of_reports(output):
            _ladder.give(_reports(arguments, paths), paths, arguments)


def _reports(arguments: argparse.Namespace, outputs: Sequence[str]) -> list[Report]:
    sessions = [_open(model, arguments) for model in _asked_models(arguments)]
    inputs = [arguments.reference, *arguments.distorted]
    inputs += [arguments.trusted_root] if arguments.trusted_root else []
    inputs += [str(request.path) for request in as_requests(arguments.svm_model) if request.path]
    for path in outputs:
        _output.check_output(path, inputs + _output.files_read(sessions, arguments.registry))
    with _terminal.frame_progress(arguments.quiet) as progress:
        reports: list[Report] = score(
            arguments.reference,
            arguments.distorted,
            tiny_model=sessions or None,
            svm_model=arguments.svm_model,
            prediction=not arguments.no_prediction,
            progress=progress,
            **_video(arguments),
        )
    return reports


def _check_usage(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    if not (arguments.reference and arguments.distorted):
        parser.error("--reference and --distorted are required; vmaf-dnn --help shows examples")
    if arguments.output == "":
        parser.error("--output is empty; name a file, or - for stdout")
    is_document = arguments.output == _output.STDOUT or (arguments.format and not arguments.output)
    if len(arguments.distorted) > 1 and is_document and arguments.format != "json":
        parser.error("several reports go to stdout as one --json list; or name a folder with --output")
    try:
        require_threads("--tiny-threads", arguments.tiny_threads)
        as_requests(arguments.svm_model)
        wanted_signature(arguments)
        VideoOptions(**_video(arguments))
    except InvalidArgument as error:
        parser.error(str(error))


def _video(arguments: argparse.Namespace) -> dict[str, Any]:
    fields = {name: getattr(arguments, name) for name in _VIDEO_FIELDS}
    return fields | {"bitdepth": arguments.bitdepth and int(arguments.bitdepth)}


def _asked_models(arguments: argparse.Namespace) -> list[str]:
    return arguments.tiny_model or ([] if arguments.no_prediction else [DEFAULT_MODEL])


def _open(model: str, arguments: argparse.Namespace) -> Session:
    return Session(
        model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        threads=arguments.tiny_threads,
        registry=arguments.registry,
        fp16_io=arguments.tiny_fp16,
        verify=wanted_signature(arguments),
    )


def _give(report: Report, arguments: argparse.Namespace) -> None:
    format = arguments.format or ("xml" if arguments.output == _output.STDOUT else None)
    if format and arguments.output in (None, _output.STDOUT):
        _output.write_stdout(getattr(report, f"to_{format}")())
    elif arguments.output:
        report.write(arguments.output, arguments.format)
        if sys.stdout.isatty() and not arguments.quiet:
            _terminal.print_summary(report, f"report: {arguments.output}")
    elif sys.stdout.isatty():
        _terminal.print_summary(report)
    else:
        for name, value in report.scores.items():
            print(f"{name}: {value:.6f}")
