# SPDX-License-Identifier: BSD-3-Clause
"""The command's process: signals that end it, and standard streams that may be closed or broken."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType
from typing import IO

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_UNWINDING_S = 2.0
_AGAIN_S = 0.01
_STDOUT_CURES = {  # of errors that no reading has
    errno.EBADF: "it is closed: leave it open, or write to a file",
    errno.ENOSPC: "free some space, or write to a file on another disk",
    errno.EDQUOT: "free some space, or write to a file on another disk",
    errno.EFBIG: "raise the limit of file size (ulimit -f unlimited)",
}


class Interrupted(KeyboardInterrupt):
    """A signal asked the process to end."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


@contextmanager
def unwinding_on_signals() -> Iterator[Leave]:
    """Raise `Interrupted` on SIGINT, SIGTERM and SIGHUP, so that ffmpeg is killed and temporary folders go.

    Another signal while the stack unwinds and the process ends would cut that short, so it is ignored.
    Signals that the caller ignores (nohup) stay ignored.
    """
    leave = Leave()
    if threading.current_thread() is not threading.main_thread():  # only there can handlers be set
        yield leave
        return
    handled = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    previous = {number: signal.signal(number, leave) for number in handled}
    hook, sys.unraisablehook = sys.unraisablehook, leave.come_again
    try:
        yield leave
    finally:
        sys.unraisablehook = hook
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_IGN if leave.is_unwinding else handler)


class Leave:
    """A handler that raises; a second signal raises only if the first one's exception was lost."""

    def __init__(self) -> None:
        self._raised_s = float("-inf")
        self._signum: int | None = None

    @property
    def is_unwinding(self) -> bool:
        """Whether it has just raised."""
        return time.monotonic() - self._raised_s < _UNWINDING_S

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        """Raise `Interrupted`."""
        if not self.is_unwinding:
            self._raised_s, self._signum = time.monotonic(), signum
            raise Interrupted(signum)

    @contextmanager
    def undisguised(self) -> Iterator[None]:
        """Raise `Interrupted` for an error that a signal caused: C code turns what it raises into others."""
        try:
            yield
        except Exception as error:
            if self._signum is None:
                raise
            raise Interrupted(self._signum) from error

    def come_again(self, lost: sys.UnraisableHookArgs) -> None:
        """Take what is raised where nothing can be, as in a destructor, and raise it soon afterwards."""
        if not isinstance(lost.exc_value, Interrupted):
            sys.__unraisablehook__(lost)
            return
        self._raised_s = float("-inf")
        main = threading.main_thread().ident
        again = threading.Timer(_AGAIN_S, signal.pthread_kill, [main, lost.exc_value.signum])
        again.daemon = True
        again.start()


@contextmanager
def within(seconds: float, error: Exception) -> Iterator[None]:
    """Raise `error` if what is done takes longer, in the main thread; for what a signal can interrupt."""
    if threading.current_thread() is not threading.main_thread():  # only there can handlers be set
        yield
        return

    def late(signum: int, frame: FrameType | None) -> None:
        raise error

    handler = signal.signal(signal.SIGALRM, late)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def prepare_streams() -> None:
    """Give closed standard streams back their numbers, lest a file of ours take them.

    A closed stdin reads as empty and a closed stderr swallows, but writing to a closed stdout stays an
    `OSError`: a score that reaches no one is a failure. Characters that a stream can't encode are escaped.
    """
    for number, flags in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free: this one
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a path may hold what the locale can't spell
            stream.reconfigure(errors="backslashreplace")


def failure(error: OSError) -> str:
    """Say in a sentence what could not be read or written: our own files have names, stdout has none."""
    reason = error.strerror or str(error)
    cure = None if error.filename else _STDOUT_CURES.get(error.errno or 0)
    if cure:
        return f"can't write to stdout: {reason}; {cure}."
    return f"{error.filename or 'reading or writing failed'}: {reason}."


def discard(stream: IO[str]) -> None:
    """Send what is left in a broken stream nowhere, lest the interpreter complain about it at exit."""
    with suppress(OSError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
