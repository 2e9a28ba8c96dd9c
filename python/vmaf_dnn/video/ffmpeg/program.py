# SPDX-License-Identifier: BSD-3-Clause
"""The ffmpeg binary: finding it, running it in a folder of ours, reading its progress and its log."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BufferedReader
from pathlib import Path
from typing import IO

from vmaf_dnn.errors import ToolMissing, VideoError, VmafDnnError
from vmaf_dnn.video.ffmpeg.log import UNKNOWN_VERSION, VERSION, Outcome
from vmaf_dnn.video.ffmpeg.patience import Patience, PatientPipe
from vmaf_dnn.video.ffmpeg.process import Process, answer, started
from vmaf_dnn.video.options import DEFAULT_STALL_TIMEOUT_S

FFMPEG_VARIABLE = "VMAF_DNN_FFMPEG"
_PROBE_TIMEOUT_S = 20.0
_QUIET = ("-nostdin", "-nostats", "-loglevel", "level+verbose", "-xerror")
_PIPE_BYTES = 1 << 20  # what a user may have; by 64 KiB a frame takes 32 handovers
_CURE = f'pip install "vmaf-dnn[video]", or name a binary with --ffmpeg or {FFMPEG_VARIABLE}'

_SCARCE = {  # what a start of any program lacks
    errno.EMFILE: "close files that are not needed, or raise their limit (ulimit -n)",
    errno.ENFILE: "the system has too many open files: end programs that are not needed",
    errno.EAGAIN: "end processes that are not needed, or raise their limit (ulimit -u)",
    errno.ENOMEM: "end programs that are not needed: the memory is full",
}

ProgressHook = Callable[[dict[str, str]], None]


@dataclass(frozen=True)
class FFmpeg:
    """One ffmpeg binary; what it says of itself is empty unless it was asked, which takes a start of it."""

    path: str
    version: str = ""
    has_libvmaf: bool = False


def find_ffmpeg(explicit: str | None = None, *, libvmaf: bool = True) -> FFmpeg:
    """Return the binary to use: `explicit`, then VMAF_DNN_FFMPEG, then imageio-ffmpeg's, then PATH.

    Raises `ToolMissing` when there is none, and, unless ``libvmaf=False``, when the first one found can't be
    run or lacks the libvmaf filter.
    """
    path = _named(explicit, "ffmpeg=") or _named(os.environ.get(FFMPEG_VARIABLE), FFMPEG_VARIABLE)
    path = path or _bundled() or shutil.which("ffmpeg")
    if path is None:
        raise ToolMissing(f"no ffmpeg found: it decodes all but .yuv and .y4m, and runs libvmaf; {_CURE}.")
    if not libvmaf:
        return FFmpeg(path)
    tool = asked(path)
    if not tool.has_libvmaf:
        raise ToolMissing(f"{path} has no libvmaf filter (its build lacks --enable-libvmaf); {_CURE}.")
    return tool


def ffmpeg_path(explicit: str | None = None) -> str:
    """Find the ffmpeg that runs libvmaf: `explicit`, VMAF_DNN_FFMPEG, imageio-ffmpeg's, or PATH's.

    Raises `ToolMissing` when there is none, or when the first one found can't run libvmaf.
    """
    return find_ffmpeg(explicit).path


def _named(name: str | None, source: str) -> str | None:
    if not name:
        return None
    path = shutil.which(name)
    if path is None:
        raise ToolMissing(f"{source} names {name!r}, which is not an executable file; {_CURE}.")
    return os.path.abspath(path)


def _bundled() -> str | None:
    try:
        import imageio_ffmpeg
    except ImportError:
        return None
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def _not_runnable(path: str, error: OSError) -> VmafDnnError:
    if error.errno in _SCARCE:
        return VideoError(f"{path} can't be started ({error.strerror}); {_SCARCE[error.errno]}.")
    return ToolMissing(f"{path} can't be run ({error.strerror}); {_CURE}.")


@lru_cache(maxsize=8)
def asked(path: str) -> FFmpeg:
    """Ask a binary what it is. Raises `ToolMissing` for one that gives no answer."""
    try:
        listing = answer([path, "-filters"], _PROBE_TIMEOUT_S)
    except OSError as error:
        raise _not_runnable(path, error) from error
    except subprocess.TimeoutExpired as error:
        raise ToolMissing(
            f"{path} -filters gave no answer within {_PROBE_TIMEOUT_S:g} s; {_CURE}."
        ) from error
    filters = {
        words[1]
        for line in listing.stdout.decode(errors="replace").splitlines()
        if len(words := line.split()) > 2
    }
    banner = re.search(VERSION, listing.stderr.decode(errors="replace"))
    if banner is None and not filters:
        raise ToolMissing(f"{path} is no ffmpeg that works: {_answer(listing)}; {_CURE}.")
    version = banner[1] if banner else UNKNOWN_VERSION
    return FFmpeg(path, version, "libvmaf" in filters)


def _answer(listing: subprocess.CompletedProcess[bytes]) -> str:
    """Say what came of asking for its filters."""
    last = listing.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    ended = f"asked for its filters it ended with status {listing.returncode}"
    return f"{ended}, saying {last!r}" if last else ended


def run(
    ffmpeg: FFmpeg,
    arguments: Sequence[str],
    folder: Path,
    on_progress: ProgressHook | None = None,
    *,
    stall_timeout: float = DEFAULT_STALL_TIMEOUT_S,
) -> Outcome:
    """Run ffmpeg inside `folder`, which receives its log.

    `on_progress` gets each block of ffmpeg's progress stream as it is, keys to words. The child never
    outlives the call: any exception, KeyboardInterrupt included, kills it. There is no limit to the whole: a
    long clip takes long, and a caller who wants one raises it in `on_progress`. Raises `VideoError` if
    ffmpeg neither reads nor gives a frame for `stall_timeout` seconds, unless that is 0.
    """
    words = ("-progress", "pipe:1", "-stats_period", "0.2", *arguments)
    with running(ffmpeg, words, folder, stall_timeout, bytes_count=False) as child:
        for block in _progress_blocks(child):
            if on_progress is not None:
                on_progress(block)
        return child.outcome()


@dataclass(frozen=True)
class Child:
    """A running ffmpeg, what it writes to ``pipe:1``, and its log."""

    process: Process
    output: BufferedReader
    patience: Patience
    read_log: Callable[[], str]

    def outcome(self) -> Outcome:
        """How it ended; to be asked when its output has ended."""
        return Outcome(self.patience.wait_for_end(), self.read_log())

    def stop(self) -> Outcome:
        """How it went so far; it goes no further."""
        self.process.kill()
        self.process.wait()
        return Outcome(0, self.read_log())


@contextmanager
def running(
    ffmpeg: FFmpeg, arguments: Sequence[str], folder: Path, stall_timeout: float, *, bytes_count: bool = True
) -> Iterator[Child]:
    """ffmpeg at work inside `folder`, which receives its log; killed if it is at work when the block ends.

    Waiting for its output raises `VideoError` if it gives none for `stall_timeout` seconds; without
    `bytes_count` it is the reader who says what counts.
    """
    log_path = folder / "ffmpeg.log"
    command = [ffmpeg.path, *_QUIET, *arguments]

    def read_log() -> str:
        return _without_names(log_path.read_bytes(), arguments).decode(errors="replace")

    with log_path.open("wb") as log, _started(command, folder, log) as process:
        assert process.stdout is not None
        patience = Patience(process, stall_timeout, _inputs(arguments))
        pipe = PatientPipe(process.stdout, patience, bytes_count=bytes_count)
        yield Child(process, BufferedReader(pipe), patience, read_log)


def _inputs(arguments: Sequence[str]) -> str:
    pairs = itertools.pairwise(arguments)
    return " and ".join(name.removeprefix("file:") for flag, name in pairs if flag == "-i")


def _without_names(log: bytes, arguments: Sequence[str]) -> bytes:
    """Return the log without the names that hold line breaks, which could pass for lines of it."""
    for name in arguments:
        if "\n" in name:
            log = log.replace(os.fsencode(name), os.fsencode(name).replace(b"\n", b" "))
    return log


@contextmanager
def _started(command: list[str], folder: Path, log: IO[bytes]) -> Iterator[Process]:
    environment = {**os.environ, "AV_LOG_FORCE_NOCOLOR": "1"}
    options = {"cwd": folder, "env": environment, "stdout": subprocess.PIPE, "stderr": log, "bufsize": 0}
    with ExitStack() as stack:
        try:
            process = stack.enter_context(started(command, **options))
        except OSError as error:
            raise _not_runnable(command[0], error) from error
        assert process.stdout is not None
        with suppress(OSError):  # above the limits of some systems
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        yield process


def _progress_blocks(child: Child) -> Iterator[dict[str, str]]:
    block: dict[str, str] = {}
    n_frames = ""
    for line in child.output:
        key, is_pair, value = line.decode(errors="replace").strip().partition("=")
        if is_pair:  # an output of the run may share the pipe
            block[key] = value.strip()
        if not is_pair or (key == "frame" and value != n_frames):
            child.patience.renew()
            n_frames = value or n_frames
        if key == "progress":
            yield block
            block = {}
