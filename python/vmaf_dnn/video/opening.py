# SPDX-License-Identifier: BSD-3-Clause
"""Which reader a file gets: by its first bytes, or as raw video where the caller says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.video.clip import BIT_DEPTHS, Clip, regular_file
from vmaf_dnn.video.misfits import REFERENCE, Misfits
from vmaf_dnn.video.once import Once
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.reader import open_piped
from vmaf_dnn.video.pipes.source import Pipe
from vmaf_dnn.video.signature import SEQUENCE, Y4M, FileKind, kind_of, renamed
from vmaf_dnn.video.y4m import open_y4m
from vmaf_dnn.video.yuv import open_yuv

if TYPE_CHECKING:
    from vmaf_dnn.video.ffmpeg.program import FFmpeg


def open_clips(
    paths: Sequence[str | os.PathLike[str]],
    options: VideoOptions,
    ffmpeg: Callable[[], FFmpeg],
    misfits: Misfits | None = None,
) -> list[Clip]:
    """Open clips that are to be compared; `ffmpeg` is called for those that it has to describe.

    Given raw geometry, files named .yuv are raw; if none is named so, all are, as in libvmaf. The first clip
    is the reference; `misfits`, if there are any, drops others that can't be opened.

    Raises:
        VideoError: a clip can't be read, or is not raw as the caller says.
    """
    misfits = misfits or Misfits(len(paths) - 1)
    files: dict[int, tuple[Path, FileKind | None]] = {}
    once: dict[int, Clip] = {}
    for i, path in enumerate(paths, REFERENCE):
        with misfits.dropping(i):
            if isinstance(path, Once):
                once[i] = _checked(_open_once(path, options), options)
            elif "%" in os.fspath(path) and _is_sequence(path):
                files[i] = Path(path), SEQUENCE
            else:
                files[i] = regular_file(path), kind_of(path)
    any_yuv = any(_is_yuv(file) for file, _ in files.values())
    any_yuv |= any(isinstance(path, Pipe) for path in paths) and all(kind for _, kind in files.values())
    raw = {i for i, (file, _) in files.items() if options.is_raw and (_is_yuv(file) or not any_yuv)}
    really_raw = [files[i][0] for i in files if i in raw and files[i][1] is None]
    clips = dict(once)
    for i, (file, kind) in files.items():
        with misfits.dropping(i):
            if i in raw:
                _check_raw(file, kind, really_raw)
            clips[i] = _open(file, kind, options, i in raw, ffmpeg)
    if options.crop is None and not options.deinterlace:
        return [clips[i] for i in sorted(clips)]
    from vmaf_dnn.video.shaping.form import Form

    form, formed = Form(options, ffmpeg), []
    for i in sorted(clips):
        with misfits.dropping(i):
            formed.append(form.given(clips[i]))
    form.check()
    return formed


def _open_once(clip: Once, options: VideoOptions) -> Clip:
    if isinstance(clip, Pipe):
        return open_piped(clip, options)
    from vmaf_dnn.video.given.source import GivenFrames

    assert isinstance(clip, GivenFrames)
    return clip.clip


def _is_sequence(path: str | os.PathLike[str]) -> bool:
    from vmaf_dnn.video.shaping.sequence import find_sequence

    return find_sequence(path) is not None


def _is_yuv(file: Path) -> bool:
    return file.suffix.lower() == ".yuv"


def _check_raw(file: Path, kind: FileKind | None, really_raw: Sequence[Path]) -> None:
    if kind is None:
        return
    if not really_raw:
        cure = "leave out -w -h -p -b (width, height, pixel_format, bitdepth)"
    elif _is_yuv(file):
        cure = f"rename it to {renamed(file, kind).name}"
    else:
        cure = f"rename {really_raw[0]}, which is, to {really_raw[0].with_suffix('.yuv').name}"
    raise VideoError(f"{file} is {kind.name} file, not raw video; {cure}.")


def _open(
    file: Path, kind: FileKind | None, options: VideoOptions, is_raw: bool, ffmpeg: Callable[[], FFmpeg]
) -> Clip:
    if is_raw:
        return open_yuv(file, options)
    if kind is None and _is_yuv(file):
        raise InvalidArgument(
            f"{file} is raw video, which doesn't state its geometry: --width, --height, --pixel_format"
            " and --bitdepth are missing."
        )
    is_y4m = file.suffix.lower() == ".y4m" if kind is None else kind.suffix == Y4M
    if is_y4m:
        return _checked(open_y4m(file), options)
    from vmaf_dnn.video.ffmpeg.probe import probe

    return probe(file, ffmpeg(), options, is_known=kind is not None)


def _checked(clip: Clip, options: VideoOptions) -> Clip:
    if clip.bit_depth not in BIT_DEPTHS:
        from vmaf_dnn.video.shaping.depth import check_bits

        check_bits(clip.path, clip.chroma, clip.bit_depth, options.depth)
    return clip
