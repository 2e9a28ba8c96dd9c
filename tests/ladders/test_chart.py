# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import itertools
import sys
import warnings

import pytest

from tests.support.ladders import report_of, reports_of
from vmaf_dnn import Ladder

pytest.importorskip("bjontegaard")
pytest.importorskip("matplotlib")

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vmaf_dnn.ladders.chart import chart

RATES, SCORES = [100.0, 200.0, 400.0, 800.0], [60.0, 75.0, 86.0, 93.0]


def ladder_of(n_groups: int, n_rungs: int) -> Ladder:
    reports = [
        report
        for i in range(n_groups)
        for report in reports_of(
            f"codec{i}",
            [100 * 1.25**rung * 0.8**i for rung in range(n_rungs)],
            [98 - 40 * 0.8**rung for rung in range(n_rungs)],
        )
    ]
    return Ladder.of(reports)


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def axes_of(figure: Figure) -> Axes:
    return figure.axes[0]


def test_the_legend_names_groups_and_deltas() -> None:
    ladder = ladder_of(2, 5)
    quality = ladder.bd[0].bd_quality
    expected = f"codec1: BD-rate -20.0 %, BD-quality {quality:+.2f}"
    assert labels(chart(ladder)) == ["convex hull", "codec0 (anchor)", expected]


def test_the_legend_says_if_deltas_stand_on_little() -> None:
    reports = [*reports_of("a", RATES, SCORES), *reports_of("b", RATES, [score + 25 for score in SCORES])]
    label = labels(chart(Ladder.of(reports)))[-1]
    assert label.startswith("b: BD-rate -")
    assert label.endswith(", overlap 14%")


def test_axes_say_what_and_in_which_unit() -> None:
    axes = axes_of(chart(Ladder.of(reports_of("h264", RATES, SCORES), pool="harmonic_mean")))
    assert axes.get_xlabel() == "bit rate of the video stream, kbit/s"
    assert axes.get_ylabel() == "vmaf, harmonic mean"
    assert axes.get_title() == "ref.y4m"


@pytest.mark.parametrize(("highest", "scale"), [(399, "linear"), (400, "log"), (20000, "log")])
def test_rates_that_span_much_are_shown_by_their_ratio(highest: float, scale: str) -> None:
    axes = axes_of(chart(Ladder.of(reports_of("h264", [100, highest], [60, 90]))))
    assert axes.get_xscale() == scale


@pytest.mark.parametrize("n_groups", [1, 2, 3, 9])
@pytest.mark.parametrize("n_rungs", [1, 3, 20])
def test_no_texts_overlap(n_groups: int, n_rungs: int) -> None:
    figure = chart(ladder_of(n_groups, n_rungs))
    figure.draw_without_rendering()
    axes = axes_of(figure)
    left, right = axes.get_xlim()
    ticks = [label for label in axes.get_xticklabels() if left <= label.get_position()[0] <= right]
    texts = [*ticks, axes.xaxis.label, axes.yaxis.label, axes.title, *figure.legends[0].get_texts()]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert all(not one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert all(figure.bbox.contains(*corner) for box in boxes for corner in (box.min, box.max))


def test_groups_differ_in_colour_and_marker() -> None:
    lines = axes_of(chart(ladder_of(20, 4))).get_lines()[1:]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 20
    assert len({line.get_color() for line in lines[:7]}) == 7


def test_without_the_package_of_deltas_there_are_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bjontegaard", None)
    assert labels(chart(ladder_of(2, 4)))[-1].endswith(": no BD-rate without vmaf-dnn[ladder]")


def test_a_name_that_begins_with_an_underscore_is_in_the_legend() -> None:
    ladder = Ladder.of([report_of(f"a{rate}.mkv", rate, 50 + rate, codec="_x") for rate in (1, 2)])
    assert [label.strip() for label in labels(chart(ladder))] == ["convex hull", "_x"]


def test_names_are_no_mathematics_and_lose_their_middle() -> None:
    name = "$\\frac{1}$" * 9
    ladder = Ladder.of([report_of(f"{name}{rate}.mkv", rate, 50 + rate, codec=name) for rate in (1, 2)])
    figure = chart(ladder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    assert len(labels(figure)[1]) == 40
