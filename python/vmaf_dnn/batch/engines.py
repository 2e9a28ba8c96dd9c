# SPDX-License-Identifier: BSD-3-Clause
"""Who does the work: processes of this machine, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from vmaf_dnn.batch.schedule import Engine
from vmaf_dnn.checks import require_whole_number
from vmaf_dnn.errors import InvalidArgument

_MOST_WORKERS = 1024


@contextmanager
def opened_engine(
    workers: int | None = None, scheduler: str | None = None, *, threads: int = 1
) -> Iterator[Engine]:
    """Yield the engine: `workers` processes (default: as many of so many threads as CPUs carry) or a cluster.

    Raises:
        InvalidArgument: both are asked for, or no cluster answers.
        ToolMissing: the package that speaks with a cluster is not installed.
    """
    if workers is not None:
        require_whole_number("workers", workers, 1, _MOST_WORKERS)
    if scheduler is None:
        from vmaf_dnn.batch.local import LocalEngine

        with LocalEngine(workers or default_workers(threads)) as engine:
            yield engine
        return
    if workers is not None:
        raise InvalidArgument(
            "workers are processes of this machine, and a cluster has its own; leave one out."
        )
    from vmaf_dnn.batch.cluster import cluster_engine

    with cluster_engine(scheduler) as of_cluster:
        yield of_cluster


def default_workers(threads: int) -> int:
    """Return how many processes of so many threads the CPUs at hand carry; 0 threads are all CPUs."""
    return max(1, len(os.sched_getaffinity(0)) // threads) if threads else 1
