# SPDX-License-Identifier: BSD-3-Clause
"""Clips of RGB, as PNG, GIF and screen captures are: made into YUV by the matrix that the caller names."""

from __future__ import annotations

from dataclasses import replace

from vmaf_dnn.video.clip import Clip

_WORDS = {"bt709": "bt709", "bt601": "smpte170m"}


def as_yuv(clip: Clip, matrix: str) -> Clip:
    """Return the clip as 4:4:4 of limited range, with as many bits."""
    word = _WORDS[matrix]
    depth = "" if clip.bit_depth == 8 else f"{clip.bit_depth}le"
    scale = f"scale=out_color_matrix={word}:out_range=limited:flags=accurate_rnd+full_chroma_int+bicubic"
    return replace(
        clip,
        stated=replace(clip.stated, color_range="limited", matrix=word),
        filters=(*clip.filters, f"{scale},format=yuv444p{depth}"),
        treated=(*clip.treated, f"converted from RGB by {matrix}"),
    )
