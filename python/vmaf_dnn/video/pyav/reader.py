# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a clip that PyAV decodes, in the memory that the decoder wrote them to."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.ahead import fetched_ahead
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.ffmpeg.probe import planar_layout
from vmaf_dnn.video.frames import Frame, Plane, unsteady
from vmaf_dnn.video.pyav.container import checked, opened, pyav

if TYPE_CHECKING:
    from av import VideoFrame

_UPRIGHT = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)  # a display matrix that moves nothing
_CURE = "leave --decoder (decoder=) out, and ffmpeg decodes it"


def pyav_version() -> str:
    """Return PyAV's version."""
    return str(pyav().__version__)


@contextmanager
def pyav_reader(
    clip: Clip, n_skipped: int, n_kept: int, like: Clip, *, with_chroma: bool
) -> Iterator[_Reader]:
    """Read `clip` without its first frames, `n_kept` of them (0: all), in a thread of its own.

    Raises `VideoError` for what ffmpeg would bring to the form that it described: it is not done here.
    """
    if clip.size != like.size:
        raise VideoError(f"{clip.path} has to be scaled, which the decoder av does not do; {_CURE}.")
    if clip.is_sequence:
        raise VideoError(f"{clip.path} is a sequence of stills, which the decoder av does not read; {_CURE}.")
    if clip.filters:
        raise VideoError(
            f"{clip.path} has to be {clip.treated[0]}, which the decoder av does not do; {_CURE}."
        )
    with opened(clip) as (container, stream):
        frames = _decoded(clip, container.decode(stream), with_chroma=with_chroma)
        wanted = islice(frames, n_skipped, n_skipped + n_kept if n_kept else None)
        with fetched_ahead(wanted, lambda: None) as ahead:
            yield _Reader(ahead)


class _Reader:
    def __init__(self, frames: Iterator[Frame]) -> None:
        self._frames = frames

    def read(self) -> Frame | None:
        return next(self._frames, None)

    def close(self) -> None:
        """Do nothing: each frame was checked when it was read."""

    def interrupt(self) -> None:
        """Do nothing: a decoder without a pipe does not let wait."""


def _decoded(clip: Clip, frames: Iterator[VideoFrame], *, with_chroma: bool) -> Iterator[Frame]:
    first: tuple[Any, ...] = ()
    while True:
        with checked(clip):
            frame = next(frames, None)
        if frame is None:
            return
        if frame.is_corrupt:
            raise VideoError(f"decoding {clip.path} failed: ffmpeg says 'corrupt decoded frame'.")
        shape = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        first = first or shape
        if shape != first:
            raise unsteady(f"changed to {frame.width}x{frame.height}, {frame.format.name}", clip.path)
        _check_as_described(frame, clip)
        yield _planes(frame, clip, with_chroma=with_chroma)


def _check_as_described(frame: VideoFrame, clip: Clip) -> None:
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is not None and struct.unpack("9i", bytes(cast(Any, matrix))) != _UPRIGHT:
        raise VideoError(
            f"{clip.path} is to be turned when it is shown, which the decoder av does not do; {_CURE}."
        )
    if (frame.width, frame.height) != (clip.width, clip.height):
        raise VideoError(
            f"{clip.path} decodes to {frame.width}x{frame.height} and is to be cut to {clip.size}, which the"
            f" decoder av does not do; {_CURE}."
        )
    name = frame.format.name
    if planar_layout(name) != (clip.chroma, clip.bit_depth) or name.endswith("be"):
        raise VideoError(f"{clip.path} decodes to {name}, which the decoder av does not take; {_CURE}.")
    if any(plane.line_size < 0 for plane in frame.planes):  # PyAV's buffer begins at the end of such memory
        raise VideoError(f"{clip.path} is stored upside down, which the decoder av does not take; {_CURE}.")


def _planes(frame: VideoFrame, clip: Clip, *, with_chroma: bool) -> Frame:
    dtype = np.uint8 if clip.bit_depth == 8 else np.uint16

    def plane(index: int, size: tuple[int, int]) -> Plane:
        """Return a plane where it lies; the array keeps the frame."""
        stored = frame.planes[index]
        samples: Plane = np.frombuffer(cast(Any, stored), dtype)
        return samples.reshape(-1, stored.line_size // samples.itemsize)[: size[1], : size[0]]

    luma = plane(0, (clip.width, clip.height))
    if not with_chroma:
        return luma
    return luma, plane(1, clip.chroma_size), plane(2, clip.chroma_size)
