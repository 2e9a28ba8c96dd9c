# SPDX-License-Identifier: BSD-3-Clause
"""Which frames of a clip are compared, and reading them in that order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vmaf_dnn.video.frames import Frame, FrameReader

Told = Mapping[str, str | int | float]
"""What a report says of how the frames of a clip were chosen."""


@dataclass(frozen=True)
class Selection:
    """The frames of a clip that are compared.

    Attributes:
        first: how many of its first frames are dropped.
        count: how many are compared; 0 takes all.
        order: which ones, counted from `first` and never falling, where some are repeated or left out; None
            takes each once.
    """

    first: int = 0
    count: int = 0
    order: Sequence[int] | None = None

    @property
    def n_read(self) -> int:
        """How many frames to read after those that are dropped; 0 reads all."""
        return self.count if self.order is None else int(self.order[-1]) + 1

    def n_of(self, n_frames: int) -> int:
        """How many frames are compared of a clip that has so many."""
        if self.order is not None:
            return len(self.order)
        left = n_frames - self.first
        return min(left, self.count) if self.count else left

    def part(self, start: int, count: int) -> Selection:
        """Return those from the `start`-th on, which there has to be: `count` of them, or all if it is 0."""
        if self.order is not None:
            order = np.asarray(self.order)[start : start + count if count else None]
            return Selection(self.first + int(order[0]), len(order), order - order[0])
        left = self.count - start if self.count else 0
        return Selection(self.first + start, min(count, left) if count and left else count or left)

    def of(self, offsets: Sequence[int]) -> Iterator[int]:
        """Yield those of the frames that are compared."""
        if self.order is not None:
            return (offsets[self.first + index] for index in self.order)
        return iter(offsets[self.first : self.first + self.count if self.count else None])

    def read_by(self, reader: FrameReader) -> FrameReader:
        """Return a reader of the frames in order; `reader` reads `n_read` frames from the first one on."""
        return reader if self.order is None else _OrderedReader(reader, self.order)


class _OrderedReader:
    def __init__(self, reader: FrameReader, order: Sequence[int]) -> None:
        self._reader, self._order = reader, iter(order)
        self._n_read = 0
        self._frame: Frame | None = None

    def read(self) -> Frame | None:
        index = next(self._order, None)
        if index is None:
            return self._reader.read()  # there is none; a decoder is checked where it ends
        if self._n_read <= index:
            frame = None
            while self._n_read <= index:
                frame = self._reader.read()
                self._n_read += 1
                if frame is None:
                    return None
            assert frame is not None
            self._frame = _copied(frame)
        return self._frame

    def close(self) -> None:
        self._reader.close()

    def interrupt(self) -> None:
        self._reader.interrupt()


def _copied(frame: Frame) -> Frame:
    """Copy a frame: one that is left out takes the memory of one that is in use."""
    if isinstance(frame, tuple):
        return frame[0].copy(), frame[1].copy(), frame[2].copy()
    return np.array(frame)
