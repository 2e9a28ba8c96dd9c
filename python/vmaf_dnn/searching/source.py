# SPDX-License-Identifier: BSD-3-Clause
"""The clip that is to be encoded: how it is read, how long it is, and how its encodes are scored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.scoring import ScoreKeywords
from vmaf_dnn.session import Session
from vmaf_dnn.svm.request import AUTO
from vmaf_dnn.video.clip import ASSUMED_RATE, Clip
from vmaf_dnn.video.ffmpeg.packets import n_packets
from vmaf_dnn.video.ffmpeg.program import FFmpeg
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import DEFAULT_STALL_TIMEOUT_S, LEAST_LINES, VideoOptions, video_options
from vmaf_dnn.video.pipes.source import is_pipe

_OF_READING = ("width", "height", "pixel_format", "bitdepth", "crop", "deinterlace", "matrix", "frame_rate")
_OF_PAIRS = (
    *("start", "duration", "frame_cnt", "frame_skip_ref", "frame_skip_dist", "match", "sync", "shortest"),
    *("progress", "on_misfit"),
)
_OF_SESSIONS = ("precision", "registry", "device", "fp16_io", "verify")


@dataclass(frozen=True)
class Source:
    """A clip, opened, with its length in frames, its frames a second, and how long its decoder may stall."""

    clip: Clip
    n_frames: int
    frame_rate: float
    stall_timeout: float = DEFAULT_STALL_TIMEOUT_S

    @property
    def pixels_a_second(self) -> float:
        """How much an encoder is given."""
        return self.clip.width * self.clip.height * self.frame_rate


def open_source(path: str | os.PathLike[str], options: VideoOptions, ffmpeg: FFmpeg) -> Source:
    """Open the clip. Raises `VideoError` if it can't be read, is too small, a pipe, or holds no frame."""
    if is_pipe(path):
        raise VideoError("a search reads the clip more than once, so it takes no pipe; give it a file.")
    clip = open_clips([path], options, lambda: ffmpeg)[0]
    if min(clip.width, clip.height) < LEAST_LINES:
        raise VideoError(
            f"{path} is {clip.width}x{clip.height}; VMAF needs {LEAST_LINES}x{LEAST_LINES} pixels or more."
        )
    n_frames = clip.n_frames_hint or n_packets(clip, ffmpeg, options.stall_timeout)
    if not n_frames:
        raise VideoError(f"{path} doesn't tell how long it is, and holds no frame that ffmpeg can find.")
    frame_rate = clip.frame_rate or options.frame_rate or ASSUMED_RATE
    return Source(clip, n_frames, frame_rate, options.stall_timeout)


def reading_options(scoring: Mapping[str, Any]) -> VideoOptions:
    """Return how the clip is read. Raises `InvalidArgument` for what is of pairs of clips, or unknown."""
    defaults = {field.name: field.default for field in fields(VideoOptions)}
    for name in _OF_PAIRS:
        if name in scoring and scoring[name] != defaults.get(name):
            raise InvalidArgument(f"{name} says which frames of two clips are compared; a search takes all.")
    of_scores = ScoreKeywords.__annotations__.keys() - defaults.keys()
    of_clips = {name: value for name, value in scoring.items() if name not in of_scores}
    return video_options(**cast(Any, of_clips))


def scoring_keywords(scoring: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords that encodes of samples are scored by, with models opened, lest that be late.

    The samples describe themselves, and were shaped when they were cut. Raises `VmafDnnError` for a model
    that can't be opened.
    """
    left_out = {*_OF_READING, *_OF_PAIRS, *_OF_SESSIONS}
    keywords = {name: value for name, value in scoring.items() if name not in left_out}
    keywords["depth"] = scoring.get("depth") or "auto"
    default = None if scoring.get("svm_model") else DEFAULT_MODEL
    models = scoring.get("tiny_model") or default
    several = [models] if isinstance(models, (str, os.PathLike, Session)) else list(models or ())
    named = {name: scoring[name] for name in _OF_SESSIONS if name in scoring}
    threads = scoring.get("tiny_threads", 1)
    sessions = [
        model if isinstance(model, Session) or model == AUTO else Session(model, threads=threads, **named)
        for model in several
    ]
    return keywords | {"tiny_model": sessions or None} | (named if AUTO in several else {})
