# SPDX-License-Identifier: BSD-3-Clause
"""A clip through a filter, into a y4m file or a pipe."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.files import check_writable, output_path, refusing, whole_file
from vmaf_dnn.filtering.frames import filtered
from vmaf_dnn.filtering.y4m import header, write_frame
from vmaf_dnn.session import Session
from vmaf_dnn.text import pasted
from vmaf_dnn.video.clip import Clip, Progress
from vmaf_dnn.video.ffmpeg.program import FFmpeg, find_ffmpeg
from vmaf_dnn.video.frames import Frame, frame_reader
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pairing.cures import local_file
from vmaf_dnn.video.pipes.source import STDIN, opened_pipes
from vmaf_dnn.video.timing.selection import Selection

STDOUT = "-"
_SUFFIX = ".y4m"


def filter_clip(
    source: str | os.PathLike[str],
    output: str | os.PathLike[str],
    session: Session,
    options: VideoOptions,
    on_progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = (),
) -> int:
    """Write a clip as y4m with its luma filtered and its chroma as it was; returns the number of frames.

    Args:
        source: a clip as `score` takes one, or ``"-"`` for y4m or raw video on standard input.
        output: a ``.y4m`` file, a pipe, or ``"-"`` for standard output. A file is whole or absent.
        session: the filter.
        options: how the clip is read; ``threads`` frames are filtered at once, 0 takes all CPUs at hand.
        on_progress: called after each frame.
        command: words that run this filter to standard output, for the cure of another container.

    Raises:
        InvalidArgument: the output can't be written or would be no y4m, or the model takes another size.
        Unsupported: the model is no filter from one plane to another.
        VideoError: the clip can't be read.
    """
    _check_output(source, output, command)
    with opened_pipes([source], options.stall_timeout) as (given,):
        (clip,) = open_clips([given], options, lambda: _ffmpeg(options))
        selection = Selection(options.frame_skip_ref, options.frame_cnt)
        n_total = None if clip.n_frames_hint is None else selection.n_of(clip.n_frames_hint)
        with _filtered_frames(clip, selection, session, options) as frames:
            first = list(islice(frames, 1))  # whatever is refused is so before anything is written
            if not first:
                raise VideoError(_no_frame(clip, selection))
            line = header(clip)
            with _opened(output) as file:
                with _writing(output):
                    file.write(line)
                n_frames, started_s = 0, time.monotonic()
                for n_frames, frame in enumerate(chain(first, frames), 1):
                    with _writing(output):
                        number = selection.first + n_frames - 1
                        write_frame(file, frame, clip.frame_words.get(number, b""))
                    if on_progress is not None:
                        fps = n_frames / max(time.monotonic() - started_s, 1e-9)
                        on_progress(Progress(n_frames, n_total, fps))
    return n_frames


def _check_output(
    source: str | os.PathLike[str], output: str | os.PathLike[str], command: Sequence[str]
) -> None:
    name = os.fspath(output)
    if name == STDOUT:
        return
    path = output_path(name)
    if os.fspath(source) != STDIN and path.is_file() and os.path.samefile(source, path):
        raise InvalidArgument(f"{name} is the clip itself; name another file.")
    if path.suffix.lower() != _SUFFIX and (path.is_file() or not path.exists()):
        encoded = f", or have ffmpeg encode it ({_encoded(command, path)})" if command and path.suffix else ""
        raise InvalidArgument(
            f"{name} is no name of a y4m file, which is what is written; name one"
            f" ({path.stem}{_SUFFIX}){encoded}."
        )
    check_writable(path)


def _encoded(command: Sequence[str], output: Path) -> str:
    """Return the command that filters and encodes a clip."""
    overwrite = "-y " if output.is_file() else ""  # ffmpeg can't ask: its input is the clip
    return f"{pasted(command)} | ffmpeg {overwrite}-i - {pasted([local_file(output)])}"


def _no_frame(clip: Clip, selection: Selection) -> str:
    if not selection.first:
        return f"{clip.path} holds no frame; see whether it is whole."
    return f"{clip.path} has no frame after its first {selection.first}; skip fewer."


@contextmanager
def _filtered_frames(
    clip: Clip, selection: Selection, session: Session, options: VideoOptions
) -> Iterator[Iterator[Frame]]:
    threads = options.threads or len(os.sched_getaffinity(0))
    has_chroma = clip.chroma != "mono"
    with frame_reader(
        clip, selection, clip, options, lambda: _ffmpeg(options), with_chroma=has_chroma
    ) as reader:
        frames = filtered(session, reader.read, clip.bit_depth, threads)
        yield frames
        frames.close()
        reader.close()


def _ffmpeg(options: VideoOptions) -> FFmpeg:
    return find_ffmpeg(options.ffmpeg, libvmaf=False)


def _writing(output: str | os.PathLike[str]) -> AbstractContextManager[None]:
    return nullcontext() if os.fspath(output) == STDOUT else refusing(Path(output))


@contextmanager
def _opened(output: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    if os.fspath(output) == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output)) as unfinished:
        file = unfinished.open("wb")
        try:
            yield file
        except BaseException:
            with suppress(OSError):  # of what is left to write: the error is told that came first
                file.close()
            raise
        with _writing(output):
            file.close()
