# SPDX-License-Identifier: BSD-3-Clause
"""A worker process: does the jobs that come through a connection, and ends when the other side is gone."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from types import FrameType

from vmaf_dnn.batch.schedule import Job, attempt

_UNWINDING_S = 5.0


def main(descriptor: int) -> None:
    """Work until the parent ends; whatever is under way then is given up, its ffmpeg and its folder too.

    SIGINT is blocked since the process began: the parent decides what a terminal's Ctrl-C means.
    """
    signal.signal(signal.SIGTERM, _leave)
    connection = Connection(descriptor)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, jobs), daemon=True).start()
    with suppress(BrokenPipeError):
        while True:
            connection.send(attempt(jobs.get()))


def _receive(connection: Connection, jobs: queue.SimpleQueue[Job]) -> None:
    try:
        while True:
            jobs.put(connection.recv())
    except (EOFError, OSError):
        timer = threading.Timer(_UNWINDING_S, os._exit, (1,))
        timer.daemon = True
        timer.start()
        main_thread = threading.main_thread().ident
        assert main_thread is not None
        signal.pthread_kill(main_thread, signal.SIGTERM)


def _leave(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
