# SPDX-License-Identifier: BSD-3-Clause
"""One build at a time in each folder of build/, whatever else tests and benches in other processes do."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build"


@contextmanager
def build_lock(name: str) -> Iterator[None]:
    """Wait until nobody else builds `name`; the system opens the lock when its process ends."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
