# SPDX-License-Identifier: BSD-3-Clause
"""The command line's grammar: libvmaf's flags, the fusion models' flags, and the verbs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vmaf_dnn.auto import VIEWINGS
from vmaf_dnn.cli.flags import FlagGroup, add_libvmaf_flags, add_signer_flags
from vmaf_dnn.cli.help import DESCRIPTION, EPILOG, Formatter, Parser
from vmaf_dnn.cli.shape import add_shape_flags
from vmaf_dnn.cli.words import check_words
from vmaf_dnn.extractor import MOTION_RULES
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.video.clip import BIT_DEPTHS
from vmaf_dnn.video.options import DECODERS, EXTRACTORS, MATCHES, PIXEL_FORMATS, SYNCS, VideoOptions

# The words that the core takes, in its order.
DEVICES: tuple[str, ...] = ("auto", "cpu", "cuda", "openvino", "rocm")
DEVICES += ("coreml", "coreml-ane", "coreml-gpu", "coreml-cpu")
DEVICES += ("openvino-npu", "openvino-cpu", "openvino-gpu")
PRECISIONS = ("auto", "fp32", "int8")
SHELLS = ("bash", "zsh", "tcsh")
FORMATS = ("xml", "json", "csv", "sub")
DEFAULTS = VideoOptions()


def build_parser() -> argparse.ArgumentParser:
    """Return the whole grammar. Scoring has no verb, so its flags stand on the top parser."""
    parser = Parser(
        prog="vmaf-dnn",
        usage="vmaf-dnn -r REFERENCE -d DISTORTED [options]\n"
        "       vmaf-dnn {probe,models,info,verify,demo} [options]",
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
    _add_general(parser)
    add_libvmaf_flags(parser)
    _add_verbs(parser)
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
    _add_reading(clips)
    clips.text(
        "--encoded",
        metavar="W:H:DEPTH",
        default=DEFAULTS.encoded,
        help="the encode's size and bits, where VMAF v1 looks for bands: auto (the default; those of a"
        " distorted clip that is scaled), none, or these",
    )


def _add_reading(clips: FlagGroup) -> None:
    clips.number("-w", "--width", metavar="PX", default=None, help="raw video: width")
    clips.number("-h", "--height", metavar="PX", default=None, help="raw video: height")
    clips.choice("-p", "--pixel_format", words=PIXEL_FORMATS, help="raw video: chroma")
    clips.choice(
        "-b", "--bitdepth", words=[str(bits) for bits in BIT_DEPTHS], help="raw video: bits a sample"
    )
    clips.optional_lines(
        "--scale",
        metavar="LINES",
        help="scale the distorted clip to the reference's size, or both to so many lines (bicubic)",
    )
    add_shape_flags(clips)
    clips.switch("--shortest", help="score the common part of clips that differ in length")


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
    _add_opening(fusion)
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


def _add_opening(flags: FlagGroup) -> None:
    flags.choice(
        "--tiny-precision", words=PRECISIONS, default="auto", help="default: auto, as the registry says"
    )
    devices = f"one of {', '.join(DEVICES)} (default: auto)"
    flags.choice("--tiny-device", words=DEVICES, metavar="WORD", default="auto", help=devices)
    flags.text("--registry", help="the registry.json to look ids up in (default: the packaged one)")
    flags.switch("--tiny-model-verify", help="require a valid signature, by whom the registry names")
    add_signer_flags(flags)


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "report", "without -o: the score, or the report if a format is named, on stdout"
    )
    report = FlagGroup(group)
    output = "write a report (-: to stdout); the suffix names the format, else XML; a folder for several -d"
    report.text("-o", "--output", help=output)
    formats = group.add_mutually_exclusive_group()
    for name in FORMATS:
        words = {"dest": "format", "action": "store_const", "const": name}
        formats.add_argument(f"--{name}", help=f"as {name.upper()}", **words)  # type: ignore[arg-type]
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


def _add_verbs(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", dest="verb", metavar="", prog="vmaf-dnn")

    def verb(name: str, help: str, *, add_help: bool = True) -> argparse.ArgumentParser:
        return verbs.add_parser(
            name,
            help=help,
            description=help,
            formatter_class=Formatter,
            allow_abbrev=False,
            add_help=add_help,
        )

    probe = verb("probe", "say what clips are and whether they can be compared", add_help=False)
    probe.add_argument("file", metavar="FILE", nargs="+", help="the reference, then the distorted clips")
    _add_reading(FlagGroup(probe))
    FlagGroup(probe).text("--ffmpeg", help="the ffmpeg to decode with")
    FlagGroup(probe).switch("--json", help="as JSON")
    probe.add_argument("--help", action="help", help="print this help")

    models = FlagGroup(verb("models", "list the registry"))
    models.text("--registry", help="the registry.json to list (default: the packaged one)")
    models.switch("--json", help="as JSON")

    info = verb("info", "open a model and say what was loaded and why")
    info.add_argument("model", metavar="MODEL", help="a registry id or an .onnx file")
    _add_opening(FlagGroup(info))
    FlagGroup(info).switch("--json", help="as JSON")

    verify = verb("verify", "check every file of a registry: digest, size, contract, signature")
    verify.add_argument(
        "model", metavar="MODEL", nargs="*", help="a registry id or an .onnx file (default: all)"
    )
    FlagGroup(verify).text("--registry", help="the registry.json to check (default: the packaged one)")
    add_signer_flags(FlagGroup(verify))
    FlagGroup(verify).switch("--json", help="as JSON")

    demo = FlagGroup(verb("demo", "make, encode and score a clip; a table and a plot"))
    demo.text(
        "-o", "--output", metavar="DIR", default="vmaf_dnn_demo", help="folder (default: vmaf_dnn_demo)"
    )
    demo.number("--frames", default=60, help="length of the clip (default: 60)")
    demo.size("--size", default=(640, 360), help="size of the clip (default: 640x360)")
    demo.text("--ffmpeg", help="the ffmpeg to use; it needs libvmaf, libx264 and libx265")
