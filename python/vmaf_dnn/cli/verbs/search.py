# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn search`: the CRF or the bitrate of an encoder that reaches a target quality."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from vmaf_dnn.auto import VIEWINGS
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.destination import as_json
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags
from vmaf_dnn.cli.flags.reading import add_reading_flags, reading_of
from vmaf_dnn.cli.flags.signer import wanted_signature
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.searching import SearchResult, Try, search
from vmaf_dnn.searching.run import DEFAULT_MAX_ENCODES, DEFAULT_TOLERANCE
from vmaf_dnn.searching.samples import DEFAULT_DURATION_S
from vmaf_dnn.searching.scale import in_words
from vmaf_dnn.text import legible_cell


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("clip", metavar="CLIP", help="what is to be encoded")
    _add_encoding(_group(parser, "encoding"))
    _add_search(_group(parser, "search"))
    clip = _group(parser, "clip")
    add_reading_flags(clip)
    clip.limit("--frame_rate", default=None, help="of a clip that states none")
    _add_models(_group(parser, "models"))
    output = _group(parser, "output")
    output.text("-o", "--output", help="encode the whole clip to this file, with its sound as it is")
    output.switch("--json", help="every try, as JSON")
    output.switch("-q", "--quiet", help="no progress")
    output.text("--ffmpeg", help="the ffmpeg to encode with")
    output.number("--threads", default=0, help="threads of the extractor (default: 0, all CPUs)")


def run(arguments: argparse.Namespace) -> None:
    """Search, and print every try. Raises `VmafDnnError`."""
    with terminal.step_progress(arguments.quiet) as on_step:
        result = search(
            arguments.clip,
            encoder=arguments.encoder,
            target=arguments.target,
            preset=arguments.preset,
            encoder_args=arguments.encoder_args,
            crf=arguments.crf,
            bitrate=arguments.bitrate,
            samples=arguments.samples,
            sample_duration=arguments.sample_duration,
            tolerance=arguments.tolerance,
            max_encodes=arguments.max_encodes,
            output=arguments.output,
            on_step=on_step,
            **_scoring(arguments),
        )
    if arguments.json:
        print(as_json(result.as_dict()))
    else:
        _print(result)
    for sentence in result.warnings:
        warnings.warn(sentence, RuntimeWarning, stacklevel=2)


def _group(parser: argparse.ArgumentParser, title: str) -> FlagGroup:
    return FlagGroup(parser.add_argument_group(title))


def _add_encoding(encoding: FlagGroup) -> None:
    encoding.text(
        "--encoder",
        metavar="NAME",
        required=True,
        help="libx264, libx265, libsvtav1, libaom-av1, libvpx-vp9 or librav1e",
    )
    encoding.text("--preset", metavar="WORD", help="the encoder's preset or speed (default: the encoder's)")
    encoding.text(
        "--encoder-args", metavar="WORDS", default="", help="more options of the encoder, '-tune film' say"
    )


def _add_search(flags: FlagGroup) -> None:
    flags.text(
        "--target",
        metavar="LIMITS",
        required=True,
        help="what pooled scores must reach: 'p5=92,mean=94', or a number alone for the mean",
    )
    flags.range("--crf", help="the CRFs to look at (default: all that the encoder takes)")
    flags.range(
        "--bitrate",
        nargs="?",
        const=True,
        default=False,
        help="search a bitrate in kbit/s, rather than a CRF (default: 50:50000)",
    )
    flags.number("--samples", default=None, help="parts of the clip to encode (default: by length, 4 to 16)")
    flags.limit(
        "--sample-duration",
        default=DEFAULT_DURATION_S,
        help=f"of each, seconds (default: {DEFAULT_DURATION_S:g})",
    )
    flags.limit(
        "--tolerance",
        default=DEFAULT_TOLERANCE,
        help=f"end where the target is kept by no more (default: {DEFAULT_TOLERANCE:g}; 0: the last step)",
    )
    flags.number("--max-encodes", default=DEFAULT_MAX_ENCODES, help=f"tries (default: {DEFAULT_MAX_ENCODES})")


def _add_models(models: FlagGroup) -> None:
    models.text(
        "--tiny-model",
        metavar="ID|PATH",
        action="append",
        help=f"a registry id, an .onnx file, or auto; repeatable (default: {DEFAULT_MODEL})",
    )
    add_opening_flags(models)
    models.text(
        "-m",
        "--model",
        dest="svm_model",
        metavar="KEY=VALUE",
        action="append",
        help="libvmaf's own: version=vmaf_v0.6.1, path=FILE.json, or auto; repeatable",
    )
    models.choice("--viewing", words=VIEWINGS, help="what auto is for")


def _scoring(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("tiny_model", "svm_model", "viewing", "registry", "ffmpeg", "threads", "frame_rate")
    return {name: getattr(arguments, name) for name in names} | {
        "precision": arguments.tiny_precision,
        "device": arguments.tiny_device,
        "verify": wanted_signature(arguments),
        **reading_of(arguments),
    }


def _print(result: SearchResult) -> None:
    scores = [(name, pooling) for name, pooled in result.chosen.scores.items() for pooling in pooled]
    is_one = len(result.chosen.scores) == 1
    columns = [pooling if is_one else f"{name} {pooling}" for name, pooling in scores]
    header = (result.mode, "kbit/s", *columns, "predicted MB", "predicted s", "")
    terminal.print_table(header, [_row(tried, result, scores) for tried in result.tries])
    if sys.stdout.isatty():
        print(_sentence(result))


def _row(tried: Try, result: SearchResult, scores: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return (
        f"{tried.value:g}",
        f"{tried.kbit_per_s:.0f}",
        *(f"{tried.scores[name][pooling]:.2f}" for name, pooling in scores),
        f"{tried.predicted_bytes / 1e6:.1f}",
        f"{tried.predicted_seconds:.0f}",
        "chosen" if tried is result.chosen else "" if tried.reaches_target else "too low",
    )


def _sentence(result: SearchResult) -> str:
    setting = in_words(result.mode, result.value)
    end = "" if result.is_settled else "; more encodes (--max-encodes) may find a smaller one"
    written = f", written to {legible_cell(result.output)}" if result.output else ""
    return f"{setting} of {result.encoder} reaches {result.target}{written}{end}"
