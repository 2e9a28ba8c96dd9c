# SPDX-License-Identifier: BSD-3-Clause
"""Jobs done by the workers of a Dask cluster. Clips are read there, by the same paths; nothing is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vmaf_dnn._core import __version__
from vmaf_dnn.batch.failure import WORKER_DIED, Failure
from vmaf_dnn.batch.schedule import Attempt, EngineGone, Job, attempt
from vmaf_dnn.batch.scheduler import CONNECT_TIMEOUT_S, connected
from vmaf_dnn.errors import InvalidArgument

_RESTART_S, _LOOK_S = 20.0, 0.2  # in which a worker that died is back
_AHEAD = 2  # jobs a thread, so that it need not wait for the next


@contextmanager
def cluster_engine(scheduler: str) -> Iterator[ClusterEngine]:
    """Yield the cluster at an address.

    Raises:
        ToolMissing: `distributed` is not installed.
        InvalidArgument: no scheduler answers, its workers have another version of this package, or it goes
            away.
    """
    client = connected(scheduler, "vmaf-dnn[batch]")
    try:
        yield ClusterEngine(client, scheduler)
    finally:
        client.close(timeout=CONNECT_TIMEOUT_S)


class ClusterEngine:
    """The workers of a cluster, those that join later too, but those that were left."""

    def __init__(self, client: Any, scheduler: str) -> None:
        from distributed import as_completed

        self._client, self._scheduler = client, scheduler
        self._left: set[str] = set()
        self._is_alone = False
        self._jobs: dict[str, Job] = {}
        self._completed = as_completed(loop=client.loop)
        self._check_versions()

    @property
    def n_workers(self) -> int:
        """How many jobs can be done at a time."""
        return max(1, sum(self._workers().values()))

    @property
    def n_most(self) -> int:
        """Some more, which wait at the workers."""
        return _AHEAD * self.n_workers

    def submit(self, job: Job) -> None:
        """Give a job to the cluster."""
        usable = [address for address in self._workers() if address not in self._left]
        only = {"workers": usable, "allow_other_workers": False} if self._left and usable else {}
        future = self._client.submit(attempt_there, job, __version__, pure=False, **only)
        self._jobs[future.key] = job
        self._completed.add(future)

    def finished(self) -> Iterator[tuple[Job, Attempt]]:
        """Wait, and yield the jobs that ended. Raises `InvalidArgument` if the cluster went away."""
        for future in self._completed.next_batch():
            if future.status in ("pending", "lost"):  # a worker died with the result: it is done again
                self._completed.add(future)
                continue
            job = self._jobs.pop(future.key)
            yield job, self._tried(job, future)

    def leave(self, place: str) -> bool:
        """Give no more jobs to a worker; False if there is no other, and none comes for a while."""
        until_s = time.monotonic() + _RESTART_S
        while not (others := set(self._workers()) - self._left - {place}) and not self._is_alone:
            self._is_alone = time.monotonic() > until_s
            time.sleep(_LOOK_S)
        if others:
            self._left.add(place)
        return bool(others)

    def _tried(self, job: Job, future: Any) -> Attempt:
        from distributed import KilledWorker

        if future.status == "finished":
            result: Attempt = future.result()
            return result
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            return Attempt.failed(job, Failure(WORKER_DIED, "Every worker that was given it died.", True))
        if error is None:
            raise self._gone()
        return Attempt.failed(job, Failure.of(error))

    def _workers(self) -> dict[str, int]:
        """Return the threads of each worker, by its address."""
        if self._client.status not in ("running", "connecting"):
            raise self._gone()
        try:
            found: dict[str, int] = self._client.nthreads()
        except (OSError, RuntimeError, AttributeError) as error:  # of a connection that breaks meanwhile
            raise self._gone() from error
        return found

    def _gone(self) -> EngineGone:
        return EngineGone(
            f"the Dask scheduler at {self._scheduler} went away; finished pairs are kept, run it again."
        )

    def _check_versions(self) -> None:
        """Refuse workers that would give other numbers, or none."""
        for address, version in self._client.run(version_there, on_error="return").items():
            if version != __version__:
                what = f"vmaf-dnn {version}" if isinstance(version, str) else f"no vmaf-dnn ({version})"
                raise InvalidArgument(
                    f"the worker {address} has {what}, and this is {__version__}; install"
                    f' "vmaf-dnn[batch]=={__version__}" on all of the cluster.'
                )


def attempt_there(job: Job, version: str) -> Attempt:
    """Do a job, on a worker, which may have come after the versions were compared."""
    from distributed import get_worker

    address = str(get_worker().address)
    if version != __version__:
        text = f"The worker {address} has vmaf-dnn {__version__}, and this needs {version}."
        return Attempt.failed(job, Failure("VersionDiffers", text, may_pass=True, is_of_place=True), address)
    return attempt(job, address)


def version_there() -> str:
    """Return the version of this package, on a worker."""
    return __version__
