# SPDX-License-Identifier: BSD-3-Clause
"""Clips brought to one form, as was asked for: deinterlaced, black bars cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.options import ClipOptions
from vmaf_dnn.video.shaping.crop import Rectangle, cropped, find_picture, has_shape, parse_crop
from vmaf_dnn.video.shaping.options import AUTO
from vmaf_dnn.video.stated import BOTTOM_FIRST, PROGRESSIVE, TOP_FIRST

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_PARITIES = {TOP_FIRST: "tff", BOTTOM_FIRST: "bff"}


class Form:
    """What is done to the clips of a comparison, the reference first."""

    def __init__(self, options: ClipOptions, ffmpeg: Callable[[], FFmpeg]) -> None:
        self._options, self._ffmpeg = options, ffmpeg
        self._has_fields = False
        self._of_reference: tuple[str, Rectangle] | None = None

    def given(self, clip: Clip) -> Clip:
        """Return the clip in this form. Raises `VideoError` if it can't be brought to it."""
        formed = _deinterlaced(clip) if self._options.deinterlace else clip
        self._has_fields |= formed is not clip
        formed = self._cropped(formed)
        if formed.filters and clip.once is not None:
            raise VideoError(
                f"{clip.path} is {clip.once.what}, whose frames are compared as they come; have them"
                f" {' and '.join(formed.treated)} before it ({','.join(formed.filters)} as ffmpeg's -vf)."
            )
        return formed

    def check(self) -> None:
        """Raise `VideoError` if what was asked for could not be done to any of the clips."""
        if self._options.deinterlace and not self._has_fields:
            raise VideoError(
                "no clip states that it has fields, so there is nothing to deinterlace; leave --deinterlace"
                " (deinterlace=True) out, or state them first (setfield=tff as ffmpeg's -vf)."
            )

    def _cropped(self, clip: Clip) -> Clip:
        crop = self._options.crop
        if crop is None:
            return clip
        if crop != AUTO:
            part = parse_crop(crop)
            return clip if has_shape(clip, part) else cropped(clip, part)
        if self._of_reference is None or clip.size != self._of_reference[0]:
            if clip.once is not None:
                raise VideoError(
                    f"{clip.path} is {clip.once.what}, which is not read twice; say --crop W:H:X:Y."
                )
            part = find_picture(clip, self._ffmpeg, self._options.stall_timeout)
        else:
            part = self._of_reference[1]
        self._of_reference = self._of_reference or (clip.size, part)
        return cropped(clip, part)


def _deinterlaced(clip: Clip) -> Clip:
    order = clip.stated.field_order
    if order in (None, PROGRESSIVE):
        return clip
    parity = _PARITIES.get(order or "")
    words = f"parity={parity}:deint=all" if parity else "deint=interlaced"
    return replace(
        clip,
        stated=replace(clip.stated, field_order=PROGRESSIVE),
        filters=(*clip.filters, f"bwdif=mode=send_frame:{words}"),
        treated=(*clip.treated, "deinterlaced (bwdif)"),
    )
