# SPDX-License-Identifier: BSD-3-Clause
"""Processes of this machine, as their folders and parents tell them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
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


def children(pid: int | str = "self") -> list[int]:
    """Its children, dead ones that nobody waited for among them."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for path in listed for word in path.read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process is there, and not dead with nobody having waited for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    """Fail unless it holds at last."""
    end_s = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end_s:
            pytest.fail("what is waited for does not come")
        time.sleep(0.01)
