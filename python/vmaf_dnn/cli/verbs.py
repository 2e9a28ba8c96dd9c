# SPDX-License-Identifier: BSD-3-Clause
"""What each command does: score clips, list the registry, open a model, check files, run the demo."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from vmaf_dnn._core import __version__
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags import wanted_signature
from vmaf_dnn.cli.score import score_clips
from vmaf_dnn.registry import ModelInfo, models
from vmaf_dnn.session import Session


def run_command(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Run the verb of `arguments`; without one, score. Raises `VmafDnnError`."""
    if arguments.verb is not None:
        _VERBS[arguments.verb](arguments)
    elif arguments.version:
        print(f"vmaf-dnn {__version__}")
    elif arguments.print_completion:
        _print_completion(parser, arguments.print_completion)
    else:
        score_clips(parser, arguments)


def _print_completion(parser: argparse.ArgumentParser, shell: str) -> None:
    from vmaf_dnn.cli.completion import completion_script

    print(completion_script(parser, shell))


def _models(arguments: argparse.Namespace) -> None:
    listed = models(arguments.registry)
    if arguments.json:
        print(as_json([dataclasses.asdict(model) for model in listed]))
        return
    header = ("id", "kind", "arch", "params", "precision", "size", "description")
    terminal.print_table(header, [_model_row(model) for model in listed])


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
        verify=wanted_signature(arguments),
    )
    fields = dataclasses.asdict(session.info)
    if arguments.json:
        print(as_json(fields))
    else:
        terminal.print_fields(fields)


def _verify(arguments: argparse.Namespace) -> None:
    from vmaf_dnn.cli.verify import verify

    verify(arguments)


def _probe(arguments: argparse.Namespace) -> None:
    from vmaf_dnn.cli.probe import probe

    probe(arguments)


def _demo(arguments: argparse.Namespace) -> None:
    from vmaf_dnn.demo import PLOT_NAME, run_demo

    with terminal.step_progress() as on_step:
        scored = run_demo(
            arguments.output,
            size=arguments.size,
            n_frames=arguments.frames,
            ffmpeg=arguments.ffmpeg,
            on_step=on_step,
        )
    folder = Path(arguments.output)
    terminal.print_demo(scored, f"plot: {folder / PLOT_NAME}, reports: {folder / '*.json'}")


_VERBS = {"probe": _probe, "models": _models, "info": _info, "verify": _verify, "demo": _demo}
