# SPDX-License-Identifier: BSD-3-Clause
"""Flags for how clips are read, before one is compared with another."""

from __future__ import annotations

import argparse
from typing import Any

from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.cli.flags.shape import add_shape_flags, shape_of
from vmaf_dnn.video.clip import BIT_DEPTHS
from vmaf_dnn.video.options import PIXEL_FORMATS


def add_reading_flags(clips: FlagGroup) -> None:
    """Add the flags of raw clips, of their form, and of their common part."""
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


def reading_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of `VideoOptions` as these flags say."""
    names = ("width", "height", "pixel_format", "scale", "shortest")
    fields = {name: getattr(arguments, name) for name in names}
    return fields | shape_of(arguments) | {"bitdepth": arguments.bitdepth and int(arguments.bitdepth)}
