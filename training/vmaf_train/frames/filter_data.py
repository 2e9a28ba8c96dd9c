# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of a plane and what became of it: by the published recipe, and by encoders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from vmaf_train.corpus.distortions import AV1, LOSSLESS, X264, X265, Distortion
from vmaf_train.corpus.encode import encode
from vmaf_train.corpus.manifest import Clip
from vmaf_train.files import Progress, no_progress
from vmaf_train.frames.degrade import published_recipe
from vmaf_train.frames.planes import Luma, luma_planes

PUBLISHED = "published"
"""How the planes of the published recipe are called among the encodes."""

N_FRAMES = 8
"""Of a clip, that are encoded."""

_TAKEN = 2, 4, 7  # of them; the first is better than those that follow


def _crf(codec: str, encoder: tuple[str, ...], crf: int) -> Distortion:
    return Distortion(codec, f"crf{crf}", (*encoder, "-crf", str(crf), "-frames:v", str(N_FRAMES)))


ENCODES = (
    *(_crf("x264", (*X264, "-preset", "medium"), crf) for crf in (24, 32, 36, 40)),
    _crf("x265", (*X265, "-preset", "fast"), 32),
    _crf("av1", AV1, 44),
)
"""Each clip goes through all of them, whether it is trained or judged on."""


def _soft(crf: int, sigma: float) -> Distortion:
    encoder = (*X264, "-preset", "medium", "-crf", str(crf), "-frames:v", str(N_FRAMES))
    return Distortion("x264", f"crf{crf}_soft{sigma}", encoder, filters=f"gblur=sigma={sigma}")


SOFT = tuple(_soft(crf, sigma) for crf, sigma in ((24, 1.1), (28, 0.7), (34, 1.1), (38, 0.7)))
"""What is trained on besides: clips that were soft before they were encoded, and are to stay so."""


@dataclass(frozen=True)
class Pair:
    """A plane and what it was, and how it became so: `PUBLISHED`, or as in ``x264-crf32-1``."""

    source: str
    how: str
    degraded: Luma
    clean: Luma


def pairs_of(
    clips: Sequence[Clip],
    encodes: Sequence[Distortion],
    ffmpeg: str,
    jobs: int = 1,
    progress: Progress = no_progress,
) -> Iterator[Pair]:
    """Yield the pairs of each clip: of the published recipe, and of each of the encodes.

    What an encode's own filters make of a clip is what its planes were.

    Raises `VideoError` for a clip that can't be read or encoded.
    """
    with ThreadPoolExecutor(jobs) as pool:
        found = pool.map(lambda clip: list(_of_clip(clip, encodes, ffmpeg)), clips)
        for n_done, pairs in enumerate(found, start=1):
            yield from pairs
            progress(n_done, len(clips))


def _of_clip(clip: Clip, encodes: Sequence[Distortion], ffmpeg: str) -> Iterator[Pair]:
    references = {"": luma_planes(clip.path, _TAKEN, ffmpeg)}
    for plane in references[""]:
        yield Pair(clip.source, PUBLISHED, published_recipe(plane), plane)
    with tempfile.TemporaryDirectory(prefix="filter-") as folder:
        encoded = Path(folder) / "encode.mkv"
        for how in encodes:
            if how.filters not in references:
                filtered = (*LOSSLESS, "-frames:v", str(N_FRAMES))
                encode(ffmpeg, clip.path, replace(how, encoder=filtered), encoded)
                references[how.filters] = luma_planes(encoded, _TAKEN, ffmpeg)
            encode(ffmpeg, clip.path, how, encoded)
            became = luma_planes(encoded, _TAKEN, ffmpeg)
            for plane, degraded in zip(references[how.filters], became, strict=True):
                yield Pair(clip.source, how.name, degraded, plane)
