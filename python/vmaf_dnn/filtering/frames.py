# SPDX-License-Identifier: BSD-3-Clause
"""Frames through a filter: luma is filtered, chroma stays as it is."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Literal

import numpy as np

from vmaf_dnn.checks import require_path, require_whole_number
from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.kinds import opened_as
from vmaf_dnn.session import MAX_THREADS, Session
from vmaf_dnn.signatures import SignaturePolicy
from vmaf_dnn.video.frames import Frame, Plane
from vmaf_dnn.video.given.planes import GivenFrame
from vmaf_dnn.video.given.reader import GivenReader
from vmaf_dnn.video.given.source import GivenFrames

KIND = "filter"
DEFAULT_FILTER = "learned_filter_v1"
_MOST_AT_ONCE = 16  # a large plane takes some 50 MB while it is filtered
_NAME = "given clip"


def filter_frames(
    frames: Iterable[GivenFrame],
    *,
    tiny_model: str | os.PathLike[str] = DEFAULT_FILTER,
    bitdepth: int | None = None,
    precision: Literal["auto", "fp32", "int8"] = "auto",
    device: str = "auto",
    registry: str | os.PathLike[str] | None = None,
    verify: bool | SignaturePolicy = False,
    threads: int = 1,
) -> Iterator[Frame]:
    """Filter the luma of frames, one after the other.

    Args:
        frames: any iterable, taken once: planes of luma, (height, width) of uint8 or uint16; tuples of the
            planes Y, U and V; or PyAV's `VideoFrame`. All have the form of the first.
        tiny_model: the id of a filter, or the path of an ``.onnx`` file.
        bitdepth: how many bits of uint16 count, 8 to 16; decoded frames say so themselves.
        precision: ``"auto"`` follows the registry, ``"fp32"`` and ``"int8"`` override it.
        device: ``"auto"``, ``"cpu"`` or another device word.
        registry: path of a ``registry.json``; default as `Session`.
        verify: as `Session`.
        threads: how many frames are filtered at once, at most 16; the frames are the same.

    Returns:
        An iterator over new arrays: a plane for luma alone, else a tuple of the filtered Y, and U and V as
        they were. It takes up to `threads` frames ahead of those it has given.

    Raises:
        InvalidArgument: an argument of the wrong type or out of range, or a plane of a size that the model
            does not take.
        Unsupported: the model is no filter from one plane to another.
        VideoError: a frame is none, is empty, is not as the first one, or has samples of more bits.
        VmafDnnError: whatever opening a `Session` raises.

    >>> import numpy as np
    >>> grey = np.full((2, 36, 48), 128, np.uint8)
    >>> [plane.shape for plane in filter_frames(grey)]
    [(36, 48), (36, 48)]
    """
    require_path("tiny_model", tiny_model)
    require_whole_number("threads", threads, 1, MAX_THREADS)
    if bitdepth is not None:
        require_whole_number("bitdepth", bitdepth, 8, 16)
    if not isinstance(frames, Iterable):
        raise InvalidArgument(f"frames must be an iterable of frames, got {frames!r:.60}.")

    def open_model() -> Session:
        return Session(tiny_model, precision=precision, device=device, registry=registry, verify=verify)

    session = opened_as(KIND, DEFAULT_FILTER, tiny_model, registry, open_model)
    given = GivenFrames(frames, _NAME, None if bitdepth == 8 else bitdepth)
    return _filtered_given(session, given, threads)


def _filtered_given(session: Session, given: GivenFrames, threads: int) -> Iterator[Frame]:
    clip = given.clip
    if not clip.width * clip.height:
        raise VideoError(f"frame 0 of the {_NAME} is {clip.size}; give frames that hold samples.")
    reader = GivenReader(given, 0, 0, with_chroma=clip.chroma != "mono")
    yield from filtered(session, reader.read, clip.bit_depth, threads)


def filtered(
    session: Session, read: Callable[[], Frame | None], bit_depth: int, threads: int
) -> Generator[Frame, None, None]:
    """Yield each frame that `read` gives, filtered, until it gives None; its memory may be used again.

    What `read` raises is raised after the frames that it gave before.
    """
    n_at_once = min(threads, _MOST_AT_ONCE)
    with ThreadPoolExecutor(n_at_once, "filter") as pool:
        under_way: deque[Future[Frame]] = deque()
        fault: Exception | None = None
        try:
            while fault is None:
                try:
                    if (frame := read()) is None:
                        break
                except Exception as error:
                    fault = error
                    break
                under_way.append(pool.submit(partial(_filtered, session, _copied(frame), bit_depth)))
                if len(under_way) > n_at_once:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
            if fault is not None:
                raise fault
        finally:
            for future in under_way:
                future.cancel()


def _copied(frame: Frame) -> Frame:
    if not isinstance(frame, tuple):
        return np.array(frame, order="C")
    y, u, v = (np.array(plane, order="C") for plane in frame)
    return y, u, v


def _filtered(session: Session, frame: Frame, bit_depth: int) -> Frame:
    if not isinstance(frame, tuple):
        return _plane(session, frame, bit_depth)
    y, u, v = frame
    return _plane(session, y, bit_depth), u, v


def _plane(session: Session, plane: Plane, bit_depth: int) -> Plane:
    return session._filter(plane, bit_depth)
