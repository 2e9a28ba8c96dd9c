# SPDX-License-Identifier: BSD-3-Clause
"""Black bars cut off: a rectangle that the caller names, or that ffmpeg's cropdetect finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video.clip import SUBSAMPLING, Clip

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_RECTANGLE = re.compile(r"(\d+):(\d+):(\d+):(\d+)")
_FOUND = r"x1:.* crop=(-?\d+):(-?\d+):(-?\d+):(-?\d+)"
_FINDER = "cropdetect=limit=24/255:round=2:skip=0:reset=0"  # the smallest that holds all pictures
_ENOUGH = 10  # pictures to find bars by
_SAME_SHAPE = 0.03


class Rectangle(NamedTuple):
    """A part of a picture, in pixels: its size, and where it begins."""

    width: int
    height: int
    x: int
    y: int


def parse_crop(text: object) -> Rectangle:
    """Parse ``W:H:X:Y``. Raises `InvalidArgument`."""
    match = _RECTANGLE.fullmatch(text) if isinstance(text, str) else None
    if match is None or not int(match[1]) or not int(match[2]):
        raise InvalidArgument(f"crop must be W:H:X:Y, as 1920:800:0:140, or auto, got {text!r}.")
    return Rectangle(*map(int, match.groups()))


def cropped(clip: Clip, part: Rectangle) -> Clip:
    """Return the clip with a part of its picture. Raises `VideoError` if it has no such part."""
    if part.x + part.width > clip.width or part.y + part.height > clip.height:
        raise VideoError(
            f"{clip.path} is {clip.size}, and {part.width}x{part.height} from {part.x},{part.y} on is not"
            " within it; give a smaller --crop (crop=)."
        )
    across, down = SUBSAMPLING.get(clip.chroma, (1, 1))
    if any(side % across for side in part[::2]) or any(side % down for side in part[1::2]):
        raise VideoError(
            f"{clip.path} shares chroma between {across}x{down} pixels, and --crop"
            f" {':'.join(map(str, part))} (crop=) would cut through some; give multiples of that."
        )
    if (part.width, part.height) == (clip.width, clip.height):
        return clip
    width, height, x, y = part
    return replace(
        clip,
        width=width,
        height=height,
        filters=(*clip.filters, f"crop={width}:{height}:{x}:{y}"),
        treated=(*clip.treated, f"cropped to {width}x{height} from {x},{y} on"),
    )


def has_shape(clip: Clip, part: Rectangle) -> bool:
    """Whether a clip has the shape of a part of another, as one whose bars were cut off has."""
    smaller, larger = sorted((clip.width * part.height, clip.height * part.width))
    return larger <= smaller * (1 + _SAME_SHAPE)


def find_picture(clip: Clip, ffmpeg: Callable[[], FFmpeg], stall_timeout: float) -> Rectangle:
    """Return the part of a clip that is not black in all of its pictures, or the whole.

    Key frames are looked at, or all frames if those are few.
    """
    found = _found(clip, ffmpeg(), ("-skip_frame", "nokey"), stall_timeout)
    if len(found) < _ENOUGH or clip.n_frames is not None:
        found = _found(clip, ffmpeg(), (), stall_timeout)
    return found[-1] if found else Rectangle(clip.width, clip.height, 0, 0)


def _found(clip: Clip, ffmpeg: FFmpeg, how: tuple[str, ...], stall_timeout: float) -> list[Rectangle]:
    from vmaf_dnn.video.ffmpeg.program import run
    from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

    step = max(1, (clip.n_frames or 0) // 100)
    filters = ",".join((*clip.filters, f"select=not(mod(n\\,{step}))", _FINDER))
    words = (*how, *clip.input_arguments, "-map", "0:V:0", "-vf", filters, "-f", "null", "-")
    with scratch_folder() as folder:
        outcome = run(ffmpeg, words, folder, stall_timeout=stall_timeout)
    rectangles = (
        Rectangle(*map(int, match.groups())) for match in outcome.said(_FOUND, "[Parsed_cropdetect_")
    )
    return [part for part in rectangles if min(part) >= 0 and min(part[:2]) > 0]
