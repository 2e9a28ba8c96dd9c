# SPDX-License-Identifier: BSD-3-Clause
"""Whether a page, pictures and a plot can be made, before the long work."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vmaf_dnn.cli.destination import check_output
from vmaf_dnn.cli.flags.pages import PageFlags
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import check_writable
from vmaf_dnn.pages.template import check_charts
from vmaf_dnn.report.extras import imported
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.pipes.source import is_pipe

_PAGES, _PLOTS = (".html", ".htm"), (".png", ".svg")


def checked_flags(arguments: argparse.Namespace) -> PageFlags:
    """Return what the flags ask for. Raises `InvalidArgument` where they make no sense."""
    _check_suffix("--html", arguments.html, _PAGES)
    _check_suffix("--plot", arguments.plot, _PLOTS)
    if arguments.pictures == "":
        raise InvalidArgument("--pictures is empty; name a folder.")
    has_pipes = any(map(is_pipe, (arguments.reference, *arguments.distorted)))
    if has_pipes and arguments.pictures:
        raise InvalidArgument(
            "--pictures reads the clips a second time, and a pipe can't be; write it to a file first, or"
            " leave --pictures out."
        )
    if arguments.pictures:
        _check_names(arguments.distorted, arguments.pictures)
    files = [arguments.output, arguments.html, arguments.plot, *filter(None, arguments.ladder)]
    for path, n_uses in Counter(os.path.abspath(file) for file in files if file).items():
        if n_uses > 1:
            raise InvalidArgument(f"{path} is named for {n_uses} outputs; name a file for each.")
    return PageFlags(
        arguments.html, arguments.pictures, arguments.plot, arguments.worst, arguments.group, has_pipes
    )


def check_can_give(
    flags: PageFlags, inputs: Sequence[str], scores: Sequence[str], ffmpeg: str | None
) -> None:
    """Refuse what there will be no score for, no place or no tool.

    Raises:
        InvalidArgument: no score is asked for, or a file can't be written.
        ToolMissing: this build has no charts, or ffmpeg or matplotlib is not installed.
    """
    if not scores and (flags.pictures or flags.plot):
        flag = "--pictures" if flags.pictures else "--plot"
        raise InvalidArgument(f"{flag} needs a score, and no model is asked for; name one, or leave it out.")
    for file in filter(None, (flags.html, flags.plot)):
        check_output(file, inputs)
    if flags.html:
        check_charts()
    if flags.plot:
        imported("matplotlib", "--plot", "vmaf-dnn[video]")
    if flags.pictures:
        _check_folder(flags.pictures)
    if flags.pictures or (flags.html and scores and not flags.has_pipes):
        find_ffmpeg(ffmpeg, libvmaf=False)


def _check_suffix(flag: str, file: str | None, suffixes: Sequence[str]) -> None:
    if file is not None and Path(file).suffix.lower() not in suffixes:
        raise InvalidArgument(f"{flag} takes a file that ends in {' or '.join(suffixes)}, got {file!r}.")


def _check_names(clips: Sequence[str], folder: str) -> None:
    for name, n_uses in Counter(Path(clip).name for clip in clips).items():
        if n_uses > 1:
            raise InvalidArgument(
                f"{n_uses} distorted clips are called {name}, and so would their pictures in {folder} be;"
                " score them in separate runs."
            )


def _check_folder(folder: str) -> None:
    """Raise `InvalidArgument` unless files can be written into a folder, or into where it will be made."""
    place = Path(folder)
    while not os.path.lexists(place):
        place = place.parent
    if not place.is_dir():
        raise InvalidArgument(f"no pictures can be written into {folder}: {place} is no folder; name one.")
    try:
        check_writable(place / "frame.png")
    except InvalidArgument as error:
        raise InvalidArgument(
            f"no pictures can be written into {folder}: {str(error).rstrip('.')}."
        ) from error
