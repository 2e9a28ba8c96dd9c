# SPDX-License-Identifier: BSD-3-Clause
"""Where the jobs of a corpus run: in threads of this process, or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn.batch.scheduler import connected
from vmaf_dnn.errors import InvalidArgument


@dataclass(frozen=True)
class JobExecutor:
    """An executor, and what a job must know of the place where it runs.

    `scratch` is called there and gives a folder for the encode. `deadly` are the exceptions of a job that
    has cost the life of every worker it was given to.
    """

    executor: Executor
    scratch: Callable[[], Path]
    deadly: tuple[type[BaseException], ...] = ()


@contextmanager
def local_executor(work: Path, jobs: int) -> Iterator[JobExecutor]:
    """`jobs` threads, with their encodes in `work`. Leaving it cancels the jobs that have not begun."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield JobExecutor(pool, lambda: work)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def dask_executor(scheduler: str) -> Iterator[JobExecutor]:
    """Yield the workers of the cluster at `scheduler`; a job whose worker dies is given to another.

    Raises `ToolMissing` without the extra `dask`, and `InvalidArgument` for a scheduler that does not answer
    or goes away, and for workers without this package.
    """
    with connected(scheduler, "vmaf-dnn[dask]") as client:
        from distributed import KilledWorker

        executor = client.get_executor(pure=False)
        try:
            yield JobExecutor(executor, _worker_folder, (KilledWorker,))
        except CancelledError as error:
            raise InvalidArgument(
                f"The Dask scheduler at {scheduler} went away; finished pairs are kept, run it again."
            ) from error
        except ModuleNotFoundError as error:
            raise InvalidArgument(
                f'The cluster at {scheduler} says "{error}"; install vmaf-dnn[training,dask] on all of it.'
            ) from error
        finally:
            executor.shutdown(wait=False)


def _worker_folder() -> Path:
    """Return the folder that Dask empties when its worker has died."""
    from distributed import get_worker

    return Path(get_worker().local_directory)
