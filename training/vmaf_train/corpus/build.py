# SPDX-License-Identifier: BSD-3-Clause
"""Clips -> encodes -> features and labels -> one table, restartable at any moment.

Each finished pair is a part file of its own, renamed into place when it is whole; a re-run does only
the pairs whose part is missing. Jobs give their rows back to this process, which alone writes parts, so
workers share nothing with it but the clips. An encode lives in a scratch folder for as long as its job
runs, so a disk holds at most one encode a job.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_train.corpus.distortions import Distortion
from vmaf_train.corpus.executors import JobExecutor
from vmaf_train.corpus.manifest import Clip
from vmaf_train.corpus.pairs import Pair, is_finished, read_part, rows_of, write_part
from vmaf_train.corpus.work_folder import only_run_in
from vmaf_train.data.table import concatenate
from vmaf_train.files import Progress, no_progress, sha256_of


@dataclass(frozen=True)
class Skip:
    """A pair that gave no rows, and why."""

    scene: str
    distortion: str
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
        """Return the reasons, grouped by clip: a bad clip is one fault and not forty."""
        reasons: dict[str, list[str]] = {}
        for skip in self.skipped:
            reasons.setdefault(skip.scene, []).append(skip.reason)
        return reasons


def build_corpus(
    clips: Sequence[Clip],
    work: Path,
    distortions: Sequence[Distortion],
    executor: JobExecutor,
    *,
    displays: Sequence[str] = ("",),
    one_of: int = 1,
    ffmpeg: str | None = None,
    progress: Progress = no_progress,
) -> Corpus:
    """Run every clip through every distortion and gather the rows, ordered by scene, distortion and frame.

    `displays` are those of `native.DISPLAYS` that pairs are measured for in turn; "" is libvmaf. Of every
    `one_of` pairs one is made, so that clips that follow each other share the distortions.
    `work` keeps the finished pairs between runs. A clip or pair that can't be read, encoded or compared
    is skipped and named in the result. Raises `InvalidArgument` if another run holds `work`, no pair
    succeeded or a disk is full, with all finished pairs kept.
    """
    with only_run_in(work):
        pairs, skipped = _pairs(clips, distortions, displays, one_of)
        missing = [pair for pair in pairs if not is_finished(pair, work)]
        n_reused = len(pairs) - len(missing)
        for n_done, (pair, result) in enumerate(_run(missing, executor, ffmpeg), start=n_reused + 1):
            if isinstance(result, str):
                skipped.append(Skip(pair.clip.scene, pair.distortion.name, result))
            else:
                write_part(pair.part(work), result)
            progress(n_done, len(pairs))
        return _gather(pairs, work, n_reused, skipped)


def _pairs(
    clips: Sequence[Clip], distortions: Sequence[Distortion], displays: Sequence[str], one_of: int
) -> tuple[list[Pair], list[Skip]]:
    pairs: list[Pair] = []
    unreadable: list[Skip] = []
    for n_clips, clip in enumerate(clips):
        try:
            digest = sha256_of(clip.path)
        except OSError as error:
            reason = f"can't read {clip.path.name}: {error.strerror}"
            unreadable += [Skip(clip.scene, distortion.name, reason) for distortion in distortions]
            continue
        anywhere = replace(clip, path=clip.path.absolute())
        pairs += [
            Pair(anywhere, distortion, digest, displays[(n_clips + n) % len(displays)])
            for n, distortion in enumerate(distortions)
            if (n_clips + n) % one_of == 0
        ]
    return pairs, unreadable


def _run(
    pairs: Sequence[Pair], executor: JobExecutor, ffmpeg: str | None
) -> Iterator[tuple[Pair, pa.Table | str]]:
    """Yield each pair as it ends, with its rows or the reason why there are none."""
    futures: dict[Future[pa.Table], Pair] = {
        executor.executor.submit(rows_of, pair, ffmpeg, executor.scratch): pair for pair in pairs
    }
    for future in as_completed(futures):
        pair = futures.pop(future)  # and with it the rows
        yield pair, _result(future, pair, executor)


def _result(future: Future[pa.Table], pair: Pair, executor: JobExecutor) -> pa.Table | str:
    """Raise what is no fault of the pair, such as a full disk."""
    try:
        return future.result()
    except VideoError as error:
        if os.strerror(errno.ENOSPC) in str(error):  # as ffmpeg quotes it
            raise InvalidArgument(
                f"{str(error).removesuffix('.')}; free some space, and run it again."
            ) from error
        return str(error)
    except executor.deadly:
        return f"every worker that was given {pair.distortion.name} of {pair.clip.path.name} died"


def _gather(pairs: Sequence[Pair], work: Path, n_reused: int, skipped: list[Skip]) -> Corpus:
    parts = [read_part(pair.part(work)) for pair in pairs if pair.part(work).exists()]
    if not parts:
        raise InvalidArgument(
            f"None of {len(skipped)} pairs gave rows; the first reason: {skipped[0].reason}"
        )
    extractors = {part.schema.metadata[b"extractor"].decode() for part in parts}
    in_order = sorted(skipped, key=lambda skip: (skip.scene, skip.distortion))
    return Corpus(concatenate(parts), sorted(extractors), len(pairs), n_reused, in_order)
