# SPDX-License-Identifier: BSD-3-Clause
"""How long a child may give nothing: reading its output ends in an error rather than never."""

from __future__ import annotations

import select
import subprocess
import time
from contextlib import suppress
from io import FileIO, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.ffmpeg.process import Process

_LOOK_S = 1.0


class Patience:
    """Adds up how long a child was waited for since it last got on; `what` it reads is for the sentence.

    A child that still reads its input gets on: it may be skipping frames.
    """

    def __init__(self, process: Process, limit_s: float, what: str) -> None:
        self._process, self._limit_s, self._what = process, limit_s, what
        self._waited_s, self._n_read = 0.0, 0

    def renew(self) -> None:
        """Note that the child got on."""
        self._waited_s = 0.0

    def wait(self, pipe: IO[bytes]) -> None:
        """Return when `pipe` can be read or has ended; raises `VideoError` if that takes too long."""
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        started_s = time.monotonic()
        while not poll.poll(_LOOK_S * 1000):
            started_s = self._count(started_s)
        self._count(started_s)

    def wait_for_end(self) -> int:
        """Return the child's exit status; raises `VideoError` if its end takes too long."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(self._limit_s or None)
        raise self._stalled()

    def _count(self, started_s: float) -> float:
        now_s = time.monotonic()
        self._waited_s += now_s - started_s
        if self._waited_s >= _LOOK_S:
            self._look()
        if self._limit_s and self._waited_s >= self._limit_s:
            raise self._stalled()
        return now_s

    def _look(self) -> None:
        n_read = _n_bytes_read(self._process.pid)
        if n_read != self._n_read:
            self._n_read = n_read
            self.renew()

    def _stalled(self) -> VideoError:
        self._process.kill()
        return VideoError(
            f"ffmpeg gave nothing of {self._what} for {self._limit_s:g} s and was ended;"
            " --stall-timeout N (stall_timeout=N) waits longer, 0 for ever."
        )


class PatientPipe(RawIOBase):
    """A child's output; `bytes_count` says whether any byte means that the child got on."""

    def __init__(self, pipe: IO[bytes], patience: Patience, *, bytes_count: bool) -> None:
        self._pipe, self._patience, self._bytes_count = cast(FileIO, pipe), patience, bytes_count

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read what there is, waiting for it."""
        self._patience.wait(self._pipe)
        n_bytes = self._pipe.readinto(buffer)
        if self._bytes_count:
            self._patience.renew()
        return n_bytes


def _n_bytes_read(pid: int) -> int:
    """Return how much a process has read, from files, pipes and the rest; 0 if the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/io").read_text().splitlines():
            if line.startswith("rchar:"):
                return int(line.split()[1])
    return 0
