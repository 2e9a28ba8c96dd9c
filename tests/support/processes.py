# SPDX-License-Identifier: BSD-3-Clause
"""Processes of this machine, as their folders and parents tell them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest


def processes_in(folder: Path) -> list[str]:
    """Processes that work inside `folder`, which is deleted by now or not."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


def assert_all_end(folder: Path, seconds: float = 10) -> None:
    """Fail unless no process works inside `folder` soon."""
    end_s = time.monotonic() + seconds
    while processes_in(folder):
        if time.monotonic() > end_s:
            pytest.fail("a process goes on")
        time.sleep(0.02)


def children() -> list[int]:
    """Our children, dead ones that nobody waited for among them."""
    return [
        int(word) for path in Path("/proc/self/task").glob("*/children") for word in path.read_text().split()
    ]
