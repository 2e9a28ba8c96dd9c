# SPDX-License-Identifier: BSD-3-Clause
"""Timing: runners of one case take turns, so that what else the machine does meanwhile hits all of them."""

from __future__ import annotations

import resource
import statistics
import time
import timeit
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_TRIES = 5
FEWEST_ROUNDS = 7


def as_is(answer: Any) -> Any:
    return answer


@dataclass(frozen=True)
class Call:
    """What is timed, `function(*arguments)`, and what is not: its surroundings and how to read its answer."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    read: Callable[[Any], Any] = as_is
    context: Callable[[], AbstractContextManager[Any]] = nullcontext

    def answer(self) -> np.ndarray:
        with self.context():
            return np.array(self.read(self.function(*self.arguments)), np.float32)


@dataclass(frozen=True)
class Effort:
    """How many turns each runner gets, how long one lasts (at least one call), and when to stop early."""

    n_rounds: int = 41
    turn_ms: float = 2.0
    most_seconds: float = 3.0


@dataclass(frozen=True)
class Timing:
    """Seconds per call over the turns: the median and the quartiles around it."""

    median: float
    low: float
    high: float
    n_calls: int
    quiet: bool  # enough turns in which the core was ours throughout


def make_timer(call: Call) -> timeit.Timer:
    """A timer whose loop has nothing in it but the call: `f(*args)` would add a tenth to our shortest."""
    names = [f"argument_{i}" for i in range(len(call.arguments))]
    scope = {"function": call.function, **dict(zip(names, call.arguments, strict=True))}
    return timeit.Timer(f"function({', '.join(names)})", globals=scope)


def calls_per_turn(call: Call, timer: timeit.Timer, turn_ms: float) -> int:
    """Also warms up: caches, arenas and lazily made kernels."""
    n_calls = 1
    with call.context():
        timer.timeit(1)
        while (seconds := timer.timeit(n_calls)) * 1e3 < turn_ms / 4:
            n_calls *= 4
    return max(1, round(n_calls * turn_ms / 1e3 / seconds))


def time_turn(timer: timeit.Timer, n_calls: int) -> tuple[float, bool]:
    """Seconds of a turn, and whether the core was ours throughout; if not it is done again, a few times."""
    for _ in range(MOST_TRIES):
        preempted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
        seconds = timer.timeit(n_calls)
        if resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw == preempted:
            return seconds, True
    return seconds, False


def interleave(calls: Mapping[str, Call], effort: Effort = Effort()) -> dict[str, Timing]:
    """Every runner once a round, in rotating order; the median of its rounds."""
    timers = {name: make_timer(call) for name, call in calls.items()}
    counts = {name: calls_per_turn(calls[name], timers[name], effort.turn_ms) for name in calls}
    turns: dict[str, list[tuple[float, bool]]] = {name: [] for name in calls}
    names = list(calls)
    deadline = time.monotonic() + effort.most_seconds
    for turn in range(effort.n_rounds):
        if turn >= FEWEST_ROUNDS and time.monotonic() > deadline:
            break
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            with calls[name].context():
                turns[name].append(time_turn(timers[name], counts[name]))
    return {name: summarise(turns[name], counts[name]) for name in names}


def summarise(turns: list[tuple[float, bool]], n_calls: int) -> Timing:
    """Of the undisturbed turns, or of all where too few were."""
    undisturbed = [seconds for seconds, left_alone in turns if left_alone]
    quiet = len(undisturbed) >= FEWEST_ROUNDS
    kept = undisturbed if quiet else [seconds for seconds, _ in turns]
    low, median, high = (seconds / n_calls for seconds in statistics.quantiles(kept, n=4, method="inclusive"))
    return Timing(median, low, high, n_calls * len(kept), quiet)
