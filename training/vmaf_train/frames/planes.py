# SPDX-License-Identifier: BSD-3-Clause
"""Luma planes of real clips, and which of the clips nobody trains on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.frames import frame_reader
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.timing.selection import Selection
from vmaf_train.corpus.manifest import Clip

Luma = NDArray[np.uint8]
"""(height, width) samples of 8 bits."""

_ONE_OF = 4  # sources is held out


def is_held_out(source: str) -> bool:
    """Whether a source is one of the quarter that is judged on: its digest says so, whatever else there is."""
    return hashlib.sha256(source.encode()).digest()[0] % _ONE_OF == 0


def split_clips(clips: Sequence[Clip], held_out: Sequence[str] = ()) -> tuple[list[Clip], list[Clip]]:
    """Return the clips that are trained on, and those of sources that are not: named, or by their digest.

    Raises `InvalidArgument` if either is empty.
    """
    named = set(held_out)
    apart = [clip for clip in clips if (clip.source in named if named else is_held_out(clip.source))]
    kept = [clip for clip in clips if clip not in apart]
    if not kept or not apart:
        raise InvalidArgument(
            f"Of {len(clips)} clips {len(kept)} are left to train on and {len(apart)} to judge on, expected"
            " some of each; give clips of more sources, or name others in --held-out."
        )
    return kept, apart


def luma_planes(path: Path, wanted: Sequence[int], ffmpeg: str | None = None) -> list[Luma]:
    """Return the luma of some frames of an 8-bit clip, in the order of their numbers.

    Raises `VideoError` if the clip can't be read, has other bits or lacks a frame.
    """
    last = max(wanted)
    found = [plane for n, plane in enumerate(_read(path, last + 1, ffmpeg)) if n in wanted]
    if len(found) < len(set(wanted)):
        raise VideoError(f"{path} lacks the frame {last}; give a longer clip.")
    return found


def spread(n_frames: int, n_wanted: int) -> list[int]:
    """Return the numbers of frames that lie evenly within a clip, its ends left out."""
    return sorted({(2 * i + 1) * n_frames // (2 * n_wanted) for i in range(n_wanted)})


def _read(path: Path, n_frames: int, ffmpeg: str | None) -> Iterator[Luma]:
    options = VideoOptions(ffmpeg=ffmpeg, threads=1)
    (clip,) = open_clips([path], options, lambda: find_ffmpeg(ffmpeg, libvmaf=False))
    if clip.bit_depth != 8:
        raise VideoError(f"{path} has {clip.bit_depth} bits a sample, expected 8; convert it.")
    with frame_reader(
        clip, Selection(0, n_frames), clip, options, lambda: find_ffmpeg(ffmpeg, libvmaf=False)
    ) as reader:
        while (frame := reader.read()) is not None:
            luma: NDArray[Any] = frame[0] if isinstance(frame, tuple) else frame
            yield luma.copy()
        reader.close()
