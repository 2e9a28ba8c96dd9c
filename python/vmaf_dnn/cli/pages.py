# SPDX-License-Identifier: BSD-3-Clause
"""What the command makes of reports for people to look at."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.cli.destination import check_output
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extras import imported
from vmaf_dnn.files import check_writable, write_whole
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.page import N_WORST, N_WORST_OF_SEVERAL, write_page
from vmaf_dnn.pages.template import check_charts
from vmaf_dnn.pictures import WorstPictures, worst_pairs
from vmaf_dnn.report import Report
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pipes.source import is_pipe

if TYPE_CHECKING:
    from vmaf_dnn.cli.flags.pages import PageFlags

_PAGES, _PLOTS = (".html", ".htm"), (".png", ".svg")
_N_WIDE = 640  # pixels of a page's pictures


@dataclass(frozen=True)
class Scored:
    """A run that is over.

    Attributes:
        reports: of the clips that could be scored.
        reference: the pristine clip.
        distorted: all the clips that were asked for.
        left_out: those of them that couldn't be scored.
        options: how clips were read.
    """

    reports: Sequence[Report]
    reference: str
    distorted: Sequence[str]
    left_out: Sequence[str]
    options: VideoOptions

    @property
    def indices(self) -> list[int]:
        """Which of the distorted clips the reports are of."""
        return [i for i, clip in enumerate(self.distorted) if clip not in self.left_out]


def checked_flags(arguments: argparse.Namespace) -> PageFlags:
    """Return what the flags ask for. Raises `InvalidArgument` where they make no sense."""
    from vmaf_dnn.cli.flags.pages import PageFlags

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


def give(flags: PageFlags, scored: Scored) -> None:
    """Write pictures, page and plot."""
    ladder = _ladder(scored.reports, flags.group)
    pictures = _pictures(flags, scored)
    if flags.html:
        write_page(scored.reports, flags.html, pictures=pictures, ladder=ladder)
    if flags.plot:
        from vmaf_dnn.pages.plot import plotted

        path = Path(flags.plot)
        write_whole(path, plotted(scored.reports, ladder, path.suffix.lower().lstrip(".")))


def _pictures(flags: PageFlags, scored: Scored) -> list[list[WorstPictures]]:
    """Write those that are asked for, and return those of the page."""
    if not (flags.html or flags.pictures) or flags.has_pipes or not scored.reports[0].score_names:
        return []
    if flags.pictures:
        os.makedirs(flags.pictures, exist_ok=True)
    n_worst = flags.n_worst or (N_WORST if len(scored.distorted) == 1 else N_WORST_OF_SEVERAL)
    found: list[dict[int, WorstPictures]] = [{} for _ in scored.reports]
    pairs = worst_pairs(
        scored.reports, scored.reference, scored.distorted, scored.options, n_worst, scored=scored.indices
    )
    for i, pair in pairs:
        if flags.pictures:
            _write(pair.pictures(), flags.pictures, Path(scored.distorted[scored.indices[i]]).name)
        if flags.html:
            found[i][pair.frame.frame_number] = pair.pictures("jpeg", _N_WIDE)
    return [
        [pictures[frame.frame_number] for frame in report.worst(n_worst)] if pictures else []
        for report, pictures in zip(scored.reports, found, strict=True)
    ]


def _write(pictures: WorstPictures, folder: str, clip: str) -> None:
    stem = f"{clip}.frame{pictures.frame.frame_number:06d}"
    names = {
        "reference": pictures.reference,
        "distorted": pictures.distorted,
        f"difference_x{pictures.factor}": pictures.difference,
    }
    for name, image in names.items():
        write_whole(Path(folder, f"{stem}.{name}.png"), image)


def _ladder(reports: Sequence[Report], group: str | None) -> Ladder | None:
    if len(reports) < 2:
        return None
    with suppress(InvalidArgument):  # no rates, or no codec: then there is no chart of them
        return Ladder.of(reports, group=group)
    return None


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
        raise InvalidArgument(f"no pictures can be written into {folder}: {error}") from error
