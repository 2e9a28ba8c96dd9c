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

from vmaf_dnn._ffmpeg import FFmpeg, find_ffmpeg
from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import CANONICAL_6, FeatureTable
from vmaf_dnn.extractors._luma import LumaReader, Plane, luma_reader
from vmaf_dnn.extractors._pair import Pair, open_pairs
from vmaf_dnn.feature_extractor import FeatureExtractor
from vmaf_dnn.feature_options import FeatureOptions
from vmaf_dnn.video import Progress, VideoOptions

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

    pairs = open_pairs(reference, distorted, options, ffmpeg)
    asked = list(dict.fromkeys((options.feature_options, *also)))
    started_s = time.process_time()
    with ExitStack() as stack:
        readers = [stack.enter_context(reader) for reader in _readers(pairs, ffmpeg)]
        n_frames, rows = _measure(_frames(readers, pairs), pairs, asked, _hook(progress, pairs))
    fps = n_frames / max(time.process_time() - started_s, 1e-9)
    extractor = "native features" + (f", ffmpeg {used[-1].version}" if used else "")
    numbers = np.arange(0, n_frames, options.subsample, dtype=np.int64)
    size = pairs[0].reference.width, pairs[0].reference.height
    return [
        FeatureTable(numbers, _metrics(asked, rows[:, i]), *size, fps, extractor, options.feature_options)
        for i in range(len(pairs))
    ]


def _readers(
    pairs: Sequence[Pair], ffmpeg: Callable[[], FFmpeg]
) -> Iterator[AbstractContextManager[LumaReader]]:
    ref, options = pairs[0].reference, pairs[0].options
    clips = [(ref, options.frame_skip_ref), *((pair.distorted, options.frame_skip_dist) for pair in pairs)]
    for clip, n_skipped in clips:
        n_threads = min(options.threads, _MOST_THREADS)  # ffmpeg fails to start very many
        yield luma_reader(clip, n_skipped, options.frame_cnt, n_threads, ref, ffmpeg)


def _frames(readers: Sequence[LumaReader], pairs: Sequence[Pair]) -> Iterator[list[Plane]]:
    """The planes of each frame, until the clips end; `VideoError` if they don't do so together."""
    for n_read in count():
        planes = [reader.read() for reader in readers]
        whole = [plane for plane in planes if plane is not None]
        if len(whole) == len(planes):
            yield whole
            continue
        for reader in readers:
            reader.close()
        _check_ends([plane is None for plane in planes], n_read, pairs)
        return


def _check_ends(has_ended: Sequence[bool], n_read: int, pairs: Sequence[Pair]) -> None:
    options = pairs[0].options
    paths = [pairs[0].reference.path, *(pair.distorted.path for pair in pairs)]
    first = paths[has_ended.index(True)]
    if n_read == 0:
        n_skipped = options.frame_skip_dist if has_ended.index(True) else options.frame_skip_ref
        raise VideoError(f"{first} ends within the {n_skipped} frames to be skipped; skip fewer of them")
    if not all(has_ended) and not options.shortest:
        raise VideoError(
            f"the clips differ in length: {n_read} frames in {first}, more in"
            f" {paths[has_ended.index(False)]}; --shortest (shortest=True) scores the common part"
        )


def _measure(
    frames: Iterator[list[Plane]],
    pairs: Sequence[Pair],
    asked: Sequence[FeatureOptions],
    on_frame: Callable[[int], None],
) -> tuple[int, NDArray[np.float64]]:
    """How many frames there were, and their rows: (options, distorted, scored frames, 6)."""
    ref, options = pairs[0].reference, pairs[0].options
    n_threads = min(options.threads or len(os.sched_getaffinity(0)), _MOST_THREADS)
    extractors = [
        FeatureExtractor(
            ref.width,
            ref.height,
            ref.bitdepth,
            n_distorted=len(pairs),
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


def _hook(progress: Callable[[Progress], None] | None, pairs: Sequence[Pair]) -> Callable[[int], None]:
    if progress is None:
        return lambda n_frames: None
    hints = [pair.n_frames_hint for pair in pairs]
    known = [hint for hint in hints if hint is not None]
    n_total = min(known) if len(known) == len(hints) else None
    start_s = time.monotonic()
    return lambda n_frames: progress(Progress(n_frames, n_total, n_frames / (time.monotonic() - start_s)))
