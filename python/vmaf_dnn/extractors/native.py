# SPDX-License-Identifier: BSD-3-Clause
"""Features by our own core: any number of distorted clips beside one reference, in one pass."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from itertools import count

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractor import CANONICAL_6, FeatureExtractor, FeatureOptions
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.ffmpeg import FFmpeg, find_ffmpeg
from vmaf_dnn.video.luma import LumaReader, Plane, luma_reader
from vmaf_dnn.video.options import VideoOptions

_AS_LOGGED = ("motion2", "adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3")
_MOST_THREADS = 64


def extract(
    reference: str | os.PathLike[str],
    distorted: Sequence[str | os.PathLike[str]],
    *,
    options: VideoOptions = VideoOptions(),  # noqa: B008 (frozen)
    also: Sequence[FeatureOptions] = (),
    progress: Callable[[Progress], None] | None = None,
) -> list[FeatureTable]:
    """Measure the canonical six of every frame, matched by index: a table for each of `distorted`.

    The reference is read, decoded and measured once. `also` are further options to measure with, which add
    their metrics to each table. Raises `VideoError` for clips that can't be read or compared, `ToolMissing`
    if one has to be decoded and there is no ffmpeg.
    """
    used: list[FFmpeg] = []

    def ffmpeg() -> FFmpeg:
        used.append(find_ffmpeg(options.ffmpeg, libvmaf=False))
        return used[-1]

    comparison = open_comparison(reference, distorted, options, ffmpeg)
    asked = list(dict.fromkeys((options.feature_options, *also)))
    started_s = time.process_time()
    with ExitStack() as stack:
        readers = [stack.enter_context(reader) for reader in _readers(comparison, ffmpeg)]
        frames = _frames(readers, comparison)
        n_frames, rows = _measure(frames, comparison, asked, _hook(progress, comparison.n_frames_hint))
    fps = n_frames / max(time.process_time() - started_s, 1e-9)
    extractor = "native features" + (f", ffmpeg {used[-1].version}" if used else "")
    numbers = np.arange(0, n_frames, options.subsample, dtype=np.int64)
    size = comparison.reference.width, comparison.reference.height
    return [
        FeatureTable(numbers, _metrics(asked, rows[:, i]), *size, fps, extractor, options.feature_options)
        for i in range(len(comparison.distorted))
    ]


def _readers(
    comparison: Comparison, ffmpeg: Callable[[], FFmpeg]
) -> Iterator[AbstractContextManager[LumaReader]]:
    ref, options = comparison.reference, comparison.options
    clips = [(ref, options.frame_skip_ref)]
    clips += [(clip, options.frame_skip_dist) for clip in comparison.distorted]
    for clip, n_skipped in clips:
        yield luma_reader(clip, n_skipped, ref, options, ffmpeg)


def _frames(readers: Sequence[LumaReader], comparison: Comparison) -> Iterator[list[Plane]]:
    """Yield the planes of each frame, until the clips end; `VideoError` if they don't do so together."""
    for n_read in count():
        planes = [reader.read() for reader in readers]
        whole = [plane for plane in planes if plane is not None]
        if len(whole) == len(planes):
            yield whole
            continue
        for reader in readers:
            reader.close()
        _check_ends([plane is None for plane in planes], n_read, comparison)
        return


def _check_ends(has_ended: Sequence[bool], n_read: int, comparison: Comparison) -> None:
    options = comparison.options
    paths = [clip.path for clip in (comparison.reference, *comparison.distorted)]
    first = paths[has_ended.index(True)]
    if n_read == 0:
        n_skipped = options.frame_skip_dist if has_ended.index(True) else options.frame_skip_ref
        raise VideoError(f"{first} ends within the {n_skipped} frames to be skipped; skip fewer of them.")
    if not all(has_ended) and not options.shortest:
        raise VideoError(
            f"the clips differ in length: {n_read} frames in {first}, more in"
            f" {paths[has_ended.index(False)]}; --shortest (shortest=True) scores the common part."
        )


def _measure(
    frames: Iterator[list[Plane]],
    comparison: Comparison,
    asked: Sequence[FeatureOptions],
    on_frame: Callable[[int], None],
) -> tuple[int, NDArray[np.float64]]:
    """How many frames there were, and their rows: (options, distorted, scored frames, 6)."""
    ref, options = comparison.reference, comparison.options
    n_threads = min(options.threads or len(os.sched_getaffinity(0)), _MOST_THREADS)
    extractors = [
        FeatureExtractor(
            ref.width,
            ref.height,
            ref.bit_depth,
            n_distorted=len(comparison.distorted),
            threads=n_threads,
            **asdict(feature_options),
        )
        for feature_options in asked
    ]
    rows: list[list[NDArray[np.float64] | None]] = [[] for _ in extractors]
    n_frames = 0
    for planes in frames:
        for extractor, done in zip(extractors, rows, strict=True):
            is_scored = n_frames % options.subsample == 0
            done.append(extractor.push(*planes) if is_scored else extractor.skip(planes[0]))
        n_frames += 1
        on_frame(n_frames)
    for extractor, done in zip(extractors, rows, strict=True):
        done.append(extractor.flush())
    table = np.array([[row for row in done if row is not None] for done in rows])
    return n_frames, table.transpose(0, 2, 1, 3)


def _metrics(asked: Sequence[FeatureOptions], rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """One clip's rows, (options, frames, 6), as columns under libvmaf's names."""
    return {
        feature_options.metric(name): np.ascontiguousarray(table[:, CANONICAL_6.index(name)])
        for feature_options, table in zip(asked, rows, strict=True)
        for name in _AS_LOGGED
    }


def _hook(progress: Callable[[Progress], None] | None, n_total: int | None) -> Callable[[int], None]:
    if progress is None:
        return lambda n_frames: None
    start_s = time.monotonic()
    return lambda n_frames: progress(Progress(n_frames, n_total, n_frames / (time.monotonic() - start_s)))
