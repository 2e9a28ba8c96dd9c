# SPDX-License-Identifier: BSD-3-Clause
"""ffmpeg's filters that hand on luma samples as the decoder gave them, frame by frame."""

from __future__ import annotations

from pathlib import Path

from vmaf_dnn._outcome import Outcome
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import Clip

_SAME_RANGE = "in_range=pc:out_range=pc"  # equal ranges on both sides: swscale then moves samples untouched


def luma_filters(clip: Clip, n_skipped: int, n_kept: int, like: Clip | None = None) -> str:
    """Filters that number the frames, drop the first, keep `n_kept` (0: all), and scale to `like`'s size."""
    end = f":end_frame={n_skipped + n_kept}" if n_kept else ""
    scaled = like is not None and like.size != clip.size
    size = f"w={like.width}:h={like.height}:flags=bicubic:" if like is not None and scaled else ""
    depth = "" if clip.bitdepth == 8 else f"{clip.bitdepth}le"
    return (
        f"trim=start_frame={n_skipped}{end},settb=1/1000,setpts=N"
        f",scale={size}{_SAME_RANGE},format=yuv420p{depth}"  # libvmaf has no grey format; chroma is not read
    )


def check_steady(outcome: Outcome, *paths: Path) -> None:
    """Raise `VideoError` where a clip changes on the way, which restarts the filters and their counting."""
    changes = outcome.said("Reconfiguring filter graph because (.*)")
    if changes:
        raise VideoError(
            f"{' or '.join(map(str, paths))} changes its size, pixel format or colour tags"
            f" on the way ({changes[0][1].strip()}); cut it at the change, or convert it to one format"
        )
