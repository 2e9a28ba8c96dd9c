# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a clip, one after the other: read from raw files by us, from others through ffmpeg."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip, check_there, open_regular
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.reader import piped_reader
from vmaf_dnn.video.pipes.source import Pipe
from vmaf_dnn.video.timing.selection import Selection

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.log import Outcome
    from vmaf_dnn.video.ffmpeg.program import Child, FFmpeg

Plane = NDArray[Any]
Frame = Plane | tuple[Plane, Plane, Plane]
"""Luma, or with chroma Y, U and V: (height, width) each, uint8 or uint16."""

_MOST_DECODER_THREADS = 64  # ffmpeg fails to start very many


class FrameReader(Protocol):
    """A clip that is being read."""

    def read(self) -> Frame | None:
        """Read the next frame, good until the second one after it; None at the end."""

    def close(self) -> None:
        """End here. Raises `VideoError` if what was read is not what the clip holds."""

    def interrupt(self) -> None:
        """End a read that waits, by another thread."""


@contextmanager
def frame_reader(
    clip: Clip,
    selection: Selection,
    like: Clip,
    options: VideoOptions,
    ffmpeg: Callable[[], FFmpeg],
    *,
    with_chroma: bool = False,
) -> Iterator[FrameReader]:
    """Read the frames of `clip` that are selected, with the size and depth of `like`."""
    with _stored_reader(clip, selection, like, options, ffmpeg, with_chroma=with_chroma) as reader:
        if clip.bit_depth == like.bit_depth:
            yield reader
            return
        from vmaf_dnn.video.shaping.depth import raised

        yield raised(reader, clip, like.bit_depth)


@contextmanager
def _stored_reader(
    clip: Clip,
    selection: Selection,
    like: Clip,
    options: VideoOptions,
    ffmpeg: Callable[[], FFmpeg],
    *,
    with_chroma: bool,
) -> Iterator[FrameReader]:
    """Read it at its own depth."""
    n_skipped, n_kept = selection.first, selection.n_read
    if isinstance(clip.once, Pipe):
        yield piped_reader(
            clip, n_skipped, n_kept, like, lambda: _FrameBuffers(clip, with_chroma=with_chroma)
        )
        return
    if clip.once is not None:
        from vmaf_dnn.video.given.reader import given_reader

        yield given_reader(clip, n_skipped, n_kept, like, with_chroma=with_chroma)
        return
    check_there(clip)
    if is_stored(clip, like):
        assert clip.frame_offsets is not None
        with open_regular(clip.path) as file:
            yield _RawReader(clip, file, selection, with_chroma=with_chroma)
        return
    if options.decoder == "av" and clip.frame_offsets is None:
        from vmaf_dnn.video.pyav import pyav_reader

        with pyav_reader(clip, n_skipped, n_kept, like, with_chroma=with_chroma) as reader:
            yield selection.read_by(reader)
        return
    from vmaf_dnn.video.ffmpeg.program import running
    from vmaf_dnn.video.ffmpeg.scratch import scratch_folder

    n_threads = min(options.threads, _MOST_DECODER_THREADS)
    threads = ("-threads", str(n_threads)) if n_threads else ()
    filters = decoding_filters(
        clip, n_skipped, n_kept, like, with_chroma=with_chroma, method=options.scale_method
    )
    planes = "" if with_chroma else ",extractplanes=y"
    graph = ("-filter_complex", f"[0:V:0]{filters}{planes}[frames]", "-map", "[frames]")
    output = ("-fps_mode", "passthrough", "-enc_time_base", "1:1000", "-f", "rawvideo", "pipe:1")
    arguments = (*threads, *clip.input_arguments, *graph, *output)
    with (
        scratch_folder() as folder,
        running(ffmpeg(), arguments, folder, options.stall_timeout) as child,
    ):
        scaled = replace(clip, width=like.width, height=like.height)
        buffers = _FrameBuffers(scaled, with_chroma=with_chroma)
        yield selection.read_by(_DecodedReader(clip.path, buffers, child))


def is_stored(clip: Clip, like: Clip) -> bool:
    """Whether the frames lie in the file as they are compared, so that nobody has to decode or scale them."""
    return clip.frame_offsets is not None and clip.size == like.size and not clip.filters


class _FrameBuffers:
    """The memory of two frames that take turns, plane after plane as files and pipes have it."""

    def __init__(self, clip: Clip, *, with_chroma: bool) -> None:
        sizes = [(clip.width, clip.height), *([clip.chroma_size] * 2 if with_chroma else [])]
        dtype = np.uint8 if clip.bit_depth == 8 else np.uint16
        n_samples = sum(width * height for width, height in sizes)
        memory, other = (np.empty(n_samples, dtype) for _ in range(2))
        self._turns = cycle((part.data.cast("B"), _planes(part, sizes)) for part in (memory, other))
        self.n_bytes = memory.nbytes
        self.frame: Frame
        """The frame that was read last."""

    def fill(self, file: BufferedReader) -> int:
        """Read from where the file stands; returns how many bytes there were."""
        memory, self.frame = next(self._turns)
        return file.readinto(memory)


def _planes(memory: Plane, sizes: Sequence[tuple[int, int]]) -> Frame:
    ends = np.cumsum([width * height for width, height in sizes])
    parts = np.split(memory, ends[:-1])
    planes = [part.reshape(height, width) for part, (width, height) in zip(parts, sizes, strict=True)]
    return (planes[0], planes[1], planes[2]) if len(planes) > 1 else planes[0]


class _RawReader:
    """Reads rather than maps: a file that is cut meanwhile would kill the process, and copying costs 1 %."""

    def __init__(self, clip: Clip, file: BufferedReader, selection: Selection, *, with_chroma: bool) -> None:
        self._path, self._file, self._offsets = clip.path, file, selection.of(clip.frame_offsets or ())
        self._n_bytes = 0 if selection.n_read else clip.n_bytes  # where all is read, however much it is
        self._buffer = _FrameBuffers(clip, with_chroma=with_chroma)

    def read(self) -> Frame | None:
        for offset in self._offsets:
            self._file.seek(offset)
            if self._buffer.fill(self._file) != self._buffer.n_bytes:
                raise VideoError(f"{self._path} became shorter while it was read; read it when it is whole.")
            return self._buffer.frame
        if self._n_bytes and os.fstat(self._file.fileno()).st_size > self._n_bytes:
            raise VideoError(f"{self._path} became longer while it was read; read it when it is whole.")
        return None

    def close(self) -> None:
        """Do nothing: what was read was whole."""

    def interrupt(self) -> None:
        """Do nothing: a file does not let wait."""


class _DecodedReader:
    def __init__(self, path: Path, buffer: _FrameBuffers, child: Child) -> None:
        self._path, self._buffer, self._child = path, buffer, child
        self._has_ended = False

    def read(self) -> Frame | None:
        n_bytes = self._buffer.fill(self._child.output)
        if n_bytes == self._buffer.n_bytes:
            return self._buffer.frame
        self._has_ended = True
        self.close()
        if n_bytes:
            raise VideoError(
                f"{self._path}: ffmpeg stopped within a frame; try another ffmpeg with --ffmpeg."
            )
        return None

    def close(self) -> None:
        outcome = self._child.outcome() if self._has_ended else self._child.stop()
        check_steady(outcome, self._path)
        outcome.check(f"decoding {self._path} failed", [self._path])

    def interrupt(self) -> None:
        self._child.process.kill()


# Samples as they are: what a clip says of its colours would have the filters convert them, to one matrix for
# both clips of libvmaf's filter, or refuse a matrix that swscale doesn't know.
_UNTAGGED = "setparams=" + ":".join(
    f"{name}=unknown" for name in ("range", "colorspace", "color_primaries", "color_trc")
)
_SAME_RANGE = "in_range=pc:out_range=pc"  # equal ranges on both sides: swscale then moves samples untouched


def decoding_filters(
    clip: Clip, n_skipped: int, n_kept: int, like: Clip, *, with_chroma: bool = False, method: str = "bicubic"
) -> str:
    """List filters that number frames, drop the first, keep `n_kept` (0: all), and scale to `like`'s size.

    Chroma is kept as the clip has it; where it is not asked for, it is of any layout.
    """
    end = f":end_frame={n_skipped + n_kept}" if n_kept else ""
    size = f"w={like.width}:h={like.height}:flags={method}:" if like.size != clip.size else ""
    chroma = clip.chroma if with_chroma else "420"  # libvmaf has no grey format
    depth = "" if clip.bit_depth == 8 else f"{clip.bit_depth}le"
    form = "".join(f"{words}," for words in clip.filters)
    return (
        f"{form}trim=start_frame={n_skipped}{end},settb=1/1000,setpts=N"
        f",{_UNTAGGED},scale={size}{_SAME_RANGE},format=yuv{chroma}p{depth}"
    )


def check_steady(outcome: Outcome, *paths: Path) -> None:
    """Raise `VideoError` where a clip changes on the way, which restarts the filters and their counting."""
    changes = outcome.said("Reconfiguring filter graph because (.*)")
    if changes:
        raise unsteady(changes[0][1].strip(), *paths)


def unsteady(change: str, *paths: Path) -> VideoError:
    """Return the refusal of a clip that changes on the way."""
    return VideoError(
        f"{' or '.join(map(str, paths))} changes its size, pixel format or colour tags"
        f" on the way ({change}); cut it at the change, or convert it to one format."
    )
