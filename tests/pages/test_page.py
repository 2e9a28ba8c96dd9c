# SPDX-License-Identifier: BSD-3-Clause
"""What stands in a page, and that nothing can break out of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.reports import report_with
from vmaf_dnn import InvalidArgument, Report, ToolMissing, WorstPictures, write_page
from vmaf_dnn.pages import template

HOSTILE = "</script><img src=x onerror=alert(1)>'\"&\x1b[31m\n\udcff ${title} $body"


class Page(HTMLParser):
    """The elements of a page, their attributes, and what stands in each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "link"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open[-1:]:
            self.texts.setdefault(tag, []).append(data)

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.texts["script"][0])

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(tmp_path: Path, *reports: Report, **options: Any) -> Page:
    path = tmp_path / "page.html"
    write_page(reports[0] if len(reports) == 1 else reports, path, **options)
    return Page(path.read_text(encoding="utf-8"))


def ladder(more: float = 0) -> list[Report]:
    """Two codecs; the second scores by so much more."""
    rates = {"h264": (100, 200, 400, 800), "hevc": (70, 140, 280, 560)}
    return [
        report_with(
            [60 + 9 * i + more * (codec == "hevc")] * 5,
            names=("ref.y4m", f"{codec}_{i}.mkv"),
            kbit_per_s=rate,
            codec=codec,
        )
        for codec, of_codec in rates.items()
        for i, rate in enumerate(of_codec)
    ]


def test_a_summary_in_words(tmp_path: Path) -> None:
    page = page_of(tmp_path, report_with([90.0] * 30 + [40.0] + [90.0] * 30, size=(640, 360)))
    assert page.texts["h1"] == ["distorted.mkv against reference.y4m"]
    said = " ".join(page.texts["p"])
    mean = (90 * 60 + 40) / 61
    assert (
        f"scores {mean:.2f} by vmaf, the mean of 61 frames of 640x360, 2.44 s at 25 frames a second." in said
    )
    assert "the worst frame 40.00: frame 30 (0:01.20)." in said
    assert "Half of the frames score 90.00 or more" in said


def test_several_clips_are_a_table_and_a_ladder(tmp_path: Path) -> None:
    pytest.importorskip("bjontegaard")
    page = page_of(tmp_path, *ladder())
    assert page.texts["h1"] == ["8 encodes against ref.y4m"]
    assert [text for text in page.texts["th"] if text.endswith(".mkv")][:2] == ["h264_0.mkv", "h264_1.mkv"]
    assert [group["label"] for group in page.data["ladder"]["groups"]] == ["h264", "hevc"]
    assert len(page.data["ladder"]["hull"]) == 4
    said = " ".join(page.texts["p"])
    assert "hevc takes 30.0 % less rate for the same score and scores" in said
    assert "-30.0 %" in page.texts["td"]
    assert [chart["title"] for chart in page.data["charts"]] == ["vmaf"]
    assert len(page.data["charts"][0]["curves"]) == 8


def test_deltas_of_a_small_part_say_so(tmp_path: Path) -> None:
    pytest.importorskip("bjontegaard")
    caveat = "h264 and hevc share 20% of their range of quality, and the deltas are of that part alone."
    said = page_of(tmp_path, *ladder(18)).texts["p"]
    assert said.index(caveat) == 1 + next(i for i, text in enumerate(said) if text.startswith("hevc takes "))
    assert caveat not in page_of(tmp_path, *ladder()).texts["p"]


def test_clips_without_rates_have_no_ladder(tmp_path: Path) -> None:
    reports = [report_with([50.0, 60.0], names=("ref.y4m", name)) for name in ("a.mkv", "b.mkv")]
    page = page_of(tmp_path, *reports)
    assert page.data["ladder"] is None
    assert not [attributes for attributes in page.attributes("div") if "data-ladder" in attributes]


def test_clips_with_one_name_are_told_apart(tmp_path: Path) -> None:
    reports = [report_with([50.0], names=("ref.y4m", name)) for name in ("x/a.mkv", "y/a.mkv")]
    labels = [curve["label"] for curve in page_of(tmp_path, *reports).data["charts"][0]["curves"]]
    assert labels == ["x/a.mkv", "y/a.mkv"]


def test_scores_share_a_chart_and_each_feature_has_one(tmp_path: Path) -> None:
    report = report_with(
        [50.0, 60.0], metrics={"integer_motion2": [0.0, 1.0], "integer_adm2": [0.9, 0.95]}, scene_cuts=(1,)
    )
    data = page_of(tmp_path, report).data
    assert [chart["title"] for chart in data["charts"]] == ["Scores", "motion2", "adm2"]
    assert data["cuts"] == [1]
    assert data["rate"] == 25.0


def test_features_alone(tmp_path: Path) -> None:
    report = Report(np.arange(3), {"integer_adm2": np.array([0.9, 0.8, 0.7])}, 64, 64, None, "vmaf_dnn 0")
    page = page_of(tmp_path, report)
    assert "no model scored them" in " ".join(page.texts["p"])
    assert page.texts["h1"] == ["the clip against its reference"]


def test_frames_outside_what_a_model_was_trained_on_are_warned_of(tmp_path: Path) -> None:
    from tests.support.golden_report import golden_report

    said = " ".join(page_of(tmp_path, golden_report()).texts["p"])
    assert "vmaf_tiny_v2 extrapolates on 3 of" in said


@pytest.mark.parametrize("n_reports", [1, 2])
def test_hostile_names_stay_text(tmp_path: Path, n_reports: int) -> None:
    reports = [
        report_with([50.0, 40.0], names=(HOSTILE, f"{HOSTILE}{i}"), kbit_per_s=100.0 + i, codec=HOSTILE)
        for i in range(n_reports)
    ]
    page = page_of(tmp_path, *reports)
    assert page.attributes("img") == []
    assert len(page.attributes("script")) == 3
    assert all(not any(name.startswith("on") for name in attributes) for _, attributes in page.elements)
    shown = "".join(text for texts in page.texts.values() for text in texts)
    assert "\x1b" not in shown
    assert "alert(1)>'\"&\\x1b[31m\\x0a\\xff ${title} $body" in shown


def test_nothing_but_its_own_scripts_may_run_and_nothing_is_loaded(tmp_path: Path) -> None:
    page = page_of(tmp_path, report_with([50.0, 40.0]))
    policy = next(
        str(meta["content"])
        for meta in page.attributes("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (rules["default-src"], rules["img-src"]) == ("'none'", "data:")

    def digests(texts: list[str]) -> str:
        return " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts
        )

    assert rules["script-src"] == digests(page.texts["script"][1:])
    assert rules["style-src"] == digests(page.texts["style"])
    assert not [attributes for _, attributes in page.elements if {"src", "href", "style"} & attributes.keys()]
    assert "Copyright (c)" in page.texts["script"][1]


def test_a_long_clip_makes_no_large_page(tmp_path: Path) -> None:
    """100 000 frames of as many metrics as two models give; what is drawn together is said."""
    rng = np.random.default_rng(7)
    features = {f"integer_vif_scale{i}": rng.random(100_000) for i in range(7)}
    write_page(report_with(rng.random(100_000) * 100, metrics=features), tmp_path / "long.html")
    text = (tmp_path / "long.html").read_text()
    assert len(text) < 1_000_000
    assert re.search(r"too many frames for this page: \d+ of them on end are drawn as one step", text)


def test_a_frame_alone(tmp_path: Path) -> None:
    page = page_of(tmp_path, report_with([50.0]))
    assert "1 frame of 64x64" in " ".join(page.texts["p"])


def pictures_of(report: Report) -> list[WorstPictures]:
    images = b"\x89PNG ref", b"\x89PNG dist", b"\xff\xd8\xff diff"
    return [WorstPictures(frame, *images, 8) for frame in report.worst(2)]


def test_pictures_are_within(tmp_path: Path) -> None:
    report = report_with([50.0 + i for i in range(60)])
    page = page_of(tmp_path, report, pictures=[pictures_of(report)])
    sources = [str(image["src"]) for image in page.attributes("img")]
    assert [source.partition(";")[0] for source in sources[:3]] == [
        "data:image/png",
        "data:image/png",
        "data:image/jpeg",
    ]
    assert base64.b64decode(sources[1].partition(",")[2]) == b"\x89PNG dist"
    assert len(sources) == 6
    assert page.attributes("img")[2]["alt"] == "luma difference, 8 times, frame 0 (0:00.00)"
    assert page.data["worst"] == [report.worst(2)[0].frame_number, report.worst(2)[1].frame_number]


def test_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="a page takes one report or more, got none"):
        write_page([], tmp_path / "page.html")
    with pytest.raises(InvalidArgument, match="create its folder first"):
        write_page(report_with([1.0]), tmp_path / "no" / "page.html")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"reports": "x"}, "reports must be a Report or several, got 'x'."),
        ({"reports": None}, "reports must be a Report or several, got None."),
        ({"reports": [1]}, "reports must be a Report or several, got 1 among them."),
        ({"path": None}, "path must be a path, got None."),
        ({"pictures": [1, 2, 3]}, "pictures must be a list for each report, of its pictures as"),
        ({"pictures": 1}, "pictures must be a list for each report, of its pictures as"),
        ({"pictures": [["x"]]}, "pictures must be a list for each report, of its pictures as"),
        ({"ladder": 1}, "ladder must be a Ladder, got 1."),
        ({"title": 1}, "title must be a word, got 1."),
    ],
)
def test_arguments_of_other_types_are_refused(
    tmp_path: Path, arguments: dict[str, Any], sentence: str
) -> None:
    whole: dict[str, Any] = {"reports": report_with([1.0]), "path": tmp_path / "page.html"} | arguments
    with pytest.raises(InvalidArgument, match=f"^{re.escape(sentence)}"):
        write_page(**whole)
    assert not list(tmp_path.iterdir())


def test_a_build_without_npm_has_no_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "_UPLOT_FILES", (tmp_path / "uPlot.iife.min.js",))
    with pytest.raises(ToolMissing, match=r"lacks \(uPlot.iife.min.js\); install a released wheel"):
        write_page(report_with([1.0]), tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_a_page_of_a_read_report(tmp_path: Path) -> None:
    report_with([50.0, 60.0]).write(tmp_path / "report.json")
    page = page_of(tmp_path, Report.read(tmp_path / "report.json"))
    assert page.texts["h1"] == ["distorted.mkv against reference.y4m"]
    assert "scene cut" not in " ".join(page.texts["p"])


def test_a_page_is_the_same_each_time(tmp_path: Path) -> None:
    report = report_with([50.0, 60.0])
    vmaf_dnn.write_page(report, tmp_path / "a.html", title="a title")
    vmaf_dnn.write_page(report, tmp_path / "b.html", title="a title")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
