# SPDX-License-Identifier: BSD-3-Clause
"""Jobs done by processes of this machine. One that dies takes no other with it, and is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import TracebackType
from typing import Self

from vmaf_dnn.batch.failure import WORKER_DIED, Failure
from vmaf_dnn.batch.schedule import Attempt, Job

_ENDING_S = 10.0


class LocalEngine:
    """`n_workers` processes, started when they are needed and ended with the block."""

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, _Worker] = {}

    @property
    def n_workers(self) -> int:
        """How many jobs can be done at a time."""
        return self._n_workers

    @property
    def n_most(self) -> int:
        """As many: a worker gets its next job at once."""
        return self._n_workers

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = [*self._idle, *self._busy.values()]
        for worker in workers:
            worker.connection.close()
        for worker in workers:
            worker.end()

    def submit(self, job: Job) -> None:
        """Give a job to a worker that has none."""
        worker = self._idle.pop() if self._idle else _Worker()
        worker.give(job)
        self._busy[worker.connection] = worker

    def finished(self) -> Iterator[tuple[Job, Attempt]]:
        """Wait, and yield the jobs that ended, or whose worker did."""
        for connection in wait(list(self._busy)):
            assert isinstance(connection, Connection)
            worker = self._busy.pop(connection)
            assert worker.job is not None
            try:
                tried = connection.recv()
            except (EOFError, OSError):
                yield worker.job, Attempt.failed(worker.job, worker.death())
            else:
                self._idle.append(worker)
                yield worker.job, tried

    def leave(self, place: str) -> bool:
        """Return False: there is but this machine."""
        return False


class _Worker:
    def __init__(self) -> None:
        self.job: Job | None = None
        self.connection, theirs = Pipe()
        folder = str(Path(__file__).parents[2])  # where this package is imported from
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs, _interrupts_held():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vmaf_dnn.batch.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )

    def give(self, job: Job) -> None:
        self.job = job
        with suppress(OSError):  # it has died: `finished` finds out
            self.connection.send(job)

    def death(self) -> Failure:
        """Say how it ended."""
        self.connection.close()
        status = self._ended()
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return Failure(WORKER_DIED, f"The worker process {how}; is memory short?", may_pass=True)

    def end(self) -> None:
        self._ended()

    def _ended(self) -> int:
        try:
            return self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold SIGINT back; a process that is started meanwhile never gets it, from its first instruction on.

    A terminal's Ctrl-C goes to the workers too, and only the parent decides what comes of it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
