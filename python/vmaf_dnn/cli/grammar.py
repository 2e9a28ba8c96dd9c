# SPDX-License-Identifier: BSD-3-Clause
"""The command line's grammar: libvmaf's flags, the fusion models' flags, and the verbs."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence

from vmaf_dnn.auto import VIEWINGS
from vmaf_dnn.cli.flags.formats import add_format_flags
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.ladder import add_ladder_flags
from vmaf_dnn.cli.flags.numbers import add_number_flags
from vmaf_dnn.cli.flags.opening import add_opening_flags
from vmaf_dnn.cli.flags.pages import add_page_flags
from vmaf_dnn.cli.flags.reading import add_reading_flags
from vmaf_dnn.cli.flags.refused import add_libvmaf_flags
from vmaf_dnn.cli.help import DESCRIPTION, EPILOG, Formatter, Parser
from vmaf_dnn.cli.verbs import VERBS, add_verbs
from vmaf_dnn.cli.words import check_words
from vmaf_dnn.extractor import MOTION_RULES
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.video.options import DECODERS, EXTRACTORS, MATCHES, SYNCS, VideoOptions

SHELLS = ("bash", "zsh", "tcsh")
DEFAULTS = VideoOptions()


def build_parser(verbs: Collection[str] = tuple(VERBS)) -> argparse.ArgumentParser:
    """Return the grammar, with the flags of these `verbs`; those of scoring, which has none, on top."""
    parser = Parser(
        prog="vmaf-dnn",
        usage="vmaf-dnn -r REFERENCE -d DISTORTED [options]\n"
        "       vmaf-dnn VERB [options], of the verbs below",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=Formatter,
        add_help=False,
        allow_abbrev=False,
    )
    _add_clips(parser)
    _add_frames(parser)
    _add_features(parser)
    _add_models(parser)
    _add_svm_models(parser)
    _add_output(parser)
    add_ladder_flags(_group(parser, "ladder", "of several -d, by rate and quality"))
    _add_general(parser)
    add_libvmaf_flags(parser)
    add_verbs(parser, verbs)
    return parser


def parse(parser: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """Parse `argv`; wrong usage ends the process with status 2, as argparse does."""
    check_words(parser, argv)
    arguments = parser.parse_args(argv)
    if arguments.verb and argv[0] != arguments.verb:
        parser.error(f"{arguments.verb} takes its options after it: vmaf-dnn {arguments.verb} [options]")
    return arguments


def _group(parser: argparse.ArgumentParser, title: str, description: str | None = None) -> FlagGroup:
    return FlagGroup(parser.add_argument_group(title, description))


def _add_clips(parser: argparse.ArgumentParser) -> None:
    kinds = "a .y4m, a .yuv with all of -w -h -p -b, any file ffmpeg decodes; -: y4m or raw, from stdin"
    clips = _group(parser, "clips", kinds)
    clips.text("-r", "--reference", help="the pristine clip")
    clips.text("-d", "--distorted", action="append", help="the clip to score; repeat it for several")
    clips.switch("--fail-fast", help="of several, end at the first that can't be scored")
    add_reading_flags(clips)
    clips.text(
        "--encoded",
        metavar="W:H:DEPTH",
        default=DEFAULTS.encoded,
        help="the encode's size and bits, where VMAF v1 looks for bands: auto (the default; those of a"
        " distorted clip that is scaled), none, or these",
    )


def _add_frames(parser: argparse.ArgumentParser) -> None:
    frames = _group(parser, "frames")
    frames.choice(
        "--match",
        words=MATCHES,
        default=DEFAULTS.match,
        help="frames with each other by index (the default), or by the time that they are shown at",
    )
    frames.choice(
        "--sync",
        words=SYNCS,
        default=DEFAULTS.sync,
        help="auto finds which clip begins earlier, and drops its first frames (default: none)",
    )
    frames.limit("--frame_rate", default=None, help="of clips that state none, for what goes by time")
    _add_options(
        frames,
        frame_cnt="stop after N frames (default: 0, all)",
        frame_skip_ref="drop the reference's first N frames (default: 0)",
        frame_skip_dist="drop the distorted's first N frames (default: 0)",
        subsample="score every Nth frame (default: 1)",
        start="score from so many seconds on (default: 0)",
        duration="score so many seconds (default: 0, all)",
        stall_timeout="end a decoder that gives no frame for X seconds (default: 60; 0: never)",
        threads="threads of the extractor and of each decoder (default: 0, all CPUs)",
    )


def _add_features(parser: argparse.ArgumentParser) -> None:
    features = _group(parser, "features")
    extractor = "our own, or libvmaf inside ffmpeg with its own vmaf (default: native)"
    features.choice("--extractor", words=EXTRACTORS, help=extractor)
    _add_options(
        features,
        adm_enhn_gain_limit="1 to 100; 1 as in NEG models (default: 100)",
        vif_enhn_gain_limit="1 to 100; 1 as in NEG models (default: 100)",
    )
    rule = DEFAULTS.motion_rule
    help = f"motion as in that libvmaf (default: {rule})"
    features.choice("--motion_rule", words=MOTION_RULES, default=rule, help=help)


def _add_options(flags: FlagGroup, **helps: str) -> None:
    """Add a flag for each of these fields of `VideoOptions`, with the field's default."""
    for name, help in helps.items():
        default = getattr(DEFAULTS, name)
        add = flags.limit if isinstance(default, float) else flags.number
        add(f"--{name}", default=default, help=help)


def _add_models(parser: argparse.ArgumentParser) -> None:
    fusion = _group(parser, "fusion models")
    repeatable = f"a registry id, an .onnx file, or auto; repeat it for several (default: {DEFAULT_MODEL})"
    fusion.text("--tiny-model", metavar="ID|PATH", action="append", help=repeatable)
    add_opening_flags(fusion)
    fusion.number("--tiny-threads", default=1, help="threads of a model (default: 1)")
    fusion.switch("--tiny-fp16", help="round features to the float16 inputs of a model")


def _add_svm_models(parser: argparse.ArgumentParser) -> None:
    svm = _group(parser, "libvmaf's own models", "none unless named, or with --extractor libvmaf")
    svm.text(
        "-m",
        "--model",
        dest="svm_model",  # `model` is what the verb info opens
        metavar="KEY=VALUE",
        action="append",
        help="version=vmaf_v1.0.16_3d0h, path=FILE.json[:name=NAME], or auto; repeatable",
    )
    svm.choice(
        "--viewing",
        words=VIEWINGS,
        help="what auto is for (default: tv up to 1080 lines, 4k above); clips are scaled to that display",
    )
    svm.switch("-n", "--no_prediction", help="no vmaf; features, and a --tiny-model if given")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "report", "without -o: the score, or the report if a format is named, on stdout"
    )
    report = FlagGroup(group)
    output = "write a report (-: to stdout); the suffix names the format, else XML; a folder for several -d"
    report.text("-o", "--output", help=output)
    add_format_flags(group)
    add_number_flags(report)
    add_page_flags(report)
    report.switch("-q", "--quiet", help="no progress, and no summary beside a report")


def _add_general(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("general")
    general = FlagGroup(group)
    general.text("--ffmpeg", help="the ffmpeg to decode with; for --extractor libvmaf with that filter")
    general.choice(
        "--decoder",
        words=DECODERS,
        default=DEFAULTS.decoder,
        help="ffmpeg (the default), or PyAV in this process (extra av)",
    )
    general.choice("--print-completion", words=SHELLS, help="print the completion script of a shell")
    general.switch("-v", "--version", help="print the version")
    group.add_argument("--help", action="help", help="print this help")
