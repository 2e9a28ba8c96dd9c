# SPDX-License-Identifier: BSD-3-Clause
"""The luma planes of a clip, one after the other: read from raw files by us, from others through ffmpeg."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip, open_regular, regular_file
from vmaf_dnn.video.ffmpeg import Child, FFmpeg, running
from vmaf_dnn.video.ffmpeg_log import Outcome
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.scratch import scratch_folder

Plane = NDArray[Any]
_MOST_DECODER_THREADS = 64  # ffmpeg fails to start very many


class LumaReader(Protocol):
    """A clip that is being read."""

    def read(self) -> Plane | None:
        """Read the next plane, (height, width) uint8 or uint16, good until the next; None at the end."""

    def close(self) -> None:
        """End here. Raises `VideoError` if what was read is not what the clip holds."""


@contextmanager
def luma_reader(
    clip: Clip, n_skipped: int, like: Clip, options: VideoOptions, ffmpeg: Callable[[], FFmpeg]
) -> Iterator[LumaReader]:
    """Read `clip` without its first frames, as many as `options` keep, scaled to the size of `like`."""
    regular_file(clip.path)  # it was when it was described
    n_kept = options.frame_cnt
    if clip.frame_offsets is not None and clip.size == like.size:
        offsets = clip.frame_offsets[n_skipped:]
        with open_regular(clip.path) as file:
            yield _RawReader(clip, file, iter(offsets[:n_kept] if n_kept else offsets))
        return
    n_threads = min(options.threads, _MOST_DECODER_THREADS)
    threads = ("-threads", str(n_threads)) if n_threads else ()
    filters = luma_filters(clip, n_skipped, n_kept, like)
    graph = ("-filter_complex", f"[0:V:0]{filters},extractplanes=y[luma]", "-map", "[luma]")
    output = ("-fps_mode", "passthrough", "-enc_time_base", "1:1000", "-f", "rawvideo", "pipe:1")
    arguments = (*threads, *clip.input_arguments, *graph, *output)
    with (
        scratch_folder() as folder,
        running(ffmpeg(), arguments, folder, options.stall_timeout) as child,
    ):
        yield _DecodedReader(clip, like, child)


class _RawReader:
    """Reads rather than maps: a file that is cut meanwhile would kill the process, and copying costs 1 %."""

    def __init__(self, clip: Clip, file: BufferedReader, offsets: Iterator[int]) -> None:
        self._path, self._file, self._offsets = clip.path, file, offsets
        self._plane = _empty_plane(clip, clip)

    def read(self) -> Plane | None:
        for offset in self._offsets:
            self._file.seek(offset)
            if self._file.readinto(self._plane.data.cast("B")) != self._plane.nbytes:
                raise VideoError(f"{self._path} became shorter while it was read; score it when it is whole.")
            return self._plane
        return None

    def close(self) -> None:
        """Do nothing: what was read was whole."""


class _DecodedReader:
    def __init__(self, clip: Clip, like: Clip, child: Child) -> None:
        self._path, self._child, self._plane = clip.path, child, _empty_plane(like, clip)
        self._has_ended = False

    def read(self) -> Plane | None:
        n_bytes = self._child.output.readinto(self._plane.data.cast("B"))
        if n_bytes == self._plane.nbytes:
            return self._plane
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
        outcome.check(f"decoding {self._path} failed")


def _empty_plane(size: Clip, depth: Clip) -> Plane:
    return np.empty((size.height, size.width), np.uint8 if depth.bit_depth == 8 else np.uint16)


_SAME_RANGE = "in_range=pc:out_range=pc"  # equal ranges on both sides: swscale then moves samples untouched


def luma_filters(clip: Clip, n_skipped: int, n_kept: int, like: Clip | None = None) -> str:
    """List filters that number frames, drop the first, keep `n_kept` (0: all), and scale to `like`'s size."""
    end = f":end_frame={n_skipped + n_kept}" if n_kept else ""
    scaled = like is not None and like.size != clip.size
    size = f"w={like.width}:h={like.height}:flags=bicubic:" if like is not None and scaled else ""
    depth = "" if clip.bit_depth == 8 else f"{clip.bit_depth}le"
    return (
        f"trim=start_frame={n_skipped}{end},settb=1/1000,setpts=N"
        f",scale={size}{_SAME_RANGE},format=yuv420p{depth}"  # libvmaf has no grey format; chroma is not read
    )


def check_steady(outcome: Outcome, *paths: Path) -> None:
    """Raise `VideoError` where a clip changes on the way, which restarts the filters and their counting."""
    changes = outcome.said("Reconfiguring filter graph because (.*)")
    if changes:
        raise VideoError(
            f"{' or '.join(map(str, paths))} changes its size, pixel format or colour tags"
            f" on the way ({changes[0][1].strip()}); cut it at the change, or convert it to one format."
        )
