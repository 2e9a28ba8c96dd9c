# SPDX-License-Identifier: BSD-3-Clause
"""The folder where finished pairs wait for the others. It may be anyone's: only files of ours are touched."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vmaf_dnn.errors import InvalidArgument

SCRATCH = "scratch-"
REFERENCES = f"{SCRATCH}references"
_LOCK = "corpus.lock"
_DIGITS = "[0-9a-f]" * 24  # as `pairs.Pair.part` names its files
_PART = f"{_DIGITS}.parquet"
_UNFINISHED = f".*-{_DIGITS}.parquet"


@contextmanager
def only_run_in(work: Path) -> Iterator[None]:
    """Make the folder, hold its lock (the kernel drops it with the process), sweep what a kill left.

    Raises `InvalidArgument` if another run holds the lock.
    """
    work.mkdir(parents=True, exist_ok=True)
    with (work / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidArgument(
                f"Another run is at work in {work}; wait for it or give another --work."
            ) from error
        _sweep(work)
        yield


def clear(work: Path) -> None:
    """Remove the finished pairs and the lock, and the folder if nothing else is in it."""
    for part in work.glob(_PART):
        part.unlink()
    _sweep(work)
    (work / _LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        work.rmdir()


def _sweep(work: Path) -> None:
    for unfinished in work.glob(_UNFINISHED):
        unfinished.unlink()
    for scratch in work.glob(f"{SCRATCH}*"):
        shutil.rmtree(scratch)
