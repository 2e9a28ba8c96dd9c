# SPDX-License-Identifier: BSD-3-Clause
"""Frames that fit a neighbour of the frame that they are compared with: one was lost, another doubled.

Every frame is looked at in some two thousand of its samples. They are kept for a block of frames, since a
call of NumPy takes as long as the samples of one frame.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import ClipWarning
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.frames import Frame

_N_LINES = 32
_BLOCK = 16
_FITS = 0.8  # a neighbour is nearer by that factor; encodes of 45 scenes, CRF 23 to 45, have no run at 0.9
_LEAST = 0.5  # mean distance of 8-bit samples from which on a frame may be the wrong one
_SHORTEST_RUN = 5
_MOST_NAMED = 3
_UNDECIDED = 2


class Slip(NamedTuple):
    """Frames that fit the reference one frame later (1) or earlier (-1)."""

    first: int
    last: int
    shift: int

    def __str__(self) -> str:
        return f"{self.first} to {self.last} fit one frame {'later' if self.shift > 0 else 'earlier'}"


class SlipFinder:
    """Takes the frames that are compared, the reference's first, as they are read."""

    def __init__(self, reference: Clip, n_distorted: int) -> None:
        self._step = max(1, min(reference.width, reference.height) // _N_LINES)
        shape = -(-reference.height // self._step), -(-reference.width // self._step)
        self._samples = np.empty((1 + n_distorted, _BLOCK, *shape), np.float32)
        self._least = _LEAST * 2 ** (reference.bit_depth - 8)
        self._n_kept = 0
        self._verdicts: list[NDArray[np.int8]] = []
        self._changes: list[NDArray[np.float32]] = []
        self._scale = np.float32(2 ** (8 - reference.bit_depth))

    def add(self, frames: Sequence[Frame]) -> None:
        """Look at the next frame of each clip."""
        for samples, frame in zip(self._samples, frames, strict=True):
            luma = frame[0] if isinstance(frame, tuple) else frame
            samples[self._n_kept] = luma[:: self._step, :: self._step]
        self._n_kept += 1
        if self._n_kept == _BLOCK:
            self._judge()

    def _judge(self) -> None:
        """Judge the frames that have both neighbours, and keep the last two."""
        flat = self._samples.reshape(*self._samples.shape[:2], -1)[:, : self._n_kept]
        inner, work = flat[1:, 1:-1], np.empty_like(flat[1:, 1:-1])

        def distance(start: int) -> NDArray[np.float32]:
            np.subtract(inner, flat[0, start : start + self._n_kept - 2], out=work)
            mean: NDArray[np.float32] = np.abs(work, out=work).mean(axis=2)
            return mean

        change = np.abs(np.diff(flat[0, : self._n_kept], axis=0)).mean(axis=1) * self._scale
        self._changes.append(
            change[1 if self._changes else 0 :]
        )  # the first two frames were kept of the last
        before, same, after = map(distance, range(3))
        nearest = np.minimum(before, after)
        fits = (nearest < _FITS * same) & (same > self._least)
        shifts = np.where(after < before, 1, -1)
        self._verdicts.append(
            np.where(fits, shifts, np.where(same <= nearest, 0, _UNDECIDED)).astype(np.int8)
        )
        self._samples[:, :2] = self._samples[:, self._n_kept - 2 : self._n_kept]
        self._n_kept = 2

    def changes(self) -> NDArray[np.float32]:
        """Return by how much luma of the reference's second frame differs from its first, and so on.

        (n - 1,), mean distances in 8-bit steps.
        """
        if self._n_kept > 2:
            self._judge()
        return np.concatenate(self._changes) if self._changes else np.empty(0, np.float32)

    def verdicts(self) -> NDArray[np.int8]:
        """Return (clips, n - 2), after the last frame: which shift fits each frame with both neighbours."""
        if self._n_kept > 2:
            self._judge()
        none = np.empty((len(self._samples) - 1, 0), np.int8)
        return np.concatenate([none, *self._verdicts], axis=1)


def _runs(verdicts: NDArray[np.int8]) -> Iterator[Slip]:
    """Yield runs of one shift; frames that don't tell, as in a still, don't end one."""
    decided = np.flatnonzero(verdicts != _UNDECIDED)
    values = verdicts[decided]
    starts = np.flatnonzero(np.diff(values, prepend=0))
    for start, end in pairwise([*starts, len(values)]):
        if values[start] and end - start >= _SHORTEST_RUN:
            # the clip's first frame has no neighbour before it, and no verdict
            yield Slip(int(decided[start]) + 1, int(decided[end - 1]) + 1, int(values[start]))


def warn_of_slips(
    verdicts: NDArray[np.int8], reference: Clip, distorted: Sequence[Clip], n_frames: int
) -> None:
    """Warn once for each clip that has slips; `verdicts` are a finder's."""
    for clip, of_clip in zip(distorted, verdicts, strict=True):
        slips = list(_runs(of_clip))
        if not slips:
            continue
        named = ", ".join(map(str, slips[:_MOST_NAMED]))
        more = f", and {len(slips) - _MOST_NAMED} runs more" if len(slips) > _MOST_NAMED else ""
        is_whole = len(slips) == 1 and slips[0].last - slips[0].first >= n_frames - 2 - _SHORTEST_RUN
        if is_whole:
            cure = "one clip begins a frame earlier; --sync auto drops it"
        else:
            cure = (
                "where a run begins and ends a frame was lost or doubled, and the scores between are of pairs"
                " that don't belong together; --match time pairs them by their time stamps, where these are"
                " right"
            )
        text = f"frames of {clip.path} fit neighbours of those of {reference.path}: {named}{more}; {cure}"
        warnings.warn(ClipWarning(text, clip.path), stacklevel=2)
