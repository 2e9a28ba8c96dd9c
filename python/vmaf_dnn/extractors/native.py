# SPDX-License-Identifier: BSD-3-Clause
"""Features by our own core: any number of distorted clips beside one reference, in one pass."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vmaf_dnn.extractor import FeatureOptions, feature_name
from vmaf_dnn.extractors.cuts import scene_cuts
from vmaf_dnn.extractors.measuring import Measure, Measurement, measured
from vmaf_dnn.extractors.slips import warn_of_slips
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.video.clip import Clip, Progress
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.frames import is_stored
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.options import VideoOptions

if TYPE_CHECKING:
    from vmaf_dnn.video.encode import Encode
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_AS_LOGGED = ("motion2", "adm2", "vif_scale0", "vif_scale1", "vif_scale2", "vif_scale3")
_OF_CHROMA = "speed_chroma"


def extract(
    reference: str | os.PathLike[str],
    distorted: Sequence[str | os.PathLike[str]],
    *,
    options: VideoOptions = VideoOptions(),  # noqa: B008 (frozen)
    features: Sequence[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    misfits: Misfits | None = None,
    measure: Measure | None = None,
) -> list[FeatureTable]:
    """Measure features of every frame: a table for each of `distorted`.

    The reference is read, decoded and measured once. `features` are as `FeatureExtractor` takes them; those
    that are the same feature are measured once. The default is the canonical six. `measure` does the work in
    the place of this process. Raises `VideoError` for clips that can't be read or compared, unless `misfits`
    drops them; `ToolMissing` if one has to be decoded and there is no ffmpeg.
    """
    used: list[FFmpeg] = []

    def ffmpeg() -> FFmpeg:
        from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

        used.append(find_ffmpeg(options.ffmpeg, libvmaf=False))
        return used[-1]

    misfits = misfits or Misfits(len(distorted))
    comparison = open_comparison(reference, distorted, options, ffmpeg, misfits)
    requests = canonical_requests(options.feature_options) if features is None else features
    asked: dict[str, str] = {}
    for request in requests:
        asked.setdefault(feature_name(request), request)  # motion2 by another rule has no name of its own
    of_chroma = next((name for name in asked if name.startswith(_OF_CHROMA)), None)
    chroma = None
    if of_chroma is not None:
        comparison = comparison.of_those(misfits, lambda pair: pair.check_chroma(of_chroma))
        chroma = comparison.reference.chroma
    if not comparison.distorted:
        return []
    indices = list(misfits.left)
    measurement = Measurement(comparison, tuple(asked.values()), chroma)
    if measure is None:
        hook = _hook(progress, comparison.n_frames_hint)
        found = measured(measurement, ffmpeg, misfits, on_frame=hook)
    else:
        found = measure(measurement)
    warn_of_slips(found.verdicts, comparison.reference, comparison.distorted, found.n_frames)
    cuts = scene_cuts(found.changes)
    numbers = np.arange(0, found.n_frames, options.subsample, dtype=np.int64)
    size = comparison.shown.width, comparison.shown.height
    return [
        FeatureTable(
            numbers,
            dict(zip(_metric_names(encode, measurement.requests), found.columns[i], strict=True)),
            *size,
            found.n_frames / max(found.process_s, 1e-9),
            "native features" + _decoders(comparison, clip, used),
            options.feature_options,
            encode=encode,
            clips=comparison.treated_pair(clip),
            chosen=comparison.told(i),
            scene_cuts=cuts,
        )
        for i, (clip, encode) in enumerate(zip(comparison.distorted, comparison.encodes, strict=True))
        if indices[i] in misfits.left
    ]


def _decoders(comparison: Comparison, clip: Clip, used: Sequence[FFmpeg]) -> str:
    """Say who read the frames of a pair, or looked at them, where we did not do so alone."""
    options, pair = comparison.options, (comparison.reference, clip)
    are_stored = all(clip.once is not None or is_stored(clip, comparison.shown) for clip in pair)
    was_looked_at = options.is_timed or options.crop is not None or options.deinterlace
    if not used or (are_stored and not was_looked_at):
        return ""
    if options.decoder == "ffmpeg":
        return f", ffmpeg {_version(comparison, used[-1])}"
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


def _metric_names(encode: Encode, requests: Iterable[str]) -> list[str]:
    return [feature_name(encode.request(request)) for request in requests]


def _hook(progress: Callable[[Progress], None] | None, n_total: int | None) -> Callable[[int], None]:
    if progress is None:
        return lambda n_frames: None
    start_s = time.monotonic()
    return lambda n_frames: progress(Progress(n_frames, n_total, n_frames / (time.monotonic() - start_s)))
