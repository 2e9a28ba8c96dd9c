# SPDX-License-Identifier: BSD-3-Clause
"""Measuring the frames of a comparison: all of them, or a part, which gets the numbers that it has in all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.extractor import FeatureExtractor
from vmaf_dnn.extractors.abreast import frames_abreast
from vmaf_dnn.extractors.columns import Columns
from vmaf_dnn.extractors.slips import SlipFinder
from vmaf_dnn.video.comparison import Comparison
from vmaf_dnn.video.misfits import Misfits

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_Number = TypeVar("_Number", bound=np.number)
_MOST_THREADS = 64
# What motion of a frame looks at: the smaller of its own and the next frame's, each since two frames before
# it in a five-frame window; a moving average takes in the same of the frame before. A clip's first two frames
# then stand for the third, whose motion is the first that is known.
_N_BEFORE, _N_AFTER = 4, 2


@dataclass(frozen=True)
class Measurement:
    """What is to be measured; it can be sent to another process that reads the same files.

    Attributes:
        comparison: the clips, and which of their frames are compared.
        requests: the features, as `FeatureExtractor` takes them.
        chroma: the layout of the clips' chroma, if a feature is over it.
    """

    comparison: Comparison
    requests: tuple[str, ...]
    chroma: str | None = None


@dataclass(frozen=True)
class Span:
    """Some of the frames that are compared: `count` from the `first`-th on, to the end if it is 0."""

    first: int = 0
    count: int = 0

    @property
    def n_before(self) -> int:
        """How many frames before it have to be read."""
        return min(self.first, _N_BEFORE)

    def __contains__(self, frame: object) -> bool:
        """Whether it holds a frame, counted from the first that is compared."""
        if not isinstance(frame, int) or frame < self.first:
            return False
        return self.count == 0 or frame < self.first + self.count

    def read_of(self, comparison: Comparison) -> Comparison:
        """Return the comparison of what has to be read for it."""
        if self == WHOLE:
            return comparison
        count = self.n_before + self.count + _N_AFTER if self.count else 0
        return comparison.part(self.first - self.n_before, count)


WHOLE = Span()


@dataclass(frozen=True)
class Measured:
    """What came of a measurement, or of a part of one.

    Attributes:
        n_frames: how many frames were compared.
        columns: of each distorted clip, for each request, (n,) float64.
        verdicts: (clips, frames) int8, whether each frame fits its partner, as `SlipFinder` judges; the first
            and the last frame of all have none.
        changes: (frames,) float32, by how much luma of the reference differs from the frame before, in 8-bit
            steps; the first of all has no such one.
        process_s: processor time.
    """

    n_frames: int
    columns: Sequence[Sequence[NDArray[np.float64]]]
    verdicts: NDArray[np.int8]
    changes: NDArray[np.float32]
    process_s: float

    @classmethod
    def joined(cls, parts: Sequence[Measured]) -> Measured:
        """Join parts that follow each other, from the first frame to the last."""
        clips = zip(*(part.columns for part in parts), strict=True)
        return cls(
            sum(part.n_frames for part in parts),
            [[np.concatenate(column) for column in zip(*clip, strict=True)] for clip in clips],
            np.concatenate([part.verdicts for part in parts], axis=1),
            np.concatenate([part.changes for part in parts]),
            sum(part.process_s for part in parts),
        )


Measure = Callable[[Measurement], Measured]
"""Whoever measures in place of this process."""


def measured(
    measurement: Measurement,
    ffmpeg: Callable[[], FFmpeg],
    misfits: Misfits,
    *,
    span: Span = WHOLE,
    on_frame: Callable[[int], None] = lambda n_frames: None,
) -> Measured:
    """Measure the frames of a span.

    Raises:
        VideoError: a clip can't be read, or the clips don't end together; unless `misfits` drops it.
    """
    comparison, chroma = span.read_of(measurement.comparison), measurement.chroma
    started_s = time.process_time()
    n_clips, n_before = len(comparison.distorted), span.first - span.n_before
    slips = SlipFinder(comparison.shown, n_clips)
    with frames_abreast(
        comparison, ffmpeg, misfits, slips.add, with_chroma=chroma is not None, n_before=n_before
    ) as frames:
        columns = Columns(n_clips, len(measurement.requests))
        extractor = _extractor(comparison, measurement.requests, chroma)
        n_frames = 0
        for index, (reference, *distorted) in enumerate(frames, n_before):
            is_scored = index in span and index % comparison.options.subsample == 0
            columns.add(extractor.push(reference, *distorted) if is_scored else extractor.skip(reference))
            n_frames += index in span
            on_frame(n_frames)
        columns.add(extractor.flush())
    return Measured(
        n_frames,
        [columns.of_clip(i) for i in range(n_clips)],
        _of_span(slips.verdicts(), span, n_frames),
        _of_span(slips.changes(), span, n_frames),
        time.process_time() - started_s,
    )


def _of_span(values: NDArray[_Number], span: Span, n_frames: int) -> NDArray[_Number]:
    """Return what was found of the span's own frames; `values` begin with the second frame that was read."""
    start = max(span.n_before - 1, 0)
    n_judged = n_frames if span.first else max(n_frames - 1, 0)
    return values[..., start : start + n_judged]


def _extractor(comparison: Comparison, features: Sequence[str], chroma: str | None) -> FeatureExtractor:
    ref, n_threads = comparison.shown, comparison.options.threads
    return FeatureExtractor(
        ref.width,
        ref.height,
        ref.bit_depth,
        n_distorted=len(comparison.distorted),
        threads=min(n_threads or len(os.sched_getaffinity(0)), _MOST_THREADS),
        features=list(features),
        chroma=chroma,
        encodes=[encode.geometry for encode in comparison.encodes],
    )
