# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.ladders import report_of, reports_of
from vmaf_dnn import InvalidArgument, Ladder, ToolMissing

RATES, SCORES = [100.0, 200.0, 400.0, 800.0], [60.0, 75.0, 86.0, 93.0]


@pytest.fixture
def ladder() -> Ladder:
    pytest.importorskip("bjontegaard")
    better = [score + 1 for score in SCORES]
    return Ladder.of([*reports_of("h264", RATES, SCORES), *reports_of("hevc", RATES, better)])


def test_json_holds_the_ladder(ladder: Ladder, tmp_path: Path) -> None:
    ladder.write(tmp_path / "ladder.json")
    document = json.loads((tmp_path / "ladder.json").read_text())
    assert document == ladder.as_dict()
    assert list(document) == ["reference", "metric", "pool", "groups", "hull", "bd"]
    assert document["groups"][1]["rungs"][0] == {
        "name": "hevc_100.mkv",
        "codec": "hevc",
        "kbit_per_s": 100.0,
        "quality": 61.0,
    }
    (result,) = document["bd"]
    assert result["bd_quality"] == 1
    assert result["overlap"] == {"rate": [100, 800], "quality": [61, 93]}
    assert result["refused"] is None
    assert set(document["hull"]) == {f"hevc_{rate:g}.mkv" for rate in RATES}


def test_csv_has_a_line_a_rung(ladder: Ladder, tmp_path: Path) -> None:
    ladder.write(tmp_path / "ladder.csv")
    with (tmp_path / "ladder.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert rows[4] == {
        "group": "hevc",
        "name": "hevc_100.mkv",
        "codec": "hevc",
        "kbit_per_s": "100.0",
        "quality": "61.0",
        "on_hull": "1",
    }
    assert [row["on_hull"] for row in rows[:4]] == ["0"] * 4


def test_names_are_quoted(tmp_path: Path) -> None:
    Ladder.of([report_of('a,"b"\n\x1b.mkv', 10, 50)]).write(tmp_path / "ladder.csv")
    with (tmp_path / "ladder.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ['a,"b"\n\\x1b.mkv']


@pytest.mark.parametrize("suffix", ["json", "csv", "svg", "png"])
def test_names_may_hold_anything(suffix: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    hostile = "\x00\x1b\udcff<&>\"'\n$_{\t漢"
    reports = [
        report_of(f"{hostile}{rate}", rate, 50 + rate, codec=hostile, reference=hostile) for rate in (1, 2)
    ]
    for group in (None, "^.."):
        Ladder.of(reports, group=group).write(tmp_path / f"ladder.{suffix}")
    data = (tmp_path / f"ladder.{suffix}").read_bytes()
    assert suffix == "png" or (b"\x00" not in data and b"\x1b" not in data and data.decode())


def test_charts_are_pictures(ladder: Ladder, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    ladder.write(tmp_path / "ladder.PNG")
    assert (tmp_path / "ladder.PNG").read_bytes().startswith(b"\x89PNG")
    ladder.write(tmp_path / "ladder.svg")
    assert ElementTree.parse(tmp_path / "ladder.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize("name", ["ladder", "ladder.xml", "ladder.json.gz"])
def test_other_suffixes_are_refused(name: str, tmp_path: Path) -> None:
    ladder = Ladder.of(reports_of("h264", RATES, SCORES))
    with pytest.raises(InvalidArgument, match=r"written as \.json, \.csv, \.png or \.svg, got"):
        ladder.write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ToolMissing, match=r'a chart takes matplotlib, which.*"vmaf-dnn\[ladder\]"'):
        Ladder.of(reports_of("h264", RATES, SCORES)).plot()


def test_a_chart_leaves_nothing_at_home(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    code = """
from tests.support.ladders import reports_of
from vmaf_dnn import Ladder
Ladder.of(reports_of("h264", [100, 800], [60, 90])).plot()"""
    environment = {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
