# SPDX-License-Identifier: BSD-3-Clause
"""Clips of fewer bits raised to more, exactly as ffmpeg does: no sample is rounded, none lowered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip
from vmaf_dnn.video.shaping.options import AUTO

if TYPE_CHECKING:
    from vmaf_dnn.video.frames import Frame, FrameReader, Plane


def check_bits(path: Path, chroma: str, bit_depth: int, depth: int | str | None) -> None:
    """Raise `VideoError` for samples that can't be compared, as nobody asked for them to be raised."""
    if depth is not None or bit_depth in BIT_DEPTHS:
        return
    from vmaf_dnn.video.pairing.cures import with_readable_bits

    raise VideoError(
        f"{path} has {bit_depth}-bit samples; {', '.join(map(str, BIT_DEPTHS))} bits are compared, so raise"
        f" it, and the other clip alike ({with_readable_bits(path, chroma, bit_depth)}), or --depth auto"
        " (depth='auto') does as they are read."
    )


def depth_to_compare(clips: Sequence[Clip], depth: int | str) -> int:
    """Return how many bits clips are raised to. Raises `VideoError` where that would lower one."""
    deepest = max(clips, key=lambda clip: clip.bit_depth)
    if depth == AUTO:
        return next(bits for bits in BIT_DEPTHS if bits >= deepest.bit_depth)
    assert isinstance(depth, int)
    if deepest.bit_depth > depth:
        raise VideoError(
            f"{deepest.path} has {deepest.bit_depth} bits, and none are lowered to {depth}; --depth auto"
            ' (depth="auto") raises the other.'
        )
    return depth


def raising_filters(clip: Clip, bit_depth: int, chroma: str) -> str:
    """Return what follows ffmpeg's filters for a clip to be raised, "" if it has those bits."""
    if clip.bit_depth == bit_depth:
        return ""
    word = "pc" if _is_full(clip) else "tv"
    layout = f"yuv{chroma}p{'' if bit_depth == 8 else f'{bit_depth}le'}"
    return f",scale=in_range={word}:out_range={word},format={layout},setparams=range=pc"


def raised(reader: FrameReader, clip: Clip, bit_depth: int) -> FrameReader:
    """Return a reader of the clip's frames with so many bits."""
    return reader if clip.bit_depth == bit_depth else _Raising(reader, clip, bit_depth)


def _is_full(clip: Clip) -> bool:
    return clip.stated.color_range == "full"


class _Raising:
    def __init__(self, reader: FrameReader, clip: Clip, bit_depth: int) -> None:
        self._reader = reader
        self._shift = bit_depth - clip.bit_depth
        self._fill = clip.bit_depth - self._shift if _is_full(clip) else None
        self._turns: Iterator[dict[int, Plane]] = cycle(({}, {}))
        self._memory: dict[int, Plane]

    def read(self) -> Frame | None:
        frame = self._reader.read()
        if frame is None:
            return None
        self._memory = next(self._turns)
        if not isinstance(frame, tuple):
            return self._luma(frame)
        luma, *chroma = frame
        u, v = (self._shifted(plane, i) for i, plane in enumerate(chroma, 1))
        return self._luma(luma), u, v

    def close(self) -> None:
        self._reader.close()

    def interrupt(self) -> None:
        self._reader.interrupt()

    def _luma(self, plane: Plane) -> Plane:
        """White of full range stays white: the lowest bits are the highest again."""
        result = self._shifted(plane, 0)
        if self._fill is not None:
            result |= plane >> self._fill
        return result

    def _shifted(self, plane: Plane, index: int) -> Plane:
        memory = self._memory.setdefault(index, np.empty(plane.shape, np.uint16))
        return np.left_shift(plane, self._shift, out=memory, dtype=np.uint16)
