# SPDX-License-Identifier: BSD-3-Clause
"""The worst frames of reports as pictures, decoded and shaped as they were for their scores."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Unpack

from vmaf_dnn.checks import (
    require_instance,
    require_one_of,
    require_path,
    require_whole_number,
    require_word,
)
from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.pictures.pair import ClipPair, WorstPictures
from vmaf_dnn.pictures.still import JPEG, PNG, Still
from vmaf_dnn.pictures.wanted import frames_at
from vmaf_dnn.report import Report
from vmaf_dnn.video.comparison import Comparison, open_comparison
from vmaf_dnn.video.ffmpeg.program import FFmpeg, find_ffmpeg
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.once import ClipPath, Once
from vmaf_dnn.video.options import VideoKeywords, VideoOptions, video_options
from vmaf_dnn.video.pipes.source import is_pipe


def worst_pictures(
    report: Report,
    reference: ClipPath,
    distorted: ClipPath,
    n: int = 5,
    *,
    metric: str | None = None,
    image: str = PNG,
    max_width: int | None = None,
    **video: Unpack[VideoKeywords],
) -> list[WorstPictures]:
    """Return pictures of the worst frames of a report, worst first.

    Args:
        report: the scores of the pair.
        reference: the pristine clip.
        distorted: the clip that was scored.
        n: how many frames, half a second apart, as `Report.worst` chooses them.
        metric: whose lowest values are the worst; default the report's first score.
        image: ``"png"``, or ``"jpeg"``, which is smaller and not exact.
        max_width: how wide the pictures are at most; default as wide as the frames that were compared.
        **video: the fields of `VideoOptions` that the pair was scored with.

    Returns:
        At most `n` `WorstPictures`, 8 bits a sample whatever the clips have.

    Raises:
        InvalidArgument: an argument is of another type or out of range; nothing is decoded.
        VmafDnnError: a clip can't be read again, as a pipe, or is not the one that was scored; or there is
            no ffmpeg, which makes the files.
    """
    require_instance("report", report, Report, "a Report")
    require_whole_number("n", n, 0)
    if metric is not None:
        require_word("metric", metric)
    require_one_of("image", image, (PNG, JPEG))
    if max_width is not None:
        require_whole_number("max_width", max_width, 1)
    options = video_options(**video)
    pairs = worst_pairs([report], reference, [distorted], options, n, metric=metric)
    pictures = {pair.frame.frame_number: pair.pictures(image, max_width) for _, pair in pairs}
    return [pictures[frame.frame_number] for frame in report.worst(n, metric)]


def worst_pairs(
    reports: Sequence[Report],
    reference: ClipPath,
    distorted: Sequence[ClipPath],
    options: VideoOptions,
    n: int = 5,
    *,
    metric: str | None = None,
    scored: Sequence[int] | None = None,
) -> Iterator[tuple[int, ClipPair]]:
    """Yield the index of a report and a pair of frames, for each of the worst frames of several reports.

    The reference is decoded once for all of them. Pairs come as the frames do, not the worst first.

    Args:
        reports: the scores.
        reference: the pristine clip.
        distorted: all the clips that were opened together: where clips are synchronised or cropped, what is
            done to one depends on the others.
        options: how they were read.
        n: how many frames of each report.
        metric: as `worst_pictures` takes it.
        scored: which of `distorted` each report is of; default all, in order.

    Raises:
        VmafDnnError: as `worst_pictures` does.
    """
    require_whole_number("n", n, 0)
    for path in (reference, *distorted):
        require_path("a clip to take pictures of", path)
        if isinstance(path, Once) or is_pipe(path):
            what = path.what if isinstance(path, Once) else "a pipe"
            raise VideoError(
                f"{path} is {what}, which is read once, and pictures are made of a second reading; write it"
                " to a file first."
            )
    ffmpeg = cache(lambda: find_ffmpeg(options.ffmpeg, libvmaf=False))
    comparison = _opened_again(reference, distorted, options, ffmpeg, scored)
    worst = [report.worst(n, metric) for report in reports]
    for report, clip in zip(reports, comparison.distorted, strict=True):
        _check_is_of(report, comparison, os.fspath(clip.path))
    wanted = [sorted(frame.frame_number for frame in frames) for frames in worst]
    named = [{frame.frame_number: frame for frame in frames} for frames in worst]
    depth = comparison.bit_depth
    for number, i, ref, dist in frames_at(comparison, wanted, ffmpeg):
        stills = Still.of(ref, depth, comparison.reference), Still.of(dist, depth, comparison.distorted[i])
        yield i, ClipPair(named[i][number], *stills, ffmpeg())


def _opened_again(
    reference: ClipPath,
    distorted: Sequence[ClipPath],
    options: VideoOptions,
    ffmpeg: Callable[[], FFmpeg],
    scored: Sequence[int] | None,
) -> Comparison:
    indices = list(range(len(distorted)) if scored is None else scored)
    misfits = Misfits(len(distorted), None if scored is None else lambda index, error: None)
    with warnings.catch_warnings():  # the scoring run has warned
        warnings.simplefilter("ignore", RuntimeWarning)
        comparison = open_comparison(reference, distorted, options, ffmpeg, misfits)
    missing = [distorted[i] for i in indices if i not in misfits.left]
    if missing:
        raise VideoError(
            f"{missing[0]} can't be read again as it was for its report; put it back where it was."
        )
    return comparison.only([misfits.left.index(i) for i in indices])


def _check_is_of(report: Report, comparison: Comparison, path: str) -> None:
    shown = comparison.shown
    if (report.width, report.height) != (shown.width, shown.height):
        raise InvalidArgument(
            f"the report is of frames of {report.width}x{report.height}, and {path} is compared at"
            f" {shown.size}; give the options that it was scored with (scale={report.height})."
        )
