# SPDX-License-Identifier: BSD-3-Clause
"""The parts of a clip that stand for the whole: where they lie, and as files that are read repeatedly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.errors import VideoError
from vmaf_dnn.searching.source import Source
from vmaf_dnn.video.ffmpeg.program import FFmpeg, run
from vmaf_dnn.video.yuv import frame_bytes

DEFAULT_DURATION_S = 5.0
_LEAST, _MOST = 4, 16  # samples, unless their number is given
_APART_S = 180.0
_OF_ENCODES = 0.5  # of what samples take, at the most


@dataclass(frozen=True)
class Sample:
    """A part of a clip: its first frame, counted from 0, and how many there are."""

    first: int
    n_frames: int


def choose_samples(
    n_frames: int, frame_rate: float, n_samples: int | None, duration_s: float
) -> list[Sample]:
    """Return samples of a clip: as many equal parts as samples, one in the middle of each.

    Args:
        n_frames: of the clip.
        frame_rate: of the clip, frames a second.
        n_samples: None: one for every three minutes, at least 4 and at most 16.
        duration_s: of each; where all together would be as long as the clip, the clip is the one sample.
    """
    if n_samples is None:
        n_samples = min(max(round(n_frames / frame_rate / _APART_S), _LEAST), _MOST)
    n_each = max(round(duration_s * frame_rate), 1)
    if n_each * n_samples >= n_frames:
        return [Sample(0, n_frames)]
    middles = ((2 * k + 1) * n_frames / (2 * n_samples) for k in range(n_samples))
    return [Sample(round(middle - n_each / 2), n_each) for middle in middles]


def cut_samples(
    source: Source,
    samples: Sequence[Sample],
    ffmpeg: FFmpeg,
    folder: Path,
    on_fraction: Callable[[float], None],
) -> list[Path]:
    """Decode samples to files of `folder`, y4m. Raises `VideoError` without a frame, or without room."""
    _check_room(source, samples, folder)
    files = []
    for i, sample in enumerate(samples):
        files.append(folder / f"sample{i}.y4m")

        def count(n_frames: int, i: int = i, sample: Sample = sample) -> None:
            on_fraction((i + min(n_frames / sample.n_frames, 1.0)) / len(samples))

        _cut(source, sample, ffmpeg, files[i], is_whole=len(samples) == 1, on_frames=count)
    return files


def _cut(
    source: Source,
    sample: Sample,
    ffmpeg: FFmpeg,
    target: Path,
    *,
    is_whole: bool,
    on_frames: Callable[[int], None],
) -> None:
    """Decode one.

    What a decoder says of the frames before a sample is no fault of it, so only a clip that is decoded whole
    is held against what it says.
    """
    clip, start_s = source.clip, (sample.first - 0.5) / source.frame_rate  # between two frames
    seek = ("-ss", f"{start_s:.6f}") if sample.first else ()
    form = ("-vf", ",".join(clip.filters)) if clip.filters else ()
    length = () if is_whole else ("-frames:v", str(sample.n_frames))
    output = ("-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-strict", "-1", "-y", target.name)
    words = (*seek, *clip.input_arguments, "-map", "0:V:0", *form, *length, *output)
    n_frames = 0

    def count(block: dict[str, str]) -> None:
        nonlocal n_frames
        n_frames = int(block.get("frame", "0") or 0)
        on_frames(n_frames)

    outcome = run(ffmpeg, words, target.parent, count, stall_timeout=source.stall_timeout)
    outcome.check(f"decoding a sample of {clip.path} failed", [clip.path], errors_fail=is_whole)
    if not n_frames:
        at = f" at {sample.first / source.frame_rate:.1f} s" if sample.first else ""
        raise VideoError(
            f"{clip.path} holds no frame{at}, where a sample was to be; see whether the file is whole."
        )


def _check_room(source: Source, samples: Sequence[Sample], folder: Path) -> None:
    clip, n_frames = source.clip, sum(sample.n_frames for sample in samples)
    n_samples_bytes = n_frames * frame_bytes(clip.width, clip.height, clip.chroma, clip.bit_depth)
    n_bytes, n_free = n_samples_bytes * (1 + _OF_ENCODES), shutil.disk_usage(folder).free
    if n_bytes > n_free:
        raise VideoError(
            f"the samples of {clip.path} and their encodes take {n_bytes / 1e6:,.0f} MB of the temporary"
            f" folder, where {n_free / 1e6:,.0f} MB are free; take fewer or shorter ones (--samples 2"
            " --sample-duration 2), or name a larger disk as TMPDIR."
        )
