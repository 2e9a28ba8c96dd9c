# SPDX-License-Identifier: BSD-3-Clause
"""Flags for what is done to clips before they are compared."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from vmaf_dnn.cli.flags.group import FlagGroup
from vmaf_dnn.video.shaping.options import DEPTHS, MATRICES, SCALE_METHODS, ShapeOptions


def add_shape_flags(clips: FlagGroup) -> None:
    """Add a flag for each field of `ShapeOptions`."""
    depth = "raise shallower clips exactly, to the deepest's bits a sample or to so many"
    clips.choice("--depth", words=list(map(str, DEPTHS)), help=depth)
    bars = "cut black bars off: of clips of another shape this part, or what is found"
    clips.text("--crop", metavar="auto|W:H:X:Y", help=bars)
    clips.switch("--deinterlace", help="make whole pictures of clips that state fields (bwdif)")
    how = f"how --scale does it (default: {SCALE_METHODS[0]})"
    clips.choice("--scale_method", words=SCALE_METHODS, default=SCALE_METHODS[0], help=how)
    clips.switch("--no-grain", help="decode AV1 without its film grain")
    clips.choice("--matrix", words=MATRICES, help="RGB: make YUV of it by this matrix")


def shape_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of `ShapeOptions` as the flags say."""
    fields = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(ShapeOptions)}
    if fields["depth"] and fields["depth"].isdigit():
        fields["depth"] = int(fields["depth"])
    return fields
