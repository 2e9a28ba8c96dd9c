# SPDX-License-Identifier: BSD-3-Clause
"""The work of a batch: what is missing is scored and kept, then all is written in the manifest's order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vmaf_dnn.batch import tables
from vmaf_dnn.batch.failure import Failure
from vmaf_dnn.batch.index_page import index_pieces
from vmaf_dnn.batch.manifest import Pair
from vmaf_dnn.batch.pair_result import Summary
from vmaf_dnn.batch.parts import InParts
from vmaf_dnn.batch.plan import jobs_of
from vmaf_dnn.batch.progress import BatchEnded, BatchHook, BatchProgress, BatchResult
from vmaf_dnn.batch.schedule import Engine, EngineGone, outcomes
from vmaf_dnn.batch.scoring import TOO_LONG, Scored, Task, scored
from vmaf_dnn.batch.store import FRAMES, INDEX, POOLED, Store
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import write_pieces

_MOST_NAMED = 20


@dataclass
class Run:
    """A batch under way; `named` are its pairs, each with key and identity."""

    store: Store
    named: Sequence[tuple[Pair, str, str]]
    with_reports: bool
    is_fail_fast: bool
    longest_s: float | None
    progress: BatchHook | None
    missing: list[Task] = field(default_factory=list)
    n_reused: int = 0
    n_changed: int = 0
    n_done: int = 0
    n_failed: int = 0
    failures: list[str] = field(default_factory=list)
    _started_s: float = 0.0

    def look(self) -> None:
        """Find the pairs that earlier runs have not finished, or of something that has changed since."""
        for pair, key, identity in self.named:
            kept = self.store.summary(key)
            is_finished = kept is not None and kept.identity == identity and kept.failure is None
            if is_finished and (
                not self.with_reports or self.store.report_path(key, pair.distorted).exists()
            ):
                self.n_reused += 1
                continue
            self.n_changed += kept is not None and kept.identity != identity
            self.missing.append(Task(pair, identity, self.with_reports, _longest(pair, self.longest_s)))
        self.n_done, self._started_s = self.n_reused, time.monotonic()
        self._tell()

    def work(self, engine: Engine, retries: int) -> None:
        """Score the missing pairs, long ones after the others."""
        long = []
        for task, outcome in outcomes(engine, jobs_of(self.missing, engine.n_workers), retries):
            if outcome == TOO_LONG:
                long.append(task)
            else:
                self._keep(task, outcome)
        for task in sorted(long, key=lambda task: task.pair.row):
            assert task.longest_s is not None
            try:
                (outcome,) = scored([task], InParts(engine, task.longest_s, retries))
            except EngineGone:
                raise
            except Exception as error:
                outcome = Failure.of(error)
            self._keep(task, outcome)

    def _keep(self, task: Task, outcome: Scored | Failure) -> None:
        key = task.pair.key.hex()
        self.n_done += 1
        if isinstance(outcome, Failure):
            self.store.keep(key, Summary(task.identity, outcome).to_bytes())
            self.n_failed += 1
            sentence = f"{task.pair} failed: {outcome.text}"
            if self.is_fail_fast:
                raise BatchEnded(
                    f"{sentence.removesuffix('.')}; {self.n_done - 1} of {len(self.named)} pairs are kept,"
                    " and the next run goes on from there."
                )
        else:
            if outcome.report is not None:
                path = self.store.report_path(key, task.pair.distorted)
                self.store.keep_report(path, outcome.report)
            self.store.keep(key, outcome.content)
        self._tell()

    def _tell(self) -> None:
        if self.progress is None:
            return
        n_scored, n_pairs = self.n_done - self.n_reused, len(self.named)
        passed_s = time.monotonic() - self._started_s
        left = passed_s / n_scored * (n_pairs - self.n_done) if n_scored else None
        self.progress(BatchProgress(self.n_done, n_pairs, self.n_failed, self.n_changed, left))

    def gather(self) -> None:
        """Write the results, of all pairs in the manifest's order."""
        columns = tables.Columns()
        for pair, _, summary in self._rows():
            columns.add(summary)
            if summary.failure is not None and len(self.failures) < _MOST_NAMED:
                self.failures.append(f"{pair} failed: {summary.failure.text}")
        folder = self.store.folder
        tables.write_frames(folder / FRAMES, self._rows(), columns, self.store.frames)
        tables.write_pooled(folder / POOLED, self._rows(), columns)

        def report_of(key: str, pair: Pair) -> str | None:
            path = self.store.report_path(key, pair.distorted)
            return f"{path.parent.name}/{path.name}" if self.with_reports else None

        counts = len(self.named), self.n_failed
        write_pieces(folder / INDEX, index_pieces(self._rows(), list(columns.scores), counts, report_of))

    def _rows(self) -> Iterator[tables.Row]:
        for pair, key, _ in self.named:
            summary = self.store.summary(key)
            if summary is None:
                raise InvalidArgument(
                    f"{self.store.path(key)} is gone, or is no longer what was written; run it again."
                )
            yield pair, key, summary

    def result(self) -> BatchResult:
        """Return what came of it."""
        return BatchResult(
            self.store.folder,
            len(self.named),
            self.n_reused,
            self.n_changed,
            self.n_failed,
            tuple(self.failures),
        )


def _longest(pair: Pair, split: float | None) -> float | None:
    """Return how long a pair may be to be scored in one piece; libvmaf measures no other way."""
    return None if pair.options.video.extractor == "libvmaf" else split
