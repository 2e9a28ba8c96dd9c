# SPDX-License-Identifier: BSD-3-Clause
"""How many packets of video a file holds, without decoding one."""

from __future__ import annotations

from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.ffmpeg.program import FFmpeg, run
from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

_MUXED = r"  Output stream #0:0 \(video\): (\d+) packets muxed"


def n_packets(clip: Clip, ffmpeg: FFmpeg, stall_timeout: float) -> int | None:
    """Count them: one a frame, or a few more; None if ffmpeg doesn't tell."""
    copying = ("-map", "0:V:0", "-c", "copy", "-f", "null", "-")
    with scratch_folder() as folder:
        outcome = run(ffmpeg, (*clip.input_arguments, *copying), folder, stall_timeout=stall_timeout)
        counts = outcome.said(_MUXED)
    return int(counts[-1][1]) if counts and not outcome.status else None
