# SPDX-License-Identifier: BSD-3-Clause
"""What the command makes of reports for people to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from vmaf_dnn.cli.flags.pages import PageFlags
from vmaf_dnn.errors import InvalidArgument, VmafDnnError
from vmaf_dnn.files import write_whole
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages.page import N_WORST, N_WORST_OF_SEVERAL, write_page
from vmaf_dnn.pictures import WorstPictures, worst_pairs
from vmaf_dnn.report import Report
from vmaf_dnn.video.options import VideoOptions

_N_WIDE = 640  # pixels of a page's pictures
_N_CLIP = 200  # bytes of a clip's name in a picture's, which has 255 with the frame and what it shows


class NotGiven(VmafDnnError):
    """Something could not be made or written; the rest is there."""

    def __init__(self, errors: Sequence[VmafDnnError]) -> None:
        super().__init__(" ".join(map(str, errors)))
        self.errors = errors


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


def give(flags: PageFlags, scored: Scored) -> None:
    """Write pictures, page and plot. What fails leaves the others: raises `NotGiven` behind them."""
    ladder = _ladder(scored.reports, flags.group)
    failed: list[VmafDnnError] = []
    pictures: list[list[WorstPictures]] = []
    with _noted(failed):
        pictures = _pictures(flags, scored, failed)
    if flags.html:
        with _noted(failed):
            write_page(scored.reports, flags.html, pictures=pictures, ladder=ladder)
    if flags.plot:
        from vmaf_dnn.pages.plot import plotted

        path = Path(flags.plot)
        with _noted(failed):
            write_whole(path, plotted(scored.reports, ladder, path.suffix.lower().lstrip(".")))
    if failed:
        raise NotGiven(failed)


@contextmanager
def _noted(failed: list[VmafDnnError]) -> Iterator[None]:
    try:
        yield
    except VmafDnnError as error:
        failed.append(error)


def _pictures(flags: PageFlags, scored: Scored, failed: list[VmafDnnError]) -> list[list[WorstPictures]]:
    """Write those that are asked for, and return those of the page."""
    if not (flags.html or flags.pictures) or flags.has_pipes or not scored.reports[0].score_names:
        return []
    if flags.pictures:
        with _noted(failed):
            _make_folder(flags.pictures)
    n_worst = flags.n_worst or (N_WORST if len(scored.distorted) == 1 else N_WORST_OF_SEVERAL)
    found: list[dict[int, WorstPictures]] = [{} for _ in scored.reports]
    pairs = worst_pairs(
        scored.reports, scored.reference, scored.distorted, scored.options, n_worst, scored=scored.indices
    )
    for i, pair in pairs:
        if flags.pictures and not failed:
            with _noted(failed):
                _write(pair.pictures(), flags.pictures, Path(scored.distorted[scored.indices[i]]).name)
        if flags.html:
            found[i][pair.frame.frame_number] = pair.pictures("jpeg", _N_WIDE)
    return [
        [pictures[frame.frame_number] for frame in report.worst(n_worst)] if pictures else []
        for report, pictures in zip(scored.reports, found, strict=True)
    ]


def _write(pictures: WorstPictures, folder: str, clip: str) -> None:
    stem = f"{_short(clip)}.frame{pictures.frame.frame_number:06d}"
    names = {
        "reference": pictures.reference,
        "distorted": pictures.distorted,
        f"difference_x{pictures.factor}": pictures.difference,
    }
    for name, image in names.items():
        write_whole(Path(folder, f"{stem}.{name}.png"), image)


def _short(clip: str) -> str:
    """Return the name; of one too long a digest and the end, which tells most."""
    if len(os.fsencode(clip)) <= _N_CLIP:
        return clip
    digest, end = sha256(os.fsencode(clip)).hexdigest()[:8], clip
    while len(os.fsencode(end)) > _N_CLIP - len(digest) - 1:
        end = end[1:]
    return f"{digest}-{end}"


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InvalidArgument(f"no pictures can be written into {folder}: {error.strerror}.") from error


def _ladder(reports: Sequence[Report], group: str | None) -> Ladder | None:
    if len(reports) < 2:
        return None
    with suppress(InvalidArgument):  # no rates, or no codec: then there is no chart of them
        return Ladder.of(reports, group=group)
    return None
