# SPDX-License-Identifier: BSD-3-Clause
"""Clips that come once, through a pipe: y4m, or raw video of a stated geometry, read as it comes."""

from __future__ import annotations

import fcntl
import os
import select
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.once import ClipPath, Once

if TYPE_CHECKING:
    from vmaf_dnn.video.clip import Clip

STDIN = "-"
_PIPE_BYTES = 1 << 20  # what a user may have; by 64 KiB a frame takes 32 handovers
_LINE_BYTES = 1 << 16  # whatever is longer is read where it belongs, and not copied again
_LOOK_S = 0.2
_HEAD_BYTES = 1024


class Pipe(Once):
    """A clip's name, and what it gives.

    It is opened without waiting for who writes, who may open several in an order of their own.
    """

    what = "a pipe"

    def __init__(self, name: str | os.PathLike[str], stall_timeout: float) -> None:
        super().__init__(name)
        self._raw = _Waiting(_opened(self.name), self.name, stall_timeout)
        self.file: BufferedReader = BufferedReader(self._raw, _LINE_BYTES)
        self.clip: Clip | None = None
        """What it gives, once that is known; then also the next two."""
        self.is_y4m, self.frame_bytes = False, 0

    def head(self) -> bytes:
        """Return its first bytes, which stay to be read."""
        return self.file.peek(_HEAD_BYTES)[:_HEAD_BYTES]

    def interrupt(self) -> None:
        """End a read that waits, by another thread."""
        self._raw.is_interrupted = True

    def close(self) -> None:
        """Give it up: who writes into it is told."""
        self.file.close()


class _Waiting(RawIOBase):
    """Reads what there is, but waits no longer than `stall_timeout` seconds for it, unless that is 0."""

    def __init__(self, descriptor: int, name: str, stall_timeout: float) -> None:
        self._descriptor, self._name, self._limit_s = descriptor, name, stall_timeout
        self._is_blocking = os.get_blocking(descriptor)
        self.is_interrupted, self._has_begun = False, False
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        with suppress(OSError):  # above the limits of some systems, or no pipe
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read what there is; first enough to tell what it is."""
        view, n_bytes = memoryview(buffer), self._read(buffer)
        least = 0 if self._has_begun else min(_HEAD_BYTES, len(view))
        self._has_begun = True
        while n_bytes < least and (n_more := self._read(view[n_bytes:])):
            n_bytes += n_more
        return n_bytes

    def _read(self, buffer: Any) -> int:
        if self._has_begun and not self._is_blocking:
            with suppress(BlockingIOError):
                return os.readv(self._descriptor, [buffer])
        while True:
            self._wait()
            with suppress(BlockingIOError):  # somebody else reads it, too
                return os.readv(self._descriptor, [buffer])

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()

    def _wait(self) -> None:
        if self._poll.poll(0):
            return
        started_s = time.monotonic()
        while not self._poll.poll(_LOOK_S * 1000):
            if self.is_interrupted:
                raise VideoError(f"reading {self._name} was ended.")
            if self._limit_s and time.monotonic() - started_s > self._limit_s:
                raise VideoError(
                    f"{self._name} gave nothing for {self._limit_s:g} s; --stall-timeout N (stall_timeout=N)"
                    " waits longer, 0 for ever."
                )


def _opened(name: str) -> int:
    if name != STDIN:
        try:
            return os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise VideoError(f"{name} can't be opened: {error.strerror}.") from error
    if os.isatty(0):
        raise VideoError("- is standard input, which is a terminal; pipe a clip into it, or name a file.")
    with suppress(OSError):  # not of another user
        if stat.S_ISFIFO(os.fstat(0).st_mode):
            return os.open("/dev/fd/0", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.dup(0)
    except OSError as error:
        raise VideoError("- is standard input, which is closed; pipe a clip into it.") from error


@contextmanager
def opened_pipes(paths: Sequence[ClipPath], stall_timeout: float) -> Iterator[list[ClipPath]]:
    """Yield the paths with a `Pipe` in place of each that is one; they are closed when the block ends.

    Raises:
        VideoError: one of them is named twice.
    """
    with ExitStack() as stack:
        opened = list(paths)
        for i, path in enumerate(paths):
            if isinstance(path, Once) or not is_pipe(path):
                continue
            if any(os.fspath(other) == os.fspath(path) for other in paths[:i]):
                raise VideoError(f"{path} is a pipe, and can be one clip only; it is named twice.")
            opened[i] = stack.enter_context(closing(Pipe(path, stall_timeout)))
        yield opened


def is_pipe(path: str | os.PathLike[str]) -> bool:
    """Whether a path is standard input, or what can be read but once."""
    if os.fspath(path) == STDIN:
        return True
    with suppress(OSError, ValueError):
        return stat.S_ISFIFO(Path(path).stat().st_mode)
    return False
