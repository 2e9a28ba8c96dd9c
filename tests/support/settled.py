# SPDX-License-Identifier: BSD-3-Clause
"""Registries that have lain unchanged long enough to be kept by the core, and what a thread reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SECONDS = 3  # a file that was changed less than these ago is parsed anew each time


def settle(*files: Path) -> None:
    """Wait until the core keeps what it reads of these files."""
    newest = max(file.stat().st_ctime for file in files)
    time.sleep(max(0.0, newest + SECONDS + 0.1 - time.time()))


def write_back(file: Path, text: str) -> None:
    """Change a file in place with the size and the time of writing that it had."""
    before = file.stat()
    with file.open("r+") as stream:
        stream.write(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (
        before.st_ino,
        before.st_size,
        before.st_mtime_ns,
    )


def bytes_read(work: Callable[[], object]) -> int:
    """How many bytes this thread reads from files meanwhile."""
    path = Path("/proc/thread-self/io")
    if not path.exists():
        pytest.skip("this kernel does not count what a thread reads")

    def count() -> int:
        return int(path.read_text().split()[1])

    work_free = -count() + count()
    start = count()
    work()
    return count() - start - work_free
