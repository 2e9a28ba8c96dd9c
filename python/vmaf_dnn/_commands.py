# SPDX-License-Identifier: BSD-3-Clause
"""What each command does: score a pair, list the registry, open a model, run the demo."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from vmaf_dnn import _output, _terminal
from vmaf_dnn._core import __version__
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_dnn.registry import DEFAULT_MODEL, ModelInfo, models
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import score
from vmaf_dnn.session import Session, require_threads
from vmaf_dnn.video import VideoOptions

_VIDEO_FIELDS = [field.name for field in dataclasses.fields(VideoOptions)]


def run_command(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Run the verb of `arguments`; without one, score. Raises `VmafDnnError`."""
    if arguments.verb is not None:
        _VERBS[arguments.verb](arguments)
    elif arguments.version:
        print(f"vmaf-dnn {__version__}")
    elif arguments.print_completion:
        _print_completion(parser, arguments.print_completion)
    else:
        _score(parser, arguments)


def _print_completion(parser: argparse.ArgumentParser, shell: str) -> None:
    from vmaf_dnn._completion import completion_script

    print(completion_script(parser, shell))


def _score(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    _check_usage(parser, arguments)
    sessions = [_open(model, arguments) for model in _asked_models(arguments)]
    if arguments.output not in (None, _output.STDOUT):
        clips = [arguments.reference, arguments.distorted]
        _output.check_output(arguments.output, clips + _output.files_read(sessions, arguments.registry))
    with _terminal.frame_progress(arguments.quiet) as progress:
        report = score(
            arguments.reference,
            arguments.distorted,
            tiny_model=sessions or None,
            prediction=not arguments.no_prediction,
            progress=progress,
            **_video(arguments),
        )
    _give(report, arguments)


def _check_usage(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    if not (arguments.reference and arguments.distorted):
        parser.error("--reference and --distorted are required; vmaf-dnn --help shows examples")
    if arguments.output == "":
        parser.error("--output is empty; name a file, or - for stdout")
    try:
        require_threads("--tiny-threads", arguments.tiny_threads)
        VideoOptions(**_video(arguments))
    except InvalidArgument as error:
        parser.error(str(error))


def _video(arguments: argparse.Namespace) -> dict[str, Any]:
    fields = {name: getattr(arguments, name) for name in _VIDEO_FIELDS}
    return fields | {"bitdepth": arguments.bitdepth and int(arguments.bitdepth)}


def _asked_models(arguments: argparse.Namespace) -> list[str]:
    return arguments.tiny_model or ([] if arguments.no_prediction else [DEFAULT_MODEL])


def _open(model: str, arguments: argparse.Namespace) -> Session:
    session = Session(
        model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        threads=arguments.tiny_threads,
        registry=arguments.registry,
        fp16_io=arguments.tiny_fp16,
    )
    if arguments.tiny_model_verify:
        _check_pinned(session)
    return session


def _check_pinned(session: Session) -> None:
    """Opening compares a digest with its pin where there is one; this refuses a model without one."""
    if not session.info.pinned_by:
        raise ModelRejected(
            f"{session.info.path}: sha256 {session.info.sha256} is pinned by no registry or sidecar;"
            " register the model, or leave out --tiny-model-verify"
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


def _models(arguments: argparse.Namespace) -> None:
    listed = models(arguments.registry)
    if arguments.json:
        print(_as_json([dataclasses.asdict(model) for model in listed]))
        return
    header = ("id", "kind", "arch", "params", "precision", "size", "description")
    _terminal.print_table(header, [_model_row(model) for model in listed])


def _model_row(model: ModelInfo) -> tuple[str, ...]:
    int8_path = model.int8_path if model.quant_mode != "fp32" else None
    path = int8_path or model.path
    size = f"{path.stat().st_size} B" if path.exists() else "missing"
    precision = "int8" if int8_path else "fp32"
    return (
        model.id,
        model.kind,
        model.arch or "",
        str(model.n_params or ""),
        precision,
        size,
        model.description or "",
    )


def _info(arguments: argparse.Namespace) -> None:
    session = Session(
        arguments.model,
        precision=arguments.tiny_precision,
        device=arguments.tiny_device,
        registry=arguments.registry,
    )
    fields = dataclasses.asdict(session.info)
    if arguments.json:
        print(_as_json(fields))
    else:
        _terminal.print_fields(fields)


def _as_json(value: object) -> str:
    return json.dumps(value, indent=2, default=str)  # ASCII: JSON in every locale, and of any path


def _demo(arguments: argparse.Namespace) -> None:
    from vmaf_dnn.demo import PLOT_NAME, run_demo

    with _terminal.step_progress() as on_step:
        scored = run_demo(
            arguments.output,
            size=arguments.size,
            n_frames=arguments.frames,
            ffmpeg=arguments.ffmpeg,
            on_step=on_step,
        )
    folder = Path(arguments.output)
    _terminal.print_demo(scored, f"plot: {folder / PLOT_NAME}, reports: {folder / '*.json'}")


_VERBS = {"models": _models, "info": _info, "demo": _demo}
