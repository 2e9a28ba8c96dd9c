# SPDX-License-Identifier: BSD-3-Clause
"""Which frames of a reference and of its distorted versions are compared, where more than counts says so."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import ClipWarning, VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.encode import AUTO
from vmaf_dnn.video.options import BY_TIME, VideoOptions
from vmaf_dnn.video.timing.selection import Selection, Told
from vmaf_dnn.video.timing.times import Times, times_of

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_MISSING = 0.75  # of the longer frame's time: rates that differ round a clip's end by half of it


@dataclass(frozen=True)
class Choice:
    """The frames of one clip, and what a report says of how they were chosen."""

    selection: Selection
    told: Told = field(default_factory=dict)


def planned(clips: Sequence[Clip], options: VideoOptions, ffmpeg: Callable[[], FFmpeg]) -> list[Choice]:
    """Choose the frames of the reference, which is the first clip, and of the others.

    Raises:
        VideoError: when frames are shown is not known, or there is none in the part asked for.
    """
    for clip in clips:
        if clip.once is not None:
            raise VideoError(
                f"{clip.path} is {clip.once.what}, which is read once, and times are looked at before frames"
                " are compared; write it to a file, or leave out --start, --duration, --match and --sync."
            )
    dropped = [options.frame_skip_ref, *(options.frame_skip_dist for _ in clips[1:])]
    offsets: list[int] = []
    if options.sync == AUTO:
        offsets = _synced(clips, dropped, options, ffmpeg)
    choices = _chosen(clips, dropped, options, ffmpeg)
    for i, offset in enumerate(offsets, 1):
        choices[i] = replace(choices[i], told={**choices[i].told, "sync_frames": offset})
    return choices


def _synced(
    clips: Sequence[Clip], dropped: list[int], options: VideoOptions, ffmpeg: Callable[[], FFmpeg]
) -> list[int]:
    """Find the offsets, warn of them, and add to `dropped` what they leave over."""
    from vmaf_dnn.video.timing.sync import Sync

    sync = Sync(clips[0], dropped[0], options, ffmpeg)
    offsets = [sync.offset_of(clip, n) for clip, n in zip(clips[1:], dropped[1:], strict=True)]
    for clip, offset in zip(clips[1:], offsets, strict=True):
        early, late = (clip, clips[0]) if offset > 0 else (clips[0], clip)
        if offset:
            rate = clips[0].frame_rate or clip.frame_rate or options.frame_rate
            told = f" ({abs(offset) / rate:.3f} s)" if rate else ""
            text = (
                f"{early.path} begins {abs(offset)} frame{'s' * (abs(offset) > 1)}{told} before {late.path};"
                " these are dropped"
            )
            warnings.warn(ClipWarning(text, clip.path), stacklevel=2)
    n_more = max(0, -min(offsets, default=0))
    dropped[:] = [
        dropped[0] + n_more,
        *(n + n_more + offset for n, offset in zip(dropped[1:], offsets, strict=True)),
    ]
    return offsets


def _chosen(
    clips: Sequence[Clip], dropped: list[int], options: VideoOptions, ffmpeg: Callable[[], FFmpeg]
) -> list[Choice]:
    if not (options.start or options.duration or options.match == BY_TIME):
        return [Choice(Selection(n, options.frame_cnt), {"first_frame": n}) for n in dropped]
    end = options.start + options.duration if options.duration else math.inf
    until = end if options.duration or options.match == BY_TIME else options.start
    times = [times_of(clip, n, options, ffmpeg, until) for clip, n in zip(clips, dropped, strict=True)]
    chosen = _by_time if options.match == BY_TIME else _by_index
    return chosen(clips, times, dropped, options, end)


def _by_index(
    clips: Sequence[Clip], times: Sequence[Times], dropped: Sequence[int], options: VideoOptions, end: float
) -> list[Choice]:
    choices = []
    for clip, shown, n_dropped in zip(clips, times, dropped, strict=True):
        start, count = _part(clip, shown, options, end)
        if not options.duration:
            count = options.frame_cnt
        first = n_dropped + start
        choices.append(Choice(Selection(first, count), {"first_frame": first}))
    return choices


def _by_time(
    clips: Sequence[Clip], times: Sequence[Times], dropped: Sequence[int], options: VideoOptions, end: float
) -> list[Choice]:
    reference, *others = times
    start, count = _part(clips[0], reference, options, end)
    wanted = reference.seconds[start : start + count]
    over = min(end, float(wanted[-1]) + reference.interval)
    for clip, other in zip(clips[1:], others, strict=True):
        _check_ends(clips[0], clip, over, other, options, max(reference.interval, other.interval))
        wanted = wanted[: int(np.searchsorted(wanted, other.end - other.slack))]
        if not len(wanted):
            raise VideoError(
                f"{clip.path} ends at {other.end:.3f} s, before {options.start:g} s, where the part to"
                " compare starts; start earlier."
            )
    first = dropped[0] + start
    choices = [Choice(Selection(first, len(wanted)), {"match": BY_TIME, "first_frame": first})]
    for other, n_dropped in zip(others, dropped[1:], strict=True):
        choices.append(_shown_at(wanted, other, n_dropped))
    return choices


def _part(clip: Clip, shown: Times, options: VideoOptions, end: float) -> tuple[int, int]:
    """Return the first frame of the part that is asked for, and how many there are."""
    start = shown.n_before(options.start) if options.start else 0
    if start == len(shown.seconds):
        raise VideoError(
            f"{clip.path} ends at {shown.end:.3f} s, and --start (start=) is {options.start:g}; start"
            " earlier."
        )
    count = (shown.n_before(end) if options.duration else len(shown.seconds)) - start
    if count <= 0:
        raise VideoError(
            f"{clip.path} shows no new frame from {options.start:g} s to {end:g} s; give a longer --duration"
            " (duration=)."
        )
    return start, min(count, options.frame_cnt or count)


def _check_ends(
    reference: Clip,
    distorted: Clip,
    over: float,
    other: Times,
    options: VideoOptions,
    interval: float,
) -> None:
    too_short = over - other.end >= _MISSING * interval
    is_cut = bool(options.frame_cnt or options.duration)
    too_long = not is_cut and other.end - over >= _MISSING * interval
    if (too_short or too_long) and not options.shortest:
        raise VideoError(
            f"the clips differ in length: {over:.3f} s of {reference.path}, {other.end:.3f} s of"
            f" {distorted.path}; --shortest (shortest=True) scores the common part."
        )


def _shown_at(wanted: NDArray[np.float64], other: Times, n_dropped: int) -> Choice:
    indices = other.shown_at(wanted)
    steps = np.diff(indices)
    first = n_dropped + int(indices[0])
    told: dict[str, str | int | float] = {
        "match": BY_TIME,
        "first_frame": first,
        "frames_repeated": int((steps == 0).sum()),
        "frames_left_out": int((steps - 1)[steps > 1].sum()),
    }
    if (steps == 1).all():
        return Choice(Selection(first, len(indices)), told)
    return Choice(Selection(first, len(indices), indices - indices[0]), told)
