# SPDX-License-Identifier: BSD-3-Clause
"""What may stand for a clip: its path, or its frames; and for several of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.video.once import ClipPath, Once
from vmaf_dnn.video.options import VideoKeywords

if TYPE_CHECKING:
    from vmaf_dnn.video.given.source import GivenFrames

REFERENCE, DISTORTED = "given reference", "given distorted clip"
"""What frames are called that have no name."""
_GEOMETRY = ("width", "height", "pixel_format")


def as_clip(argument: str, name: str, clip: object, bit_depth: int | None) -> ClipPath:
    """Return the path, or the frames by that name. Raises `InvalidArgument` if it is neither."""
    if isinstance(clip, (str, os.PathLike)):
        return clip
    if not isinstance(clip, Iterable):
        raise InvalidArgument(f"{argument} must be a path or frames, got {clip!r:.60}.")
    from vmaf_dnn.video.given.source import GivenFrames

    return GivenFrames(clip, name, bit_depth)


def as_clips(distorted: object, bit_depth: int | None) -> tuple[list[ClipPath], bool]:
    """Return the distorted clips, and whether one was given rather than several.

    Frames are told from several clips by the first item: an array, a tuple of arrays or a decoded frame.

    Raises:
        InvalidArgument: it is no clip, no frames and no clips.
    """
    if isinstance(distorted, (str, os.PathLike)) or not isinstance(distorted, Iterable):
        return [as_clip("distorted", DISTORTED, distorted, bit_depth)], True
    items = iter(distorted)
    first = next(items, None)
    if first is None:
        raise InvalidArgument("distorted names no clip and holds no frame; give a path, several, or frames.")
    if not isinstance(first, (str, os.PathLike)):
        from vmaf_dnn.video.given.planes import is_frame
        from vmaf_dnn.video.given.source import GivenFrames

        if is_frame(first):
            seen = (first,) if items is distorted else ()
            return [GivenFrames(distorted, DISTORTED, bit_depth, seen)], True
    several = enumerate(chain((first,), items))
    return [as_clip(f"distorted[{i}]", f"{DISTORTED} {i + 1}", clip, bit_depth) for i, clip in several], False


def check_each_once(clips: Sequence[ClipPath]) -> None:
    """Raise `InvalidArgument` for one iterator in the place of two clips."""
    given = _given(clips)
    for i, clip in enumerate(given):
        for other in given[:i]:
            if clip.iterator is other.iterator:
                raise InvalidArgument(f"{other} and {clip} are one iterator, which gives each frame once.")


def options_beside(clips: Sequence[ClipPath], video: VideoKeywords) -> VideoKeywords:
    """Return the options for these clips: of frames that are given `bitdepth` may be stated alone."""
    if _given(clips) and all(video.get(name) is None for name in _GEOMETRY):
        return {name: value for name, value in video.items() if name != "bitdepth"}  # type: ignore[return-value]
    return video


def _given(clips: Sequence[ClipPath]) -> list[GivenFrames]:
    if not any(isinstance(clip, Once) for clip in clips):
        return []
    from vmaf_dnn.video.given.source import GivenFrames

    return [clip for clip in clips if isinstance(clip, GivenFrames)]
