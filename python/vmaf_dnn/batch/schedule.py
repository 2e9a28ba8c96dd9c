# SPDX-License-Identifier: BSD-3-Clause
"""Jobs and whoever does them: a few at a time, tried again where that may help."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from vmaf_dnn.batch.failure import Failure
from vmaf_dnn.errors import InvalidArgument

Work = Callable[[Sequence[Any]], Sequence[Any]]


class EngineGone(InvalidArgument):
    """Whoever did the jobs went away; what is finished is kept."""


@dataclass(frozen=True)
class Job:
    """Work on some units together, which gives for each its outcome, or a `Failure`.

    It is sent to another process, so `work` is a function of a module, and units are plain values.
    """

    work: Work
    units: tuple[Any, ...]
    n_tries: int = 0


@dataclass(frozen=True)
class Attempt:
    """What came of a job, for each of its units, and where it was tried; `is_whole` if one error ended it."""

    outcomes: tuple[Any, ...]
    place: str = ""
    is_whole: bool = False

    @classmethod
    def failed(cls, job: Job, failure: Failure, place: str = "") -> Attempt:
        """Return the failure of all of a job's units."""
        return cls((failure,) * len(job.units), place, is_whole=True)


def attempt(job: Job, place: str = "") -> Attempt:
    """Do a job, here."""
    try:
        return Attempt(tuple(job.work(job.units)), place)
    except Exception as error:
        return Attempt.failed(job, Failure.of(error), place)


class Engine(Protocol):
    """Whoever does jobs."""

    @property
    def n_workers(self) -> int:
        """How many jobs can be done at a time."""

    @property
    def n_most(self) -> int:
        """How many jobs to have under way, so that no worker waits for the next."""

    def submit(self, job: Job) -> None:
        """Have a job done."""

    def finished(self) -> Iterator[tuple[Job, Attempt]]:
        """Wait, and yield the jobs that ended."""

    def leave(self, place: str) -> bool:
        """Give no more jobs to a place; False if there is no other."""


def outcomes(engine: Engine, jobs: Iterable[Job], retries: int) -> Iterator[tuple[Any, Any]]:
    """Yield each unit with its outcome or its last `Failure`, as they come.

    What may pass is tried `retries` times more; what is of a place is tried in another. Units whose job fails
    as a whole are tried again each alone, so that one of them can't spoil the rest.
    """
    coming, again = iter(jobs), deque[Job]()
    n_running = 0
    while True:
        while n_running < engine.n_most:
            job = again.popleft() if again else next(coming, None)
            if job is None:
                break
            engine.submit(job)
            n_running += 1
        if n_running == 0:
            return
        for job, tried in engine.finished():
            n_running -= 1
            for unit, outcome in zip(job.units, tried.outcomes, strict=True):
                retried = _retried(engine, job, unit, outcome, tried, retries)
                if retried is None:
                    yield unit, outcome
                else:
                    again.append(retried)


def _retried(engine: Engine, job: Job, unit: Any, outcome: Any, tried: Attempt, retries: int) -> Job | None:
    """Return the next try of a unit; None if there is none."""
    if not isinstance(outcome, Failure):
        return None
    if tried.is_whole and len(job.units) > 1:
        return Job(job.work, (unit,), job.n_tries)
    if not outcome.may_pass:
        return None
    if outcome.is_of_place and tried.place and engine.leave(tried.place):
        return Job(job.work, (unit,), job.n_tries)
    return Job(job.work, (unit,), job.n_tries + 1) if job.n_tries < retries else None
