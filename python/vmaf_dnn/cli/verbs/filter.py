# SPDX-License-Identifier: BSD-3-Clause
"""`vmaf-dnn filter`: a clip with its luma filtered, as y4m."""

from __future__ import annotations

import argparse
import re
import sys

from vmaf_dnn.checks import require_whole_number
from vmaf_dnn.cli import terminal
from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.opening import add_opening_flags, opened_for
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.filtering.clip import STDOUT, filter_clip
from vmaf_dnn.filtering.frames import DEFAULT_FILTER, KIND
from vmaf_dnn.video.clip import BIT_DEPTHS
from vmaf_dnn.video.options import DEFAULT_STALL_TIMEOUT_S, PIXEL_FORMATS, VideoOptions
from vmaf_dnn.video.shaping.options import AUTO, MATRICES

# Each flag of one value, its name among the arguments, and its default.
_FLAGS: tuple[tuple[str, str, object], ...] = (
    *((flag, flag[2:], None) for flag in ("--width", "--height", "--pixel_format", "--bitdepth", "--matrix")),
    *((flag, flag[2:], 0) for flag in ("--frame_skip", "--frame_cnt")),
    ("--ffmpeg", "ffmpeg", None),
    ("--tiny-model", "tiny_model", DEFAULT_FILTER),
    ("--tiny-precision", "tiny_precision", "auto"),
    ("--tiny-device", "tiny_device", "auto"),
    ("--registry", "registry", None),
    ("--tiny-model-verify", "tiny_model_verify", False),
    ("--tiny-verify-identity", "tiny_verify_identity", None),
    ("--tiny-verify-issuer", "tiny_verify_issuer", None),
    ("--trusted-root", "trusted_root", None),
    ("--stall-timeout", "stall_timeout", DEFAULT_STALL_TIMEOUT_S),
    ("--threads", "threads", 0),
    ("--quiet", "quiet", False),
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument("clip", metavar="IN", help="the clip; - is y4m or raw video on standard input")
    parser.add_argument("output", metavar="OUT", help="the y4m file to write; - is standard output")
    clip = FlagGroup(parser.add_argument_group("clip"))
    clip.number("-w", "--width", metavar="PX", default=None, help="raw video: width")
    clip.number("-h", "--height", metavar="PX", default=None, help="raw video: height")
    clip.choice("-p", "--pixel_format", words=PIXEL_FORMATS, help="raw video: chroma")
    clip.choice("-b", "--bitdepth", words=[str(bits) for bits in BIT_DEPTHS], help="raw video: bits a sample")
    clip.choice("--matrix", words=MATRICES, help="RGB: make YUV of it by this matrix")
    clip.number("--frame_skip", default=0, help="leave out the first N frames")
    clip.number("--frame_cnt", default=0, help="write so many frames (default: all)")
    clip.limit(
        "--stall-timeout",
        default=DEFAULT_STALL_TIMEOUT_S,
        help=f"wait so many seconds for a frame (default: {DEFAULT_STALL_TIMEOUT_S:g}; 0: for ever)",
    )
    clip.text("--ffmpeg", help="the ffmpeg to decode with")
    model = FlagGroup(parser.add_argument_group("filter"))
    model.text(
        "--tiny-model",
        metavar="ID|PATH",
        default=DEFAULT_FILTER,
        help=f"a filter of the registry, or an .onnx file (default: {DEFAULT_FILTER})",
    )
    add_opening_flags(model)
    model.number(
        "--threads", default=0, help="frames filtered at once, at most 16 (default: 0, as many as CPUs)"
    )
    model.switch("-q", "--quiet", help="no progress")


def run(arguments: argparse.Namespace) -> None:
    """Filter the clip. Raises `VmafDnnError`."""
    if arguments.output == STDOUT and sys.stdout.isatty():
        raise InvalidArgument(
            "y4m is bytes, no text for a terminal; name a file (better.y4m), or pipe it"
            " (| ffmpeg -i - better.mkv)."
        )
    require_whole_number("--frame_skip", arguments.frame_skip, 0)  # by the name that it has here
    options = VideoOptions(
        width=arguments.width,
        height=arguments.height,
        pixel_format=arguments.pixel_format,
        bitdepth=arguments.bitdepth and int(arguments.bitdepth),
        matrix=arguments.matrix,
        depth=AUTO,  # any that is read: none is compared
        frame_skip_ref=arguments.frame_skip,
        frame_cnt=arguments.frame_cnt,
        stall_timeout=arguments.stall_timeout,
        ffmpeg=arguments.ffmpeg,
        threads=arguments.threads,
    )
    session = opened_for(KIND, DEFAULT_FILTER, arguments.tiny_model, arguments)
    with terminal.frame_progress(arguments.quiet, "filtering") as on_progress:
        filter_clip(arguments.clip, arguments.output, session, options, on_progress, _to_stdout(arguments))


def _to_stdout(arguments: argparse.Namespace) -> list[str]:
    """Return the command that writes the same frames to standard output."""
    clip = f"./{arguments.clip}" if re.match("-.", arguments.clip) else arguments.clip
    words = ["vmaf-dnn", "filter", clip, STDOUT]
    for flag, name, usual in _FLAGS:
        value = getattr(arguments, name)
        if value is True:
            words.append(flag)
        elif value != usual:
            text = str(value)
            words += [f"{flag}={text}"] if text.startswith("-") else [flag, text]
    return words
