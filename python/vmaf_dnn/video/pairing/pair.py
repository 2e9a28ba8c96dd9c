# SPDX-License-Identifier: BSD-3-Clause
"""Two clips that are to be compared, and what may be found wrong with the pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vmaf_dnn.video.clip import Clip

_NAMES = {"smpte2084": "smpte2084 (PQ)", "arib-std-b67": "arib-std-b67 (HLG)", "iec61966-2-1": "sRGB"}


def named(word: object) -> str:
    """Return ffmpeg's word for a curve with the name that people know."""
    return _NAMES.get(str(word), str(word))


class Finding(NamedTuple):
    """What is wrong with a pair of clips: a sentence without its full stop; refused, or warned of."""

    is_refused: bool
    text: str


class Pair(NamedTuple):
    """Two clips, and how they are to be compared."""

    reference: Clip
    distorted: Clip
    is_scaled: bool = False
    is_cut: bool = False  # the longer one is cut, and nobody said how many frames there are to compare
    is_by_time: bool = False  # frames are matched by time

    @property
    def clips(self) -> tuple[Clip, Clip]:
        """Both."""
        return self.reference, self.distorted

    def told(self, of: Callable[[Clip], object]) -> str:
        """Say what each clip states."""
        return ", ".join(
            f"{clip.path} {'says nothing' if of(clip) is None else f'is {named(of(clip))}'}"
            for clip in self.clips
        )
