# SPDX-License-Identifier: BSD-3-Clause
"""The frames of one clip, alone: those that the options choose, at the size and depth that they ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video.ahead import fetched_ahead
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.comparison import Comparison
from vmaf_dnn.video.frames import FrameReader, Plane, frame_reader, is_stored
from vmaf_dnn.video.once import ClipPath
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import LEAST_LINES, MOST_LINES, VideoOptions
from vmaf_dnn.video.timing.selection import Told

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg

_OF_PAIRS = (
    *("match", "sync", "shortest", "frame_skip_ref", "extractor", "encoded"),
    *("adm_enhn_gain_limit", "vif_enhn_gain_limit", "motion_rule"),
)


def check_alone(options: VideoOptions) -> None:
    """Raise `InvalidArgument` for an option that means something only beside a reference."""
    usual = {field.name: field.default for field in fields(VideoOptions)}
    for name in _OF_PAIRS:
        if getattr(options, name) != usual[name]:
            raise InvalidArgument(f"{name} goes with a reference, and there is none; leave it out.")
    if options.scale is True:
        raise InvalidArgument("scale has no reference whose size it could take; give it a number of lines.")


def _cure_of_size(clip: Clip) -> str:
    """Advise a scale where one makes the clip large enough, and not too large to be read."""
    narrow, wide = sorted((clip.width, clip.height))
    if wide * LEAST_LINES > MOST_LINES * narrow:
        return "it is too narrow to be scored"
    lines = max(LEAST_LINES, -(-LEAST_LINES * clip.height // clip.width))
    return f"score it at the size that it is shown at, {lines} lines or more (--scale LINES)"


class LoneClip:
    """A clip that is opened and checked.

    Raises:
        VideoError: it can't be read, or is too small.
    """

    def __init__(self, path: ClipPath, options: VideoOptions) -> None:
        self._options = replace(options, frame_skip_ref=options.frame_skip_dist)
        self._used: FFmpeg | None = None
        (clip,) = open_clips([path], self._options, self._ffmpeg)
        self._alone = Comparison(clip, (), self._options)
        if min(self.shown.width, self.shown.height) < LEAST_LINES:
            raise VideoError(
                f"{clip.path} is {self.shown.size}, and tiles are cut from {LEAST_LINES}x{LEAST_LINES} pixels"
                f" or more; {_cure_of_size(self.shown)}."
            )
        if self._options.is_timed:
            from vmaf_dnn.video.timing.plan import planned

            choices = planned([clip], self._options, self._ffmpeg)
            self._alone = replace(self._alone, choices=tuple(choices))

    @cached_property
    def shown(self) -> Clip:
        """The clip at the size and depth that it is scored at."""
        return self._alone.shown

    @property
    def treated(self) -> Clip:
        """The clip as it is, with words for what is done to it."""
        return self._alone.treated_pair(self._alone.reference)[0]

    @property
    def told(self) -> Told:
        """How its frames were chosen, where more than counts said so."""
        return self._alone.choices[0].told if self._alone.choices else {}

    @property
    def n_frames_hint(self) -> int | None:
        """How many frames there are to read, as far as the headers tell."""
        return self._alone.n_frames_hint

    @property
    def decoder(self) -> str:
        """Say who read the frames, where we did not do so alone."""
        clip = self._alone.reference
        if self._used is None or clip.once is not None or is_stored(clip, self.shown):
            return ""
        if self._options.decoder == "av":
            from vmaf_dnn.video.pyav import pyav_version

            return f", PyAV {pyav_version()}"
        from vmaf_dnn.video.ffmpeg.program import asked

        return f", ffmpeg {clip.decoder_version or asked(self._used.path).version}"

    @contextmanager
    def frames(self) -> Iterator[Iterator[Plane]]:
        """Iterate over planes of luma, (height, width), which a thread reads ahead; each good until the next.

        Raises:
            VideoError: the clip can't be read to its end, or holds no frame to score.
        """
        clip, selection = self._alone.reference, self._alone.selections[0]
        with (
            frame_reader(clip, selection, self.shown, self._options, self._ffmpeg) as reader,
            fetched_ahead(self._read(reader), reader.interrupt) as frames,
        ):
            yield frames

    def _read(self, reader: FrameReader) -> Iterator[Plane]:
        n_read = 0
        while (frame := reader.read()) is not None:
            n_read += 1
            yield frame[0] if isinstance(frame, tuple) else frame
        reader.close()
        if n_read == 0:
            raise VideoError(f"{self._alone.reference.path} has no frame left to score; skip fewer of them.")

    def _ffmpeg(self) -> FFmpeg:
        from vmaf_dnn.video.ffmpeg.program import find_ffmpeg

        self._used = find_ffmpeg(self._options.ffmpeg, libvmaf=False)
        return self._used
