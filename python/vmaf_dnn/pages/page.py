# SPDX-License-Identifier: BSD-3-Clause
"""The page of one report or of several: words, charts, pictures, and what ran."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

from vmaf_dnn.checks import listed, require_instance, require_path, require_word
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import output_path, write_whole
from vmaf_dnn.floats import default_floats
from vmaf_dnn.ladders import Ladder
from vmaf_dnn.pages import tables
from vmaf_dnn.pages.charts import Chart, Charts
from vmaf_dnn.pages.markup import section, text
from vmaf_dnn.pages.template import check_charts, filled
from vmaf_dnn.pages.words import ON_MOVING, on_curves, summary, title_of, warnings_of
from vmaf_dnn.pages.worst import worst_frames
from vmaf_dnn.pictures import WorstPictures
from vmaf_dnn.report import Report

N_WORST, N_WORST_OF_SEVERAL = 5, 3
_N_DECIMALS_OF_FEATURES = 4


@default_floats()
def write_page(
    reports: Report | Sequence[Report],
    path: str | os.PathLike[str],
    *,
    pictures: Sequence[Sequence[WorstPictures]] = (),
    ladder: Ladder | None = None,
    title: str | None = None,
) -> None:
    """Write reports as one HTML page that needs no network: summary, charts, worst frames, what ran.

    Args:
        reports: of one clip, or of several encodes of one reference.
        path: where to; the file appears whole or not at all.
        pictures: of each report's worst frames, as `worst_pictures` returns them; the page grows by each.
            Without them their numbers are listed.
        ladder: of the reports; default by codec, if the reports state bit rates and there are two or more.
        title: the page's name; default the clips'.

    Raises:
        InvalidArgument: there is no report, an argument is of another type, or the file can't be written.
        ToolMissing: this build has no library for charts.
    """
    require_path("path", path)
    several: list[Report] = (
        [reports]
        if isinstance(reports, Report)
        else listed("reports", reports, Report, "a Report or several")
    )
    if not several:
        raise InvalidArgument("a page takes one report or more, got none.")
    what = "a list for each report, of its pictures as worst_pictures returns them"
    pictures = [
        listed("pictures", some, WorstPictures, what) for some in listed("pictures", pictures, object, what)
    ]
    if ladder is not None:
        require_instance("ladder", ladder, Ladder, "a Ladder")
    if title is not None:
        require_word("title", title)
    check_charts()
    charts = Charts.of(several)
    ladder = ladder or _ladder_of(several)
    n_worst = N_WORST if len(several) == 1 else N_WORST_OF_SEVERAL
    worst = [report.worst(n_worst) if report.score_names else [] for report in several]
    marked = (
        [shown.frame.frame_number for some in pictures for shown in some]
        if pictures
        else [frame.frame_number for frames in worst for frame in frames]
    )
    name = title or title_of(several)
    body = "\n".join(
        part
        for part in (
            _header(name, several, ladder),
            _ladder_section(ladder),
            section("Scores", *_scores(several)) if len(several) == 1 else "",
            section("Frame by frame", *_curves(charts, several), name="curves"),
            section("Worst frames", *worst_frames(several, worst, pictures), name="worst"),
            section("Features", *_features(charts, several)),
            section("What ran", *_run(several)),
        )
        if part
    )
    data = charts.document(several, ladder, marked if len(several) == 1 else ())
    write_whole(output_path(path), filled(name, body, data))


def _ladder_of(reports: Sequence[Report]) -> Ladder | None:
    if len(reports) < 2:
        return None
    with suppress(InvalidArgument):  # no rates, or several references: that is what a ladder is not
        return Ladder.of(reports)
    return None


def _header(name: str, reports: Sequence[Report], ladder: Ladder | None) -> str:
    sentences = "".join(f"<p>{text(sentence)}</p>" for sentence in summary(reports, ladder))
    warnings = "".join(f"<p>{text(warning)}</p>" for warning in warnings_of(reports))
    warned = f'<div class="warning" role="note">{warnings}</div>' if warnings else ""
    clips = tables.clips_scored(reports) if len(reports) > 1 else ""
    return f"<header><h1>{text(name)}</h1>{sentences}{warned}</header>\n{clips}"


def _ladder_section(ladder: Ladder | None) -> str:
    if ladder is None:
        return ""
    chart = '<div class="chart" data-ladder></div>'
    note = '<p class="note">The grey band is the convex hull: what lies below it is never worth its bits.</p>'
    return section("Rate and quality", chart, note, tables.groups(ladder), name="ladder")


def _scores(reports: Sequence[Report]) -> Iterator[str]:
    yield from (tables.pooled(report, report.score_names, 2) for report in reports)


def _curves(charts: Charts, reports: Sequence[Report]) -> Iterator[str]:
    shown = charts.scores or charts.features
    yield '<div class="tools" hidden></div>'
    yield from (_chart(chart, i) for i, chart in enumerate(shown))
    cuts = next((report.scene_cuts for report in reports if report.scene_cuts is not None), None)
    words = on_curves(charts.axis.span, cuts, is_marked=len(reports) == 1 and bool(reports[0].score_names))
    yield f'<p class="note">{text(words)}</p><p class="note screen">{text(ON_MOVING)}</p>'


def _features(charts: Charts, reports: Sequence[Report]) -> Iterator[str]:
    if not (charts.scores and charts.features):
        return
    inner = "\n".join(_chart(chart, i) for i, chart in enumerate(charts.features, len(charts.scores)))
    yield f"<details{' open' if len(reports) == 1 else ''}><summary>Curves</summary>{inner}</details>"
    if len(reports) == 1:
        report = reports[0]
        names = [name for name in report.metrics if name not in report.score_names]
        yield (
            "<details><summary>Numbers</summary>"
            f"{tables.pooled(report, names, _N_DECIMALS_OF_FEATURES)}</details>"
        )


def _chart(chart: Chart, index: int) -> str:
    return (
        f'<div class="chart" data-chart="{index}" role="figure"'
        f' aria-label="{text(chart.title)} of each frame"></div>'
    )


def _run(reports: Sequence[Report]) -> Iterator[str]:
    versions = dict.fromkeys(report.version for report in reports)
    yield "".join(f"<p>{text(version)}</p>" for version in versions)
    yield tables.models(reports)
    yield tables.clips(reports)
