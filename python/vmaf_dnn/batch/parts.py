# SPDX-License-Identifier: BSD-3-Clause
"""One long clip on many workers: parts with the frames around them that motion looks at, put together again.

Raw clips (y4m and yuv) are read where a part begins. Of others every part decodes the frames before it, as no
way to jump into a stream gives the same frames for certain; they get no more parts than there are workers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from vmaf_dnn import errors
from vmaf_dnn.batch.engines import opened_engine
from vmaf_dnn.batch.failure import Failure
from vmaf_dnn.batch.schedule import Engine, Job, outcomes
from vmaf_dnn.checks import require_path, require_seconds, require_whole_number
from vmaf_dnn.errors import InvalidArgument, RuntimeFailure, VmafDnnError
from vmaf_dnn.extractors.measuring import WHOLE, Measure, Measured, Measurement, Span, measured
from vmaf_dnn.report import Report
from vmaf_dnn.scoring import ScoreKeywords, score
from vmaf_dnn.video.clip import ASSUMED_RATE, Progress
from vmaf_dnn.video.frames import is_stored
from vmaf_dnn.video.misfits import Misfits

if TYPE_CHECKING:
    from vmaf_dnn.extractors.select import ProgressHook
    from vmaf_dnn.video.ffmpeg.program import FFmpeg
    from vmaf_dnn.video.once import ClipPath


class TooLong(Exception):
    """The clips are to be measured in parts."""


@dataclass(frozen=True)
class Part:
    """Some of the frames of a measurement."""

    measurement: Measurement
    span: Span


def spans_of(measurement: Measurement, seconds: float, n_workers: int) -> list[Span]:
    """Cut the frames that are compared into parts of so many seconds; the last one goes to the end.

    Clips whose length isn't known stay whole.
    """
    comparison = measurement.comparison
    n_frames = comparison.n_frames_hint
    rate = comparison.reference.frame_rate or comparison.options.frame_rate or ASSUMED_RATE
    length = max(1, round(seconds * rate))
    if not n_frames or n_frames <= length:
        return [WHOLE]
    if not all(is_stored(clip, comparison.shown) for clip in comparison.clips):
        length = max(length, math.ceil(n_frames / n_workers))
    firsts = range(0, n_frames, length)
    return [Span(first, length) for first in firsts[:-1]] + [Span(firsts[-1])]


def measure_if_short(longest_s: float) -> Measure:
    """Return who measures clips up to so many seconds, and raises `TooLong` for others."""

    def measure(measurement: Measurement) -> Measured:
        if len(spans_of(measurement, longest_s, n_workers=2)) > 1:
            raise TooLong
        return measure_part(Part(measurement, WHOLE))

    return measure


def measure_part(part: Part) -> Measured:
    """Measure a part, here. Raises `VmafDnnError`."""
    comparison = part.measurement.comparison

    def ffmpeg() -> FFmpeg:
        from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

        return find_ffmpeg(comparison.options.ffmpeg, libvmaf=False)

    return measured(part.measurement, ffmpeg, Misfits(len(comparison.distorted)), span=part.span)


def measure_parts(parts: Sequence[Part]) -> list[Measured]:
    """Measure parts one after the other, as the work of a job."""
    return [measure_part(part) for part in parts]


class InParts:
    """Measures clips on the workers of an engine, in parts of so many seconds."""

    def __init__(
        self, engine: Engine, seconds: float, retries: int, progress: ProgressHook | None = None
    ) -> None:
        self._engine, self._seconds, self._retries = engine, seconds, retries
        self._progress = progress

    def __call__(self, measurement: Measurement) -> Measured:
        """Measure; raises the error of the first part that failed."""
        spans = spans_of(measurement, self._seconds, self._engine.n_workers)
        jobs = (Job(measure_parts, (Part(measurement, span),)) for span in spans)
        found: dict[Span, Measured] = {}
        failed: dict[Span, Failure] = {}
        started_s = time.monotonic()
        for part, outcome in outcomes(self._engine, jobs, self._retries):
            if isinstance(outcome, Failure):
                failed[part.span] = outcome
                continue
            found[part.span] = outcome
            if self._progress is not None:
                n_done = sum(one.n_frames for one in found.values())
                rate = n_done / (time.monotonic() - started_s)
                self._progress(Progress(n_done, measurement.comparison.n_frames_hint, rate))
        for span in spans:
            if span in failed:
                raise as_error(failed[span])
        return Measured.joined([found[span] for span in spans])


def as_error(failure: Failure) -> VmafDnnError:
    """Return the error that a failure was."""
    kind = getattr(errors, failure.kind, RuntimeFailure)
    is_ours = isinstance(kind, type) and issubclass(kind, VmafDnnError)
    return (kind if is_ours else RuntimeFailure)(failure.text)


def score_in_parts(
    reference: ClipPath,
    distorted: ClipPath,
    seconds: float = 60.0,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    retries: int = 2,
    **keywords: Unpack[ScoreKeywords],
) -> Report:
    """Score one long clip on many workers; the report equals that of `score`, bit for bit.

    Raw clips (``.y4m``, ``.yuv``) are read where a part begins. Of others each part decodes the frames before
    it, so they get no more parts than there are workers.

    Args:
        reference: as `score` takes it, but no pipe.
        distorted: the clip to score; one.
        seconds: how long a part is.
        workers: processes of this machine; default one a CPU.
        scheduler: address of a Dask cluster to use instead, whose workers read the clips by the same paths.
        retries: how often a part is tried again that failed for a passing cause.
        **keywords: those of `score`; `threads` are of each part, 1 by default.

    Returns:
        A `Report`; its `fps` are by the processor time of all parts.

    Raises:
        VmafDnnError: as `score`; and a cluster doesn't answer, or can't be spoken to without the extra
            ``batch``.
    """
    require_span("seconds", seconds)
    require_path("distorted", distorted)
    require_whole_number("retries", retries, 0)
    if keywords.get("measure") is not None:
        raise InvalidArgument("measure is chosen by score_in_parts itself; leave it out.")
    progress = keywords.get("progress")
    with opened_engine(workers, scheduler) as engine:
        measure = InParts(engine, seconds, retries, progress)
        asked: ScoreKeywords = {"threads": 1, **keywords, "measure": measure}
        report: Report = score(reference, distorted, **asked)
        return report


def require_span(name: str, seconds: object) -> None:
    """Raise `InvalidArgument` unless it is a length that a part may have."""
    require_seconds(name, seconds)
    if seconds == 0:
        raise InvalidArgument(f"{name} must be more than 0, got {seconds}; 60 is usual.")
