# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import math
import os
import stat
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.support.clips import Clips, FfmpegRunner
from vmaf_dnn import InvalidArgument, Session
from vmaf_dnn.report import Report, TinyModel, report_format
from vmaf_dnn.report.formats import number
from vmaf_dnn.scoring import score

NAN = float("nan")


@pytest.fixture(scope="module")
def session() -> Session:
    return Session("vmaf_tiny_v2")


@pytest.fixture
def report(session: Session) -> Report:
    metrics = {
        "integer_adm2": np.array([0.9, 1.0000001192092896]),
        "vmaf": np.array([80.25, 90.5]),
        "vmaf_tiny_v2": np.array([81.0, 91.123456789]),
    }
    return Report(
        np.array([0, 1]),
        metrics,
        64,
        48,
        12.345,
        "test",
        (TinyModel("vmaf_tiny_v2", session.info),),
        ("vmaf",),
    )


@pytest.fixture(scope="module")
def scored(clips: Clips) -> Report:
    return score(clips.reference, clips.distorted, tiny_model=None, extractor="libvmaf")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (80.25, "80.250000"),
        (0.0, "0.000000"),
        (-3.5, "-3.500000"),
        (1.0 + 2.0**-23, "1.0000001192092896"),
        (0.0000009, "0.0000009000000000"),
        (0.000001, "0.000001"),
        (1.0, "1.000000"),
        (99.9999999, "100.000000"),
    ],
)
def test_numbers_are_printed_as_libvmaf_prints_them(value: float, text: str) -> None:
    assert number(value) == text


def test_json_has_libvmafs_layout_and_the_model(report: Report, session: Session) -> None:
    document = json.loads(report.to_json())
    blocks = ["version", "fps", "frames", "pooled_metrics", "aggregate_metrics"]
    assert list(document) == [*blocks, "params", "statistics", "headline", "tiny_model"]
    assert document["fps"] == 12.35
    assert document["frames"][1] == {
        "frameNum": 1,
        "metrics": {"integer_adm2": 1.0000001192092896, "vmaf": 90.5, "vmaf_tiny_v2": 91.123457},
    }
    assert list(document["pooled_metrics"]["vmaf"].items())[:3] == [
        ("min", 80.25),
        ("max", 90.5),
        ("mean", 85.375),
    ]
    model = document["tiny_model"]
    assert list(model) == [
        *("id", "kind", "path", "sha256", "precision", "engine", "device", "redirect", "n_frames"),
        *("out_of_domain", "metric", "pooled"),
    ]
    assert model["device"] == {"requested": "auto", "attached": "CPU", "reason": session.info.device_reason}
    assert (model["id"], model["kind"], model["n_frames"]) == ("vmaf_tiny_v2", "fr", 2)
    assert model["sha256"] == session.info.sha256
    assert model["pooled"] == document["pooled_metrics"]["vmaf_tiny_v2"]


def test_json_lists_several_models_and_omits_none(report: Report) -> None:
    twice = replace(report, models=report.models * 2)
    assert [model["id"] for model in json.loads(twice.to_json())["tiny_model"]] == ["vmaf_tiny_v2"] * 2
    assert "tiny_model" not in json.loads(replace(report, models=()).to_json())


def test_json_writes_null_where_there_is_no_number(report: Report) -> None:
    gap = replace(report, metrics=report.metrics | {"vmaf": np.array([NAN, math.inf])}, fps=None)
    document = json.loads(gap.to_json(), parse_constant=pytest.fail)
    assert document["fps"] is None
    assert [frame["metrics"]["vmaf"] for frame in document["frames"]] == [None, None]
    assert document["pooled_metrics"]["vmaf"]["mean"] is None


def plain_log(
    clips: Clips, ffmpeg: FfmpegRunner, folder: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.chdir(folder)
    graph = f"[0:v][1:v]libvmaf=log_fmt={format}:log_path=plain"
    ffmpeg("-i", clips.distorted, "-i", clips.reference, "-lavfi", graph, "-f", "null", "-")
    return (folder / "plain").read_text()


@pytest.mark.parametrize("format", ["csv", "sub"])
def test_csv_and_sub_are_libvmafs_byte_for_byte(
    scored: Report,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,
) -> None:
    expected = plain_log(clips, ffmpeg, tmp_path, format, monkeypatch)
    assert getattr(scored, f"to_{format}")() == expected


def test_xml_is_libvmafs_but_for_version_and_fps(
    scored: Report, clips: Clips, ffmpeg: FfmpegRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = (
        ElementTree.fromstring(text)
        for text in (scored.to_xml(), plain_log(clips, ffmpeg, tmp_path, "xml", monkeypatch))
    )
    added = {"clips", "statistics", "headline"}
    assert [child.tag for child in ours if child.tag not in added] == [child.tag for child in theirs]
    for tag in ("params", "frames/frame"):
        pairs = zip(ours.findall(tag), theirs.findall(tag), strict=True)
        assert all(list(one.items()) == list(other.items()) for one, other in pairs)
    assert_pooled_alike(ours, theirs)


def assert_pooled_alike(ours: ElementTree.Element, theirs: ElementTree.Element) -> None:
    """libvmaf pools what it has not rounded yet: the last decimal may differ by one."""
    for one, other in zip(ours.iter("metric"), theirs.iter("metric"), strict=True):
        assert list(one.keys()) == list(other.keys()) == ["name", "min", "max", "mean", "harmonic_mean"]
        assert one.get("name") == other.get("name")
        for key in list(one.keys())[1:]:
            assert float(one.attrib[key]) == pytest.approx(float(other.attrib[key]), abs=1.01e-6)


def test_xml_states_the_model(report: Report) -> None:
    root = ElementTree.fromstring(report.to_xml())
    model = root.find("tiny_model")
    assert model is not None
    assert (model.get("id"), model.get("n_frames")) == ("vmaf_tiny_v2", "2")
    assert [child.tag for child in model] == ["device", "pooled"]


def test_a_missing_value_is_left_out_and_shifts_nothing(report: Report) -> None:
    gap = replace(
        report, metrics={"a": np.array([1.0, NAN]), "b": np.array([2.0, 3.0])}, models=(), svm_metrics=()
    )
    assert gap.to_csv() == "Frame,a,b,\n0,1.000000,2.000000,\n1,,3.000000,\n"
    assert gap.to_sub().splitlines()[1] == "{1}{2}frame: 1|b: 3.000000|"
    root = ElementTree.fromstring(gap.to_xml())
    assert list(root.find("frames")[1].keys()) == ["frameNum", "b"]  # type: ignore[index]
    assert list(root.find("pooled_metrics")[0].keys()) == ["name"]  # type: ignore[index]


def test_mean_is_the_first_models_then_libvmafs_then_none(report: Report) -> None:
    assert report.mean == pytest.approx((81.0 + 91.123456789) / 2)
    assert replace(report, models=()).mean == 85.375
    features = {"integer_adm2": report.metrics["integer_adm2"]}
    assert math.isnan(replace(report, models=(), svm_metrics=(), metrics=features).mean)


def test_scores_are_models_then_libvmaf_else_features(report: Report) -> None:
    assert list(report.scores) == ["vmaf_tiny_v2", "vmaf"]
    features = {"integer_adm2": report.metrics["integer_adm2"]}
    assert list(replace(report, models=(), svm_metrics=(), metrics=features).scores) == ["integer_adm2"]


@pytest.mark.parametrize(
    ("name", "format", "chosen"),
    [
        ("a.json", None, "json"),
        ("a.CSV", None, "csv"),
        ("a.sub", "xml", "xml"),
        ("a.log", None, "xml"),
        ("json", None, "xml"),
    ],
)
def test_format_follows_the_flag_then_the_suffix_then_xml(name: str, format: str | None, chosen: str) -> None:
    assert report_format(name, format) == chosen


def test_refuses_an_unknown_format(report: Report, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="report format must be one of json, xml, csv, sub, got 'yaml'"):
        report.write(tmp_path / "a", "yaml")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", ["json", "xml", "csv", "sub"])
def test_writes_what_it_returns_and_leaves_nothing_else(report: Report, tmp_path: Path, format: str) -> None:
    target = tmp_path / f"out.{format}"
    target.write_text("old")
    report.write(target)
    assert target.read_text("utf-8") == getattr(report, f"to_{format}")()
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_write_keeps_the_old_report(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(InvalidArgument, match=r"can't write .*out.json: No space left on device"):
        report.write(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_writes_through_a_link(report: Report, tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    report.write(link)
    assert link.is_symlink()
    assert target.read_text() == report.to_csv()


def test_a_device_stays_a_device(report: Report) -> None:
    report.write(os.devnull)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_report_may_be_read_by_others(report: Report, tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        report.write(tmp_path / "a.json")
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o644


def test_reports_name_their_clips(clips: Clips) -> None:
    report = score(clips.reference, clips.distorted)
    shared = {"width": 176, "height": 144, "bit_depth": 8, "chroma": "420", "frame_rate": 25.0, "frames": 10}
    for role, path in (("reference", clips.reference), ("distorted", clips.distorted)):
        block = json.loads(report.to_json())["clips"][role]
        stated = {"name": str(path), **shared, "field_order": "progressive", "sample_aspect": "1:1"}
        assert {key: block[key] for key in stated} == stated
        assert block["rotation"] is None
        element = ElementTree.fromstring(report.to_xml()).find(f"clips/{role}")
        assert element is not None
        assert element.attrib == {key: str(value) for key, value in block.items() if value is not None}
