# SPDX-License-Identifier: BSD-3-Clause
"""A child process that ends with all that it started, whatever ends the work."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from vmaf_dnn.files import undone


class Process(subprocess.Popen[bytes]):
    """A child in a session of its own: `kill` reaches what a wrapper script started, too.

    Such a child has no terminal that it could wait for, and a Ctrl-C there is for us alone.
    """

    def __init__(self, command: Sequence[str], **options: Any) -> None:
        self._parent = os.getpid()
        super().__init__(command, **{"stdin": subprocess.DEVNULL, **options}, start_new_session=True)

    def kill(self) -> None:
        """End it and what it started.

        Nothing once it was waited for, as its number may be another's then, nor in a forked child, which
        leaves it to the parent.
        """
        if self.returncode is None and os.getpid() == self._parent:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[Process]:
    """Start `command` with the `options` of `Popen`; when the block ends, so has the child.

    Raises `OSError` if it can't be started.
    """
    start = _Start(command, options)
    with undone(start.end):
        yield start.process()


def answer(
    command: Sequence[str], timeout_s: float, data: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Return what a command says, to `data` as its input. Raises `OSError`, or `TimeoutExpired`."""
    stdin = subprocess.DEVNULL if data is None else subprocess.PIPE
    with started(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        output, log = process.communicate(data, timeout_s)
        return subprocess.CompletedProcess(command, process.returncode, output, log)


class _Start:
    """Starts a child in a thread: there no signal can come between the fork and knowing its number."""

    def __init__(self, command: Sequence[str], options: dict[str, Any]) -> None:
        self._command, self._options = command, options
        self._lock, self._is_over = threading.Lock(), False
        self._process: Process | None = None
        self._error: OSError | None = None

    def process(self) -> Process:
        thread = threading.Thread(target=self._run, name="start", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise BlockingIOError(errno.EAGAIN, str(error)) from error
        thread.join()
        if self._error is not None:
            raise self._error
        assert self._process is not None
        return self._process

    def _run(self) -> None:
        with self._lock:
            if not self._is_over:
                try:
                    self._process = Process(self._command, **self._options)
                except OSError as error:
                    self._error = error

    def end(self) -> None:
        with self._lock:  # it may be starting
            self._is_over = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe is not None:
                    with suppress(BrokenPipeError):  # what it did not read
                        pipe.close()
