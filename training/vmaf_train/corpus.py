# SPDX-License-Identifier: BSD-3-Clause
"""Clips -> encodes -> features and labels -> one table, restartable at any moment.

Each finished pair is a part file of its own, renamed into place when it is whole; a re-run does only
the pairs whose part is missing. An encode lives in a scratch folder for as long as its job runs, so
the disk holds at most one encode a job.
"""

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.extractors.libvmaf import extract
from vmaf_dnn.video import VideoOptions

from .encode import encode
from .files import Progress, no_progress, sha256_of
from .ladder import Rung
from .manifest import Clip
from .pairs import Pair, read_part, write_part
from .table import concatenate
from .work import SCRATCH, only_run_in

# The label of the reports, and the same before the clip to 0..100 (up to 113): what a net fits best.
LABEL_MODELS = ("version=vmaf_v0.6.1", "version=vmaf_v0.6.1:disable_clip=true:name=vmaf_unclipped")


@dataclass(frozen=True)
class Skip:
    """A pair that gave no rows, and why."""

    scene: str
    rung: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """What a run gave: the table, which extractor made it, and every pair that was skipped."""

    table: pa.Table
    extractors: list[str]
    n_pairs: int
    n_reused: int
    skipped: list[Skip]

    def skipped_by_scene(self) -> dict[str, list[str]]:
        """The reasons, grouped by clip: a bad clip is one fault and not forty."""
        reasons: dict[str, list[str]] = {}
        for skip in self.skipped:
            reasons.setdefault(skip.scene, []).append(skip.reason)
        return reasons


def build_corpus(
    clips: Sequence[Clip],
    work: Path,
    ladder: Sequence[Rung],
    *,
    ffmpeg: str,
    jobs: int = 2,
    progress: Progress = no_progress,
) -> Corpus:
    """Runs every clip through every rung and gathers the rows, ordered by scene, rung and frame.

    `work` keeps the finished pairs between runs. A clip or pair that can't be read, encoded or compared
    is skipped and named in the result. Raises `InvalidArgument` if another run holds `work` or no pair
    succeeded, and `OSError` (a full disk) at once, with all finished pairs kept.
    """
    with only_run_in(work):
        pairs, skipped = _pairs(clips, ladder)
        missing = [pair for pair in pairs if not pair.part(work).exists()]
        n_reused = len(pairs) - len(missing)
        for n_done, (pair, reason) in enumerate(_run(missing, work, ffmpeg, jobs), start=n_reused + 1):
            if reason:
                skipped.append(Skip(pair.clip.scene, pair.rung.name, reason))
            progress(n_done, len(pairs))
        return _gather(pairs, work, n_reused, skipped)


def _pairs(clips: Sequence[Clip], ladder: Sequence[Rung]) -> tuple[list[Pair], list[Skip]]:
    pairs: list[Pair] = []
    unreadable: list[Skip] = []
    for clip in clips:
        try:
            digest = sha256_of(clip.path)
        except OSError as error:
            reason = f"can't read {clip.path.name}: {error.strerror}"
            unreadable += [Skip(clip.scene, rung.name, reason) for rung in ladder]
            continue
        pairs += [Pair(clip, rung, digest) for rung in ladder]
    return pairs, unreadable


def _run(pairs: Sequence[Pair], work: Path, ffmpeg: str, jobs: int) -> Iterator[tuple[Pair, str]]:
    """Yields each pair as it ends, with the reason if it was skipped."""
    with ThreadPoolExecutor(jobs) as pool:
        futures: dict[Future[None], Pair] = {
            pool.submit(_make_part, pair, work, ffmpeg): pair for pair in pairs
        }
        try:
            for future in as_completed(futures):
                yield futures[future], _reason_to_skip(future.exception())
        finally:
            pool.shutdown(cancel_futures=True)


def _reason_to_skip(error: BaseException | None) -> str:
    """Empty for success. Raises what is no fault of the pair: anything but `VideoError`, and a full disk."""
    if error is None:
        return ""
    if not isinstance(error, VideoError):
        raise error
    if os.strerror(errno.ENOSPC) in str(error):  # as ffmpeg quotes it
        raise OSError(errno.ENOSPC, str(error)) from error
    return str(error)


def _make_part(pair: Pair, work: Path, ffmpeg: str) -> None:
    options = VideoOptions(scale=pair.rung.scale > 1, threads=1, ffmpeg=ffmpeg)
    with tempfile.TemporaryDirectory(dir=work, prefix=SCRATCH) as scratch:
        encoded = Path(scratch) / "encode.mkv"
        encode(ffmpeg, pair.clip.path, pair.rung, encoded)
        features = extract(pair.clip.path, encoded, options=options, models=LABEL_MODELS)
    features.rows()  # refuses a frame with a missing or non-finite feature
    write_part(pair.part(work), pair, features)


def _gather(pairs: Sequence[Pair], work: Path, n_reused: int, skipped: list[Skip]) -> Corpus:
    parts = [read_part(pair.part(work)) for pair in pairs if pair.part(work).exists()]
    if not parts:
        raise InvalidArgument(
            f"None of {len(skipped)} pairs gave rows; the first reason: {skipped[0].reason}"
        )
    extractors = {part.schema.metadata[b"extractor"].decode() for part in parts}
    in_order = sorted(skipped, key=lambda skip: (skip.scene, skip.rung))
    return Corpus(concatenate(parts), sorted(extractors), len(pairs), n_reused, in_order)
