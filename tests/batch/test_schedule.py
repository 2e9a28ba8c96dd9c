# SPDX-License-Identifier: BSD-3-Clause
"""What is tried again, where, how often, and how many jobs are under way at a time."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from vmaf_dnn import InvalidArgument, RuntimeFailure, ToolMissing, VideoError
from vmaf_dnn.batch.failure import WORKER_DIED, Failure
from vmaf_dnn.batch.schedule import Attempt, Job, attempt, outcomes

MOMENT = Failure("OSError", "the server is busy", may_pass=True)
FULL = Failure("OSError", "the disk is full", may_pass=True, is_of_place=True)
FINAL = Failure("VideoError", "it is no clip")


class FakeEngine:
    """Places that take turns; `does` says what comes of a unit at a place, at its n-th try."""

    def __init__(self, does: Callable[[Any, str, int], Any], places: Sequence[str] = ("a", "b")) -> None:
        self._does, self._places = does, deque(places)
        self._under_way: deque[Job] = deque()
        self.jobs: list[tuple[Any, ...]] = []
        self.most_under_way = 0
        self.tries: dict[Any, int] = {}

    @property
    def n_workers(self) -> int:
        return len(self._places)

    @property
    def n_most(self) -> int:
        return len(self._places)

    def submit(self, job: Job) -> None:
        self._under_way.append(job)
        self.jobs.append(job.units)
        self.most_under_way = max(self.most_under_way, len(self._under_way))

    def finished(self) -> Iterator[tuple[Job, Attempt]]:
        job, place = self._under_way.popleft(), self._places[0]
        self._places.rotate()
        found = []
        for unit in job.units:
            self.tries[unit] = self.tries.get(unit, 0) + 1
            found.append(self._does(unit, place, self.tries[unit]))
        is_whole = any(outcome == "dies" for outcome in found)
        died = (Failure(WORKER_DIED, "it died", may_pass=True),) * len(found)
        yield job, Attempt(died if is_whole else tuple(found), place, is_whole)

    def leave(self, place: str) -> bool:
        if len(self._places) == 1:
            return False
        if place in self._places:
            self._places.remove(place)
        return True


def work(units: Sequence[Any]) -> Sequence[Any]:
    return units


def run(engine: FakeEngine, *groups: tuple[Any, ...], retries: int = 2) -> dict[Any, Any]:
    return dict(outcomes(engine, (Job(work, group) for group in groups), retries))


def test_each_unit_has_one_outcome() -> None:
    engine = FakeEngine(lambda unit, place, n: unit * 10)
    assert run(engine, (1, 2), (3,)) == {1: 10, 2: 20, 3: 30}
    assert engine.jobs == [(1, 2), (3,)]


def test_no_more_jobs_are_made_than_can_be_under_way() -> None:
    made = []

    def jobs() -> Iterator[Job]:
        for i in range(9):
            made.append(i)
            yield Job(work, (i,))

    engine = FakeEngine(lambda unit, place, n: len(made))
    found = dict(outcomes(engine, jobs(), 0))
    assert engine.most_under_way == 2
    assert found[0] == 2


def test_what_may_pass_is_tried_again_as_often_as_allowed() -> None:
    engine = FakeEngine(lambda unit, place, n: MOMENT if n <= unit else "good")
    assert run(engine, (2,), (3,)) == {2: "good", 3: MOMENT}
    assert engine.tries == {2: 3, 3: 3}


def test_what_is_final_is_not_tried_again() -> None:
    engine = FakeEngine(lambda unit, place, n: FINAL)
    assert run(engine, (1, 2)) == {1: FINAL, 2: FINAL}
    assert engine.tries == {1: 1, 2: 1}


def test_units_of_a_job_that_dies_are_tried_alone() -> None:
    engine = FakeEngine(lambda unit, place, n: "dies" if unit == 2 else "good")
    found = run(engine, (1, 2, 3), retries=1)
    assert (found[1], found[3]) == ("good", "good")
    assert found[2].kind == WORKER_DIED
    assert engine.tries == {1: 2, 2: 3, 3: 2}


def test_a_bad_place_is_left_and_costs_no_retries() -> None:
    engine = FakeEngine(lambda unit, place, n: FULL if place == "a" else "good")
    assert set(run(engine, *((i,) for i in range(6)), retries=0).values()) == {"good"}


def test_the_last_place_is_not_left() -> None:
    engine = FakeEngine(lambda unit, place, n: FULL)
    assert set(run(engine, (1,), (2,), retries=1).values()) == {FULL}


def _chained() -> VideoError:
    try:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise VideoError("the temporary folder can't be written.") from error
    except VideoError as error:
        return error


@pytest.mark.parametrize(
    ("error", "may_pass", "is_of_place"),
    [
        (VideoError("a.y4m is truncated."), False, False),
        (InvalidArgument("a word."), False, False),
        (RuntimeFailure("no number."), False, False),
        (OSError(errno.EIO, os.strerror(errno.EIO)), True, False),
        (VideoError("ffmpeg gave nothing of a.mp4 for 60 s and was ended."), True, False),
        (VideoError("decoding failed: ffmpeg was killed by SIGKILL (is memory short?)."), True, True),
        (VideoError(f"decoding failed: ffmpeg says '{os.strerror(errno.ENOSPC)}'."), True, True),
        (_chained(), True, True),
        (MemoryError(), True, True),
        (ToolMissing("no ffmpeg found."), True, True),
    ],
)
def test_which_errors_may_pass(error: Exception, may_pass: bool, is_of_place: bool) -> None:
    failure = Failure.of(error)
    assert (failure.may_pass, failure.is_of_place) == (may_pass, is_of_place)
    assert failure.kind == type(error).__name__
    assert failure.text


def test_an_error_of_the_work_is_that_of_all_its_units() -> None:
    def broken(units: Sequence[Any]) -> Sequence[Any]:
        raise VideoError("the reference\nis broken.")

    tried = attempt(Job(broken, (1, 2)), "here")
    assert tried == Attempt((Failure("VideoError", "the reference is broken."),) * 2, "here", is_whole=True)
