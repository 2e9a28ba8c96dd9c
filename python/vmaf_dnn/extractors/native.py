# SPDX-License-Identifier: BSD-3-Clause
"""Features by our own core: any number of distorted clips beside one reference, in one pass."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractor import FeatureExtractor, FeatureOptions, feature_name
from vmaf_dnn.extractors.columns import Columns
from vmaf_dnn.extractors.slips import SlipFinder, warn_of_slips
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.video.ahead import fetched_ahead
from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.frames import Frame, FrameReader, frame_reader
from vmaf_dnn.video.options import VideoOptions

if TYPE_CHECKING:
    from vmaf_dnn.video.encode import Encode
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_AS_LOGGED = ("motion2", "adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3")
_OF_CHROMA = "speed_chroma"
_MOST_THREADS = 64


def extract(
    reference: str | os.PathLike[str],
    distorted: Sequence[str | os.PathLike[str]],
    *,
    options: VideoOptions = VideoOptions(),  # noqa: B008 (frozen)
    features: Sequence[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[FeatureTable]:
    """Measure features of every frame: a table for each of `distorted`.

    The reference is read, decoded and measured once. `features` are as `FeatureExtractor` takes them; those
    that are the same feature are measured once. The default is the canonical six. Raises `VideoError` for
    clips that can't be read or compared, `ToolMissing` if one has to be decoded and there is no ffmpeg.
    """
    used: list[FFmpeg] = []

    def ffmpeg() -> FFmpeg:
        from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

        used.append(find_ffmpeg(options.ffmpeg, libvmaf=False))
        return used[-1]

    comparison = open_comparison(reference, distorted, options, ffmpeg)
    requests = canonical_requests(options.feature_options) if features is None else features
    asked: dict[str, str] = {}
    for request in requests:
        asked.setdefault(feature_name(request), request)  # motion2 by another rule has no name of its own
    of_chroma = next((name for name in asked if name.startswith(_OF_CHROMA)), None)
    chroma = None if of_chroma is None else comparison.check_chroma(of_chroma)
    started_s = time.process_time()
    with ExitStack() as stack:
        readers = [
            stack.enter_context(reader)
            for reader in _readers(comparison, ffmpeg, with_chroma=chroma is not None)
        ]
        slips = SlipFinder(comparison.shown, len(comparison.distorted))
        frames = stack.enter_context(
            fetched_ahead(_frames(readers, comparison, slips), partial(_interrupt, readers))
        )
        extractor = _extractor(comparison, list(asked.values()), chroma)
        hook = _hook(progress, comparison.n_frames_hint)
        columns = Columns(len(comparison.distorted), len(asked))
        n_frames = _measure(extractor, frames, options.subsample, columns, hook)
    warn_of_slips(slips, comparison.reference, comparison.distorted, n_frames)
    fps = n_frames / max(time.process_time() - started_s, 1e-9)
    who = "native features" + (_decoders(comparison, used[-1]) if used else "")
    numbers = np.arange(0, n_frames, options.subsample, dtype=np.int64)
    size = comparison.shown.width, comparison.shown.height
    return [
        FeatureTable(
            numbers,
            dict(zip(_metric_names(encode, asked.values()), columns.of_clip(i), strict=True)),
            *size,
            fps,
            who,
            options.feature_options,
            encode=encode,
            clips=(comparison.reference, clip),
            chosen=comparison.told(i),
        )
        for i, (clip, encode) in enumerate(zip(comparison.distorted, comparison.encodes, strict=True))
    ]


def _decoders(comparison: Comparison, used: FFmpeg) -> str:
    if comparison.options.decoder == "ffmpeg":
        return f", ffmpeg {_version(comparison, used)}"
    from vmaf_dnn.video.pyav import pyav_version

    return f", PyAV {pyav_version()}"


def _version(comparison: Comparison, used: FFmpeg) -> str:
    """Return the version of the ffmpeg at work; it is asked only where all that it did was to scale."""
    for clip in (comparison.reference, *comparison.distorted):
        if clip.decoder_version:
            return clip.decoder_version
    from vmaf_dnn.video.ffmpeg.program import asked

    return asked(used.path).version


def canonical_requests(options: FeatureOptions) -> list[str]:
    """Return the canonical six with these options, in the order of libvmaf's log."""
    return [options.request(name) for name in _AS_LOGGED]


def _readers(
    comparison: Comparison, ffmpeg: Callable[[], FFmpeg], *, with_chroma: bool
) -> Iterator[AbstractContextManager[FrameReader]]:
    options, shown = comparison.options, comparison.shown
    for clip, selection in zip(comparison.clips, comparison.selections, strict=True):
        yield frame_reader(clip, selection, shown, options, ffmpeg, with_chroma=with_chroma)


def _frames(
    readers: Sequence[FrameReader], comparison: Comparison, slips: SlipFinder
) -> Iterator[list[Frame]]:
    """Yield the frames of all clips, until the clips end; `VideoError` if they don't do so together."""
    for n_read in count():
        frames = [reader.read() for reader in readers]
        whole = [frame for frame in frames if frame is not None]
        if len(whole) == len(frames):
            slips.add(whole)
            yield whole
            continue
        for reader in readers:
            reader.close()
        _check_ends([frame is None for frame in frames], n_read, comparison)
        return


def _interrupt(readers: Sequence[FrameReader]) -> None:
    for reader in readers:
        reader.interrupt()


def _check_ends(has_ended: Sequence[bool], n_read: int, comparison: Comparison) -> None:
    paths = [clip.path for clip in comparison.clips]
    first = paths[has_ended.index(True)]
    if n_read == 0:
        n_skipped = comparison.selections[has_ended.index(True)].first
        raise VideoError(f"{first} ends within the {n_skipped} frames to be skipped; skip fewer of them.")
    if not all(has_ended) and not comparison.options.shortest:
        raise VideoError(
            f"the clips differ in length: {n_read} frames in {first}, more in"
            f" {paths[has_ended.index(False)]}; --shortest (shortest=True) scores the common part."
        )


def _extractor(comparison: Comparison, features: list[str], chroma: str | None) -> FeatureExtractor:
    ref, n_threads = comparison.shown, comparison.options.threads
    return FeatureExtractor(
        ref.width,
        ref.height,
        ref.bit_depth,
        n_distorted=len(comparison.distorted),
        threads=min(n_threads or len(os.sched_getaffinity(0)), _MOST_THREADS),
        features=features,
        chroma=chroma,
        encodes=[encode.geometry for encode in comparison.encodes],
    )


def _measure(
    extractor: FeatureExtractor,
    frames: Iterator[list[Frame]],
    subsample: int,
    columns: Columns,
    on_frame: Callable[[int], None],
) -> int:
    """Measure `frames` into `columns`; returns how many there were."""
    n_frames = 0
    for reference, *distorted in frames:
        is_scored = n_frames % subsample == 0
        columns.add(extractor.push(reference, *distorted) if is_scored else extractor.skip(reference))
        n_frames += 1
        on_frame(n_frames)
    columns.add(extractor.flush())
    return n_frames


def _metric_names(encode: Encode, requests: Iterable[str]) -> list[str]:
    return [feature_name(encode.request(request)) for request in requests]


def _hook(progress: Callable[[Progress], None] | None, n_total: int | None) -> Callable[[int], None]:
    if progress is None:
        return lambda n_frames: None
    start_s = time.monotonic()
    return lambda n_frames: progress(Progress(n_frames, n_total, n_frames / (time.monotonic() - start_s)))
