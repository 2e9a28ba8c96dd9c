# SPDX-License-Identifier: BSD-3-Clause
"""PyAV: whether it is there, its log as one of ffmpeg's runs, a file opened with the stream to compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from vmaf_dnn.errors import ToolMissing, VideoError
from vmaf_dnn.video.clip import Clip, file_argument
from vmaf_dnn.video.ffmpeg.log import Outcome

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_LEVELS = {0: "panic", 8: "fatal", 16: "error"}  # FFmpeg's numbers


def pyav() -> ModuleType:
    """Return PyAV, which tells of errors from now on, each time that they happen. Raises `ToolMissing`."""
    try:
        import av
        import av.logging
    except ImportError as error:
        raise ToolMissing(
            f"the decoder av is PyAV, which can't be imported ({error}): pip install 'vmaf-dnn[av]', or leave"
            " --decoder (decoder=) out."
        ) from error
    av.logging.set_skip_repeated(False)
    level = av.logging.get_level()
    if level is None or level < av.logging.ERROR:
        av.logging.set_level(av.logging.ERROR)
    return av


@contextmanager
def checked(clip: Clip) -> Iterator[None]:
    """Raise `VideoError` if the block fails or FFmpeg's libraries log an error: damage is not concealed."""
    av = pyav()
    error: Exception | None = None
    with av.logging.Capture(local=True) as logs:
        try:
            yield
        except (av.FFmpegError, OSError) as caught:
            error = caught
    log = _as_log(logs) if logs or error is None else f"[av] [error] {error}\n"
    try:
        Outcome(0 if error is None else 1, log).check(f"decoding {clip.path} failed")
    except VideoError as refusal:
        raise refusal from error


def _as_log(logs: Sequence[tuple[int, str, str]]) -> str:
    lines = [(name, _LEVELS[level], text) for level, name, text in logs if level in _LEVELS]
    return "".join(f"[{name} @ 0x0] [{level}] {' '.join(text.split())}\n" for name, level, text in lines)


@contextmanager
def opened(clip: Clip) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the clip, which may name no other file, at its first stream of moving pictures."""
    av = pyav()
    with checked(clip):
        container = av.open(file_argument(clip.path), options={"protocol_whitelist": "file"})
    with container:
        stream = next((stream for stream in container.streams.video if not _is_still(stream)), None)
        if stream is None:
            raise VideoError(f"{clip.path} holds no video that PyAV can decode; leave the decoder av out.")
        stream.thread_type = "SLICE"
        stream.codec_context.thread_count = 1  # what other threads log can't be told apart
        yield container, stream


def _is_still(stream: VideoStream) -> bool:
    return "attached_pic" in str(stream.disposition) or "timed_thumbnails" in str(stream.disposition)
