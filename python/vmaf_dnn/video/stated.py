# SPDX-License-Identifier: BSD-3-Clause
"""What a clip says of itself beside its samples: range, colours, fields, shape of pixels, rate, tracks."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

Ratio = tuple[int, int]
PROGRESSIVE = "progressive"
TOP_FIRST, BOTTOM_FIRST, MIXED = "top field first", "bottom field first", "mixed"


def ratio(above: int, below: int) -> Ratio | None:
    """Return two numbers in lowest terms; None if one is 0, which states nothing."""
    common = gcd(above, below)
    return (above // common, below // common) if above and below else None


@dataclass(frozen=True)
class Stated:
    """What a clip states; None is what it leaves open.

    Attributes:
        color_range: ``"full"`` or ``"limited"``.
        matrix: how luma and chroma are made of RGB, in ffmpeg's words: ``"bt709"``.
        primaries: which red, green and blue, in ffmpeg's words.
        transfer: which light a sample means, in ffmpeg's words: ``"smpte2084"`` is PQ.
        field_order: ``"progressive"``, ``"top field first"``, ``"bottom field first"`` or ``"mixed"``.
        sample_aspect: width of a pixel and its height, in the smallest whole numbers.
        frame_rate: frames a second.
        rotation: degrees by which a player turns the picture, counter-clockwise; the frames that are
            compared are turned already.
        tracks: for each track of video, whether it is a default one; empty where there can be but one.
        light: brightest samples and the display that it was graded on.
        chroma_place: where a sample of chroma lies among those of luma, in ffmpeg's words: ``"left"``. Read
            of what ffmpeg decodes only.
    """

    color_range: str | None = None
    matrix: str | None = None
    primaries: str | None = None
    transfer: str | None = None
    field_order: str | None = None
    sample_aspect: Ratio | None = None
    frame_rate: float | None = None
    rotation: int | None = None
    tracks: tuple[bool, ...] = ()
    light: str | None = None
    chroma_place: str | None = None

    @property
    def default_track(self) -> int:
        """Which track of video a player shows; the first is compared."""
        return self.tracks.index(True) if True in self.tracks else 0
