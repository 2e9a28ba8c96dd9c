# SPDX-License-Identifier: BSD-3-Clause
"""When the frames of a clip are shown: by its frame rate, or by the time stamps that ffmpeg decodes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.options import VideoOptions

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_ROUNDING_S = 0.001  # time stamps are whole milliseconds in Matroska, and in ffmpeg's list of them


@dataclass(frozen=True)
class Times:
    """When frames are shown, in seconds from the first of them that is not dropped.

    Attributes:
        seconds: (n,) float64, rising.
        interval: how long a frame is shown as a rule.
        is_whole: whether the last one is the clip's last.
    """

    seconds: NDArray[np.float64]
    interval: float
    is_whole: bool = True

    @property
    def end(self) -> float:
        """When the last frame has been shown; infinite if there are more than are known."""
        return float(self.seconds[-1]) + self.interval if self.is_whole else math.inf

    def n_before(self, second: float) -> int:
        """How many frames are first shown before a time."""
        return int(np.searchsorted(self.seconds, second - self.slack))

    def shown_at(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which frame is shown at each time."""
        return (np.searchsorted(self.seconds, seconds + self.slack, side="right") - 1).astype(np.int64)

    @property
    def slack(self) -> float:
        """How far a time stamp may have been rounded."""
        return min(1.5 * _ROUNDING_S, self.interval / 4)


def times_of(
    clip: Clip, n_dropped: int, options: VideoOptions, ffmpeg: Callable[[], FFmpeg], until: float
) -> Times:
    """Return when frames are shown, those that are shown before `until` at the least.

    Raises:
        VideoError: the clip has no frame rate or time stamps that fall, or no frame is left.
    """
    rate = clip.frame_rate
    if clip.n_frames is not None:
        rate = rate or options.frame_rate
        if not rate:
            raise VideoError(
                f"{clip.path} states no frame rate, and frames are looked up by time; state it with"
                " --frame_rate (frame_rate=25)."
            )
        n_frames = max(clip.n_frames - n_dropped, 0)
        _check_left(clip, n_frames, n_dropped)
        return Times(np.arange(n_frames) / rate, 1 / rate)
    seconds, is_whole = _listed(clip, n_dropped, options, ffmpeg, until)
    _check_left(clip, len(seconds), n_dropped)
    shown = np.asarray(seconds) - seconds[0]
    even = np.arange(len(shown)) / rate if rate else shown
    if np.abs(even - shown).max() <= 1.5 * _ROUNDING_S:
        shown = even
    interval = float(np.median(np.diff(shown))) if len(shown) > 1 else 1 / rate if rate else math.inf
    return Times(shown, interval, is_whole)


def _check_left(clip: Clip, n_left: int, n_dropped: int) -> None:
    if n_left == 0:
        raise VideoError(f"{clip.path} ends within the {n_dropped} frames to be skipped; skip fewer of them.")


def _listed(
    clip: Clip, n_dropped: int, options: VideoOptions, ffmpeg: Callable[[], FFmpeg], until: float
) -> tuple[list[float], bool]:
    """List the time stamps by decoding: not every packet is a frame."""
    from vmaf_dnn.video.ffmpeg.program import running
    from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

    track = ("-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base", "1:1000")
    output = ("-c:v", "wrapped_avframe", "-flush_packets", "1", "-f", "mkvtimestamp_v2", "pipe:1")
    arguments = (*clip.input_arguments, *track, *output)
    with scratch_folder() as folder, running(ffmpeg(), arguments, folder, options.stall_timeout) as child:
        seconds: list[float] = []
        for line in child.output:
            if line.startswith(b"#"):
                continue
            second = int(line) / 1000
            seconds.append(second)
            if len(seconds) > n_dropped and second > seconds[n_dropped] + until:
                child.stop()
                return seconds[n_dropped:], False
        outcome = child.outcome()
        if outcome.said("Non-monotonic DTS"):
            raise VideoError(
                f"{clip.path}: frame {len(seconds)} is shown no later than the one before it, so frames can't"
                " be looked up by time; leave --match, --start and --duration out, and they are counted."
            )
        outcome.check(f"decoding {clip.path} failed", [clip.path])
    return seconds[n_dropped:], True
