# SPDX-License-Identifier: BSD-3-Clause
"""A clip as YUV4MPEG2: a header that says what its own says, and its frames."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from typing import BinaryIO

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.text import pasted
from vmaf_dnn.video.clip import ASSUMED_RATE, Clip
from vmaf_dnn.video.frames import Frame
from vmaf_dnn.video.pairing.cures import local_file
from vmaf_dnn.video.stated import BOTTOM_FIRST, MIXED, PROGRESSIVE, TOP_FIRST

_LAYOUTS = ("420", "422", "444", "411", "mono")
_FIELDS = {PROGRESSIVE: "p", TOP_FIRST: "t", BOTTOM_FIRST: "b", MIXED: "m"}
_PLACES = {"left": "420mpeg2", "center": "420jpeg", "topleft": "420paldv"}  # as ffmpeg's own y4m
_NTSC = 1001  # what rates such as 29.97 are a part of
_ROUNDED = 1e-4  # of a rate, by which containers and ffmpeg round it


def header(clip: Clip) -> bytes:
    """Return the first line: a y4m's own, or one for the clip.

    Raises `VideoError` for a layout of chroma that y4m has no word for.
    """
    if clip.header:
        return re.sub(rb"( C\w+?)alpha\b", rb"\1", clip.header)  # which is not read
    if clip.chroma not in _LAYOUTS:
        form = ("-pix_fmt", f"yuv444p{_bits(clip)}", "-strict", "-1", "444.y4m")
        raise VideoError(
            f"{clip.path} has chroma {clip.chroma}, for which y4m has no word; bring it to 444 first"
            f" ({pasted(['ffmpeg', '-i', local_file(clip.path), *form])})."
        )
    return f"YUV4MPEG2 W{clip.width} H{clip.height} {' '.join(_stated(clip))}\n".encode()


def _stated(clip: Clip) -> list[str]:
    stated = clip.stated
    rate = _rate(stated.frame_rate or ASSUMED_RATE)
    across, down = stated.sample_aspect or (0, 0)  # not known
    words = [f"F{rate.numerator}:{rate.denominator}", f"I{_FIELDS.get(stated.field_order or '', 'p')}"]
    words += [f"A{across}:{down}", f"C{_tag(clip)}"]
    if stated.color_range is not None:
        words.append(f"XCOLORRANGE={stated.color_range.upper()}")
    return words


def _rate(stated: float) -> Fraction:
    """Return a rate that was rounded as it was before: 29.97 is 30000/1001."""
    ntsc = Fraction(round(stated * _NTSC / 1000) * 1000, _NTSC)
    return ntsc if abs(float(ntsc) - stated) < _ROUNDED * stated else Fraction(stated).limit_denominator(1000)


def _tag(clip: Clip) -> str:
    if clip.bit_depth == 8:
        return (
            _PLACES.get(clip.stated.chroma_place or "", "420mpeg2") if clip.chroma == "420" else clip.chroma
        )
    return f"{clip.chroma}{'' if clip.chroma == 'mono' else 'p'}{clip.bit_depth}"


def _bits(clip: Clip) -> str:
    return "" if clip.bit_depth == 8 else f"{clip.bit_depth}le"


def write_frame(file: BinaryIO, frame: Frame, words: bytes = b"") -> None:
    """Write a frame with its line, and what stood in that; samples of 16 bits are little-endian."""
    file.write(b"FRAME " + words + b"\n" if words else b"FRAME\n")
    for plane in frame if isinstance(frame, tuple) else (frame,):
        ordered = plane.byteswap() if sys.byteorder == "big" and plane.itemsize > 1 else plane
        file.write(np.ascontiguousarray(ordered).data)
