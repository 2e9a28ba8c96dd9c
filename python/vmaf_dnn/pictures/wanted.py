# SPDX-License-Identifier: BSD-3-Clause
"""Chosen frames of clips that were compared, read again as they were then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import SUBSAMPLING, Clip
from vmaf_dnn.video.comparison import Comparison
from vmaf_dnn.video.frames import Frame, FrameReader, frame_reader
from vmaf_dnn.video.timing.selection import Selection

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg


def frames_at(
    comparison: Comparison, wanted: Sequence[Sequence[int]], ffmpeg: Callable[[], FFmpeg]
) -> Iterator[tuple[int, int, Frame, Frame]]:
    """Yield number, index of the clip, and both frames, for each frame that is wanted of each clip.

    Each clip is read once, up to its last frame that is wanted; frames are good until the next is taken.

    Args:
        comparison: the clips.
        wanted: for each of its distorted clips numbers of frames as a report counts them, ascending.
        ffmpeg: finds the decoder.

    Raises:
        VideoError: a clip can't be read, or has no such frame.
    """
    numbers = sorted({number for of_clip in wanted for number in of_clip})
    shown = comparison.shown

    def opened(clip: Clip, selection: Selection, of_clip: Sequence[int]) -> FrameReader:
        with_chroma = clip.chroma in SUBSAMPLING
        reader = frame_reader(
            clip, _those(selection, of_clip), shown, comparison.options, ffmpeg, with_chroma=with_chroma
        )
        return stack.enter_context(reader)

    with ExitStack() as stack:
        clips = list(zip(comparison.distorted, comparison.selections[1:], wanted, strict=True))
        readers = [opened(*clip) if clip[2] else None for clip in clips]
        reference = opened(comparison.reference, comparison.selections[0], numbers) if numbers else None
        for number in numbers:
            of_reference = _read(reference, comparison.reference, number)
            for i, (clip, _, of_clip) in enumerate(clips):
                if number in of_clip:
                    yield number, i, of_reference, _read(readers[i], clip, number)


def _those(selection: Selection, numbers: Sequence[int]) -> Selection:
    order = numbers if selection.order is None else [int(selection.order[number]) for number in numbers]
    return replace(selection, count=0, order=order)


def _read(reader: FrameReader | None, clip: Clip, number: int) -> Frame:
    frame = reader.read() if reader is not None else None
    if frame is None:
        raise VideoError(
            f"{clip.path} has no frame {number}, which its report has; name the clip that was scored, with"
            " the options that it was scored with."
        )
    return frame
