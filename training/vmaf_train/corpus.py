# SPDX-License-Identifier: BSD-3-Clause
"""Clips -> encodes -> features and labels -> one table, restartable at any moment.

Each finished pair is a part file of its own, renamed into place when it is whole; a re-run does only
the pairs whose part is missing. Jobs give their rows back to this process, which alone writes parts, so
workers share nothing with it but the clips. An encode lives in a scratch folder for as long as its job
runs, so a disk holds at most one encode a job.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from vmaf_dnn.errors import InvalidArgument, VideoError

from .engines import Engine
from .files import Progress, no_progress, sha256_of
from .ladder import Rung
from .manifest import Clip
from .pairs import Pair, is_finished, read_part, rows_of, write_part
from .table import concatenate
from .work import only_run_in


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
    engine: Engine,
    *,
    ffmpeg: str | None = None,
    progress: Progress = no_progress,
) -> Corpus:
    """Runs every clip through every rung and gathers the rows, ordered by scene, rung and frame.

    `work` keeps the finished pairs between runs. A clip or pair that can't be read, encoded or compared
    is skipped and named in the result. Raises `InvalidArgument` if another run holds `work`, no pair
    succeeded or a disk is full, with all finished pairs kept.
    """
    with only_run_in(work):
        pairs, skipped = _pairs(clips, ladder)
        missing = [pair for pair in pairs if not is_finished(pair.part(work))]
        n_reused = len(pairs) - len(missing)
        for n_done, (pair, result) in enumerate(_run(missing, engine, ffmpeg), start=n_reused + 1):
            if isinstance(result, str):
                skipped.append(Skip(pair.clip.scene, pair.rung.name, result))
            else:
                write_part(pair.part(work), result)
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
        anywhere = replace(clip, path=clip.path.absolute())
        pairs += [Pair(anywhere, rung, digest) for rung in ladder]
    return pairs, unreadable


def _run(pairs: Sequence[Pair], engine: Engine, ffmpeg: str | None) -> Iterator[tuple[Pair, pa.Table | str]]:
    """Yields each pair as it ends, with its rows or the reason why there are none."""
    futures: dict[Future[pa.Table], Pair] = {
        engine.executor.submit(rows_of, pair, ffmpeg, engine.scratch): pair for pair in pairs
    }
    for future in as_completed(futures):
        pair = futures.pop(future)  # and with it the rows
        yield pair, _result(future, pair, engine)


def _result(future: Future[pa.Table], pair: Pair, engine: Engine) -> pa.Table | str:
    """Raises what is no fault of the pair, such as a full disk."""
    try:
        return future.result()
    except VideoError as error:
        if os.strerror(errno.ENOSPC) in str(error):  # as ffmpeg quotes it
            raise InvalidArgument(f"{error}; free some space, and run it again.") from error
        return str(error)
    except engine.deadly:
        return f"every worker that was given {pair.rung.name} of {pair.clip.path.name} died"


def _gather(pairs: Sequence[Pair], work: Path, n_reused: int, skipped: list[Skip]) -> Corpus:
    parts = [read_part(pair.part(work)) for pair in pairs if pair.part(work).exists()]
    if not parts:
        raise InvalidArgument(
            f"None of {len(skipped)} pairs gave rows; the first reason: {skipped[0].reason}"
        )
    extractors = {part.schema.metadata[b"extractor"].decode() for part in parts}
    in_order = sorted(skipped, key=lambda skip: (skip.scene, skip.rung))
    return Corpus(concatenate(parts), sorted(extractors), len(pairs), n_reused, in_order)
