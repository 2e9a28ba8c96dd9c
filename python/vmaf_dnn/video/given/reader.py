# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a clip that is given, each copied as it is taken: its memory may be used again."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.given.planes import Plane
from vmaf_dnn.video.given.source import GivenFrames

if TYPE_CHECKING:
    from vmaf_dnn.video.frames import Frame


class GivenReader:
    """Takes frames as they are wanted, and none behind the last of those."""

    def __init__(self, source: GivenFrames, n_skipped: int, n_kept: int, *, with_chroma: bool) -> None:
        self._source, self._n_planes = source, 3 if with_chroma else 1
        self._n_to_skip, self._n_left = n_skipped, n_kept or None
        self._turns = cycle(([], []))  # type: ignore[var-annotated]

    def read(self) -> Frame | None:
        """Read the next frame that is wanted."""
        while self._n_to_skip:
            self._n_to_skip -= 1
            if self._source.take() is None:
                return None
        if self._n_left == 0:
            return None
        planes = self._source.take()
        if planes is None:
            return None
        if self._n_left is not None:
            self._n_left -= 1
        return self._copied(planes[: self._n_planes])

    def close(self) -> None:
        """Do nothing: each frame was checked when it was taken."""

    def interrupt(self) -> None:
        """Do nothing: who gives the frames can't be hurried."""

    def _copied(self, planes: tuple[Plane, ...]) -> Frame:
        memory: list[Plane] = next(self._turns)
        if not memory:
            memory += [np.empty(plane.shape, plane.dtype) for plane in planes]
        for target, plane in zip(memory, planes, strict=True):
            np.copyto(target, plane)
        return memory[0] if len(memory) == 1 else (memory[0], memory[1], memory[2])


def given_reader(clip: Clip, n_skipped: int, n_kept: int, like: Clip, *, with_chroma: bool) -> GivenReader:
    """Read a clip that is given. Raises `VideoError` for frames that would have to be scaled."""
    assert isinstance(clip.once, GivenFrames)
    if clip.size != like.size:
        raise VideoError(
            f"{clip.path} is of {clip.size}, and frames of {like.size} are compared; scale them before they"
            " are given."
        )
    return GivenReader(clip.once, n_skipped, n_kept, with_chroma=with_chroma)
