# SPDX-License-Identifier: BSD-3-Clause
"""What a call or a program costs: time, processor time, and a program's peak of memory and bytes read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# A process of its own, since the peak of a child counts from that of the process that started it. /proc tells
# what was read as long as nobody has asked how the child ended.
LAUNCHER = """
import json, os, sys, time
null = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
seconds = time.perf_counter() - start
counts = dict(line.split(": ") for line in open(f"/proc/{child}/io").read().splitlines())
_, status, used = os.wait4(child, 0)
cpu_seconds = used.ru_utime + used.ru_stime
print(json.dumps([status, seconds, cpu_seconds, used.ru_maxrss / 1024, int(counts["rchar"])]))
"""


@dataclass(frozen=True)
class Spent:
    """Memory and bytes are those of a whole program; a call has none of its own."""

    seconds: float
    cpu_seconds: float
    peak_mib: float | None = None
    bytes_read: int | None = None


def spend_call(function: Callable[[], Any]) -> tuple[Spent, Any]:
    """What a call costs, all of its threads together, and what it returns."""
    seconds, cpu_seconds = time.perf_counter(), time.process_time()
    answer = function()
    return Spent(time.perf_counter() - seconds, time.process_time() - cpu_seconds), answer


def spend_program(command: Sequence[object]) -> Spent:
    """As a user would run it: without what the bench sets for itself."""
    words = [sys.executable, "-I", "-S", "-c", LAUNCHER, *map(str, command)]
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    result = subprocess.run(
        words, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=600
    )
    status, *numbers = json.loads(result.stdout)
    assert status == 0, f"{' '.join(words[5:])} ended with status {status}"
    return Spent(*numbers)


def n_cores() -> int:
    return len(os.sched_getaffinity(0))


@contextmanager
def on_cores(n: int) -> Iterator[None]:
    """This process, and what it starts, on n of its cores: what a thread more than asked for does is seen."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[-n:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
