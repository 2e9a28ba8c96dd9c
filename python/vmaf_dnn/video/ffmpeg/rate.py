# SPDX-License-Identifier: BSD-3-Clause
"""The bit rate of a clip's video: of its packets alone, without sound and what the container adds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.ffmpeg.program import FFmpeg, running
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

_LISTED = ("-map", "0:V:0", "-c", "copy", "-copyinkf", "-f", "framecrc", "pipe:1")
_NONE = -(1 << 63)  # ffmpeg's word for no time stamp
_ROUNDING_S = 0.002  # of the time stamps of some containers, at both ends


@dataclass(frozen=True)
class Packets:
    """The packets of a stream: how many, their bytes, and how long they are shown, if they say."""

    n_packets: int
    n_bytes: int
    seconds: float


def kbit_per_s(
    clip: Clip, ffmpeg: Callable[[], FFmpeg], frame_rate: float | None, stall_timeout: float
) -> float | None:
    """Return the bit rate of the first track of video, in 1000 bits a second.

    Args:
        clip: a file.
        ffmpeg: gives the ffmpeg that reads it.
        frame_rate: frames a second where the clip states none.
        stall_timeout: as `VideoOptions` takes it.

    Returns:
        The bits of all packets over the time that their frames are shown; None for a pipe, and where
        nothing tells that time.

    Raises:
        VideoError: the file can't be read to its end.
    """
    rate = clip.frame_rate or frame_rate
    if clip.pipe is not None:
        return None
    if clip.n_frames is not None:
        return os.path.getsize(clip.path) * 8 / 1000 / clip.n_frames * rate if rate else None
    packets = _packets(clip, ffmpeg(), stall_timeout)
    seconds = _seconds(packets, clip.frame_rate, frame_rate)
    return packets.n_bytes * 8 / 1000 / seconds if seconds else None


def _seconds(packets: Packets, stated: float | None, assumed: float | None) -> float:
    """Return how long the frames are shown: by their rate where the time stamps bear it out."""
    if stated is None:  # ffmpeg then makes times up
        return packets.n_packets / assumed if assumed else 0.0
    even = packets.n_packets / stated
    return even if abs(even - packets.seconds) <= _ROUNDING_S or not packets.seconds else packets.seconds


def _packets(clip: Clip, ffmpeg: FFmpeg, stall_timeout: float) -> Packets:
    with (
        scratch_folder() as folder,
        running(ffmpeg, (*clip.input_arguments, *_LISTED), folder, stall_timeout) as child,
    ):
        packets = _read(child.output)
        child.outcome().check(f"the packets of {clip.path} can't be read", errors_fail=False)
    if not packets.n_packets:
        raise VideoError(f"{clip.path} holds no packet of video.")
    return packets


def _read(lines: Iterable[bytes]) -> Packets:
    """Add up lines of ``0, dts, pts, duration, size, checksum``, in units that ``#tb 0: 1/1000`` tells."""
    unit, n_packets, n_bytes, first, end = 0.0, 0, 0, None, 0
    for line in lines:
        if line.startswith(b"#tb 0: "):
            above, below = line[7:].split(b"/")
            unit = int(above) / int(below)
        if line.startswith(b"#"):
            continue
        dts, pts, duration, size = map(int, line.split(b",", 5)[1:5])
        shown = dts if pts == _NONE else pts
        n_packets, n_bytes = n_packets + 1, n_bytes + size
        first = shown if first is None else min(first, shown)
        end = max(end, shown + duration)
    return Packets(n_packets, n_bytes, (end - (first or 0)) * unit)
