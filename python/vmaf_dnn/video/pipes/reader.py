# SPDX-License-Identifier: BSD-3-Clause
"""Clips that come through a pipe: what they are by their first bytes, and their frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.source import Pipe
from vmaf_dnn.video.signature import Y4M, kind_of_head
from vmaf_dnn.video.y4m import read_frame_line, read_head
from vmaf_dnn.video.yuv import raw_clip

if TYPE_CHECKING:
    from vmaf_dnn.video.frames import Frame

_MOST_AHEAD = 64  # frames, of which the words beside FRAME are kept: who reads them is not so far behind
_DECODED = "ffmpeg -i - -fps_mode passthrough -strict -1 -f yuv4mpegpipe - |"


def open_piped(pipe: Pipe, options: VideoOptions) -> Clip:
    """Describe what a pipe gives, waiting for its first bytes. Raises `VideoError` if that is no frames."""
    if pipe.clip is None:
        pipe.clip, pipe.frame_bytes = _described(pipe, options)
    return pipe.clip


def _described(pipe: Pipe, options: VideoOptions) -> tuple[Clip, int]:
    head, path = pipe.head(), Path(pipe.name)
    if not head:
        raise VideoError(f"{pipe} ended before the first frame; see whether its writer failed.")
    kind = kind_of_head(head)
    pipe.is_y4m = kind is not None and kind.suffix == Y4M
    if kind is not None and not pipe.is_y4m:
        raise VideoError(
            f"{pipe} gives {kind.name} file, and only y4m and raw video are read from a pipe; decode it first"
            f" ({_DECODED} vmaf-dnn ...), or name the file."
        )
    if not pipe.is_y4m and not options.is_raw:
        raise VideoError(
            f"{pipe} begins with {head[:8]!r}, not as a y4m does; write y4m into it (-f yuv4mpegpipe of"
            " ffmpeg), or, if it is raw video, state the geometry of its frames (-w -h -p -b)."
        )
    clip, n_bytes = read_head(pipe.file, path) if pipe.is_y4m else raw_clip(path, options)
    return replace(clip, once=pipe), n_bytes


class Buffers(Protocol):
    """Memory for the samples that are compared."""

    n_bytes: int
    frame: Frame

    def fill(self, file: BufferedReader) -> int:
        """Read from where the file stands; returns how many bytes there were."""


class PipedReader:
    """Reads frames as they come; what is not compared is read and dropped."""

    def __init__(self, clip: Clip, pipe: Pipe, buffers: Buffers, n_skipped: int, n_kept: int) -> None:
        self._clip, self._pipe, self._buffers = clip, pipe, buffers
        self._n_skipped, self._n_kept = n_skipped, n_kept
        self._n_read = 0
        self._rest = bytearray(pipe.frame_bytes - buffers.n_bytes)

    def read(self) -> Frame | None:
        """Read the next frame that is wanted."""
        while self._n_read < self._n_skipped:
            if not self._read_next():
                return None
        is_done = self._n_kept and self._n_read == self._n_skipped + self._n_kept
        return self._buffers.frame if not is_done and self._read_next() else None

    def close(self) -> None:
        """Do nothing: what was read was whole."""

    def interrupt(self) -> None:
        """End a read that waits."""
        self._pipe.interrupt()

    def _read_next(self) -> bool:
        pipe = self._pipe
        self._clip.frame_words.pop(self._n_read - _MOST_AHEAD, None)
        if pipe.is_y4m and not read_frame_line(pipe.file, self._n_read, self._clip):
            return False
        n_bytes = self._buffers.fill(pipe.file)
        if n_bytes == self._buffers.n_bytes:
            n_bytes += pipe.file.readinto(self._rest) if self._rest else 0
        if not n_bytes and not pipe.is_y4m:
            return False
        if n_bytes < pipe.frame_bytes:
            raise VideoError(
                f"{pipe} ended within frame {self._n_read}, after {n_bytes} of its {pipe.frame_bytes} bytes;"
                " see whether its writer failed."
            )
        self._n_read += 1
        return True


def piped_reader(
    clip: Clip, n_skipped: int, n_kept: int, like: Clip, buffers: Callable[[], Buffers]
) -> PipedReader:
    """Read a clip's pipe. Raises `VideoError` for frames that ffmpeg would have to bring to another form."""
    assert isinstance(clip.once, Pipe)
    if clip.size != like.size:
        raise VideoError(
            f"{clip.path} is a pipe of {clip.size}, and frames of {like.size} are compared; scale them before"
            f" the pipe (ffmpeg ... -vf scale={like.width}:{like.height}:flags=bicubic ...)."
        )
    return PipedReader(clip, clip.once, buffers(), n_skipped, n_kept)
