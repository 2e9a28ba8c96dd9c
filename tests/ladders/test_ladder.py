# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.support.ladders import report_of, reports_of
from vmaf_dnn import InvalidArgument, Ladder
from vmaf_dnn.report import Report
from vmaf_dnn.report.limits import parse_limits

RATES = [100.0, 200.0, 400.0, 800.0]
H264 = reports_of("h264", RATES, [60.0, 75.0, 86.0, 93.0])
HEVC = reports_of("hevc", [80.0, 160.0, 320.0, 640.0], [62.0, 77.0, 88.0, 94.0])


def names(ladder: Ladder) -> dict[str, list[str]]:
    return {group.name: [rung.name for rung in group.rungs] for group in ladder.groups}


def test_codecs_are_groups_in_the_order_given() -> None:
    ladder = Ladder.of([HEVC[1], *H264[::-1], HEVC[0]])
    assert names(ladder) == {
        "hevc": ["hevc_80.mkv", "hevc_160.mkv"],
        "h264": ["h264_100.mkv", "h264_200.mkv", "h264_400.mkv", "h264_800.mkv"],
    }
    assert (ladder.reference, ladder.metric, ladder.pool) == ("ref.y4m", "vmaf", "mean")
    assert [rung.codec for rung in ladder.rungs] == ["hevc"] * 2 + ["h264"] * 4


def test_each_other_group_is_compared_with_the_first() -> None:
    pytest.importorskip("bjontegaard")
    ladder = Ladder.of([*H264, *HEVC, *reports_of("av1", RATES, [70, 80, 90, 95])])
    assert [(result.anchor, result.test) for result in ladder.bd] == [("h264", "hevc"), ("h264", "av1")]
    assert all(result.bd_rate is not None and result.bd_rate < 0 for result in ladder.bd)
    assert Ladder.of(H264).bd == ()


def test_an_anchor_comes_first() -> None:
    assert list(names(Ladder.of([*H264, *HEVC], anchor="hevc"))) == ["hevc", "h264"]


def test_the_hull_is_over_all_groups() -> None:
    assert [rung.name for rung in Ladder.of([*H264, *HEVC]).hull] == [
        *("hevc_80.mkv", "hevc_160.mkv", "hevc_320.mkv", "hevc_640.mkv")
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"_(fast|slow)_", {"fast": ["a_fast_1.mkv"], "slow": ["a_slow_1.mkv"]}),
        (r"fast|slow", {"fast": ["a_fast_1.mkv"], "slow": ["a_slow_1.mkv"]}),
        (r"^a", {"a": ["a_fast_1.mkv", "a_slow_1.mkv"]}),
        (r"(out)/", {"out": ["a_fast_1.mkv", "a_slow_1.mkv"]}),
    ],
)
def test_names_can_group(pattern: str, expected: dict[str, list[str]]) -> None:
    folder = "out/" if "out" in pattern else ""
    reports = [report_of(f"{folder}a_{preset}_1.mkv", 10, 50, codec=None) for preset in ("fast", "slow")]
    assert names(Ladder.of(reports, group=pattern)) == expected


def test_files_of_one_name_keep_their_folders() -> None:
    ladder = Ladder.of([report_of("x264/a.mkv", 10, 50), report_of("x265/a.mkv", 20, 60)])
    assert names(ladder) == {"h264": ["x264/a.mkv", "x265/a.mkv"]}


def test_the_cheapest_that_reaches_a_target() -> None:
    even, odd = np.full(100, 90.0), np.r_[np.full(90, 92.0), np.full(10, 60.0)]
    ladder = Ladder.of(
        [report_of("even", 100, even), report_of("odd", 80, odd), report_of("best", 200, even + 5)]
    )

    def cheapest(limits: str) -> str | None:
        rung = ladder.cheapest_of(parse_limits(limits))
        return rung.name if rung else None

    assert cheapest("mean=88") == "odd"
    assert cheapest("mean=88,vmaf:p5=80") == "even"
    assert cheapest("p5=95") == "best"
    assert cheapest("mean=95.1") is None
    assert ladder.cheapest("mean", 90) is ladder.rungs[1]
    with pytest.raises(InvalidArgument, match="the pooling must be one of mean"):
        ladder.cheapest("median", 90)
    with pytest.raises(InvalidArgument, match="the limit of 5 is of stddev, which tells no quality"):
        ladder.cheapest("stddev", 5)


def test_another_pooling_and_metric() -> None:
    reports = [replace(report, metrics=report.metrics | {"psnr": np.array([40.0])}) for report in H264]
    assert Ladder.of(reports, metric="psnr").rungs[0].quality == 40
    reports = [report_of("a", 10, [50, 60, 70]), report_of("b", 20, [60, 70, 80])]
    assert [rung.quality for rung in Ladder.of(reports, pool="min").rungs] == [50, 60]
    assert Ladder.of([replace(report, pool="max") for report in reports]).rungs[0].quality == 70


def test_the_first_score_that_all_hold_is_compared() -> None:
    first = replace(
        H264[0], metrics={"x": np.array([1.0]), "vmaf": np.array([2.0])}, svm_metrics=("x", "vmaf")
    )
    assert Ladder.of([first, *H264[1:]]).metric == "vmaf"


def without_scores(report: Report) -> Report:
    return replace(report, svm_metrics=())


@pytest.mark.parametrize(
    ("reports", "keywords", "sentence"),
    [
        ([], {}, "a ladder takes one report or more, got none"),
        ("x", {}, r"reports must be a list of Reports, got 'x'\."),
        ([1], {}, r"reports must be a list of Reports, got 1 among them\."),
        ([replace(H264[0], clips=None)], {}, "a report doesn't name its clips"),
        (
            [H264[0], report_of("b", 1, 1, reference="other.y4m")],
            {},
            "a ladder is of one reference, got reports of ref.y4m and other.y4m",
        ),
        (
            [report_of("b", None, 1)],
            {},
            r"of b states no bit rate; score the clip again, with --ladder \(bit",
        ),
        (
            [report_of("b", 0, 1)],
            {},
            "of b states 0 as its bit rate, expected a number of kbit/s above 0; sc",
        ),
        ([H264[0], H264[0]], {}, "2 reports are of h264_100.mkv; a ladder takes one a clip"),
        (
            [report_of("b", 1, 1, codec=None)],
            {},
            "of b doesn't state its codec; group by names, --group REGEX",
        ),
        (H264, {"group": "x26"}, "h264_100.mkv is in no group: its name doesn't hold 'x26'"),
        (H264, {"group": "z*"}, "h264_100.mkv is in no group"),
        (H264, {"group": "("}, r"the group must be a regular expression over names.*got '\('"),
        (H264, {"anchor": "av1"}, "no group is called 'av1'; there are h264"),
        (H264, {"metric": "psnr"}, r"not all reports hold psnr \(they hold vmaf\)"),
        ([without_scores(H264[0])], {}, r"the reports have no score in common \(they hold none\)"),
        (H264, {"pool": "median"}, "the pooling must be one of mean"),
        (H264, {"pool": "stddev"}, "the ladder is of stddev, which tells no quality"),
        ([replace(H264[0], pool="stddev")], {}, "the ladder is of stddev, which tells no quality"),
        ([report_of("b", 1, float("nan"))], {}, "vmaf of b, pooled as mean, is no number"),
    ],
)
def test_what_is_no_ladder(reports: list[Report], keywords: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Ladder.of(reports, **keywords)


@pytest.mark.parametrize(
    "rate", [0, -3.5, float("nan"), float("inf"), 10**400, "1000", "a\nb" * 99, True, [], {"a": 1}]
)
def test_a_rate_that_no_clip_has_is_named(rate: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"report of b states .+ as its bit rate, expected") as caught:
        Ladder.of([report_of("b", rate, 1)])
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_a_clip_without_a_frame_rate_asks_for_it() -> None:
    report = report_of("b", 1, 1)
    assert report.clips is not None
    clips = replace(report.clips, distorted_states={"codec": "rawvideo", "kbit_per_s": None})
    with pytest.raises(InvalidArgument, match=r"score the clip again, state --frame_rate \(frame_rate=25\)"):
        Ladder.of([replace(report, clips=clips)])
