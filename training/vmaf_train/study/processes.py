# SPDX-License-Identifier: BSD-3-Clause
"""A function over items, a process each, with one progress for all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from vmaf_dnn.errors import RuntimeFailure
from vmaf_train.files import Progress

T = TypeVar("T")
R = TypeVar("R")
_LOOK_S = 0.5  # how often the parent looks at how far its processes are


@dataclass(frozen=True)
class Work(Generic[T, R]):
    """`function(item, progress)` is to run for each item; `n_units` is what each one's progress counts to."""

    function: Callable[[T, Progress], R]
    items: Sequence[T]
    n_units: Sequence[int]


def run_each(work: Work[T, R], n_processes: int, progress: Progress) -> Iterator[tuple[int, R]]:
    """Yield the index and the result of each item as it ends; one process means this one.

    Raises `RuntimeFailure` if a process is killed. An error or an interrupt ends the other processes.
    """
    n_total = sum(work.n_units)
    if min(n_processes, len(work.items)) <= 1:
        for i, item in enumerate(work.items):
            n_before = sum(work.n_units[:i])
            yield i, work.function(item, lambda n_done, _, n=n_before: progress(n + n_done, n_total))  # type: ignore[misc]
        return
    context = multiprocessing.get_context("spawn")  # torch's threads don't survive a fork
    done: Any = context.Array("q", len(work.items))
    with ProcessPoolExecutor(n_processes, context, _Process.start, (work, done)) as pool:
        try:
            with _uninterrupted():
                futures = {pool.submit(_Process.run, i): i for i in range(len(work.items))}
            for future in _as_they_end(set(futures), lambda: progress(sum(done), n_total)):
                yield futures[future], future.result()
        except BrokenProcessPool as error:
            raise RuntimeFailure(
                "A training process was killed, likely for want of memory; what is finished is kept, so run"
                " it again with fewer --jobs."
            ) from error
        except BaseException:  # don't wait for minutes of work that no one wants
            for process in multiprocessing.active_children():
                process.terminate()
            raise


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hide interrupts from processes that start in here: it is the parent that ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _as_they_end(futures: set[Future[R]], look: Callable[[], None]) -> Iterator[Future[R]]:
    while futures:
        ended, futures = wait(futures, _LOOK_S, FIRST_COMPLETED)
        look()
        yield from ended


class _Process:
    """What a process was started with."""

    work: ClassVar[Work[Any, Any]]
    done: ClassVar[Any]

    @classmethod
    def start(cls, work: Work[Any, Any], done: Any) -> None:
        cls.work, cls.done = work, done
        threading.Thread(target=_end_with_parent, daemon=True).start()

    @classmethod
    def run(cls, i: int) -> Any:
        def progress(n_done: int, _n_total: int) -> None:
            cls.done[i] = n_done

        return cls.work.function(cls.work.items[i], progress)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
