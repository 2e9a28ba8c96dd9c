# SPDX-License-Identifier: BSD-3-Clause
"""What is written is read again, and what libvmaf writes is read, too."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.test_statistics import report
from tests.support.clips import Clips, FfmpegRunner
from tests.support.golden_report import golden_report
from vmaf_dnn import InvalidArgument, Report, score
from vmaf_dnn.report import ClipNames, TinyModel
from vmaf_dnn.report.formats import as_written
from vmaf_dnn.report.provenance import StatedModel

HOLD_ALL = ("json", "xml")
NAMES = st.text("abcdefXYZ019_.-", min_size=1, max_size=12).map("m{}".format)
VALUES = st.floats() | st.floats(0, 100) | st.sampled_from([1.0000009, 5.000001, 1e-7, -0.0, 1e300])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
PLAIN = st.text(st.characters(exclude_categories=["C"]), max_size=20)
STATES = st.dictionaries(
    st.sampled_from(["width", "chroma", "frame_rate", "transfer", "rotation", "frames", "light"]),
    st.none() | st.integers(0, 9999),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    numbers = sorted(draw(st.sets(st.integers(0, 10**6), min_size=1, max_size=8)))
    columns = st.lists(VALUES, min_size=len(numbers), max_size=len(numbers)).map(np.array)
    n_models, n_scores = draw(st.integers(0, len(names))), draw(st.integers(0, 2))
    models = tuple(
        TinyModel(name, StatedModel(draw(TEXTS), path=draw(TEXTS)), 3) for name in names[:n_models]
    )
    clips = ClipNames(draw(TEXTS), draw(TEXTS), draw(PLAIN), draw(STATES), draw(STATES))
    return Report(
        np.array(numbers),
        {name: draw(columns) for name in names},
        draw(st.integers(0, 9999)),
        draw(st.integers(0, 9999)),
        draw(st.none() | st.floats(0, 1e6)),
        draw(PLAIN),
        models,
        tuple(names[n_models : n_models + n_scores]),
        draw(st.none() | st.just(clips)),
        draw(st.sampled_from(["mean", "p5", "harmonic_mean", "p2.5"])),
    )


@given(reports(), st.sampled_from(HOLD_ALL))
def test_what_is_written_is_read_again(one: Report, format: str) -> None:
    again = Report.parse(getattr(one, f"to_{format}")())
    assert again == one
    assert one == again
    assert list(again.score_names) == list(one.score_names)


@given(VALUES)
def test_decimals_that_were_written_are_written_again(value: float) -> None:
    written = as_written(value)
    assert written is None or as_written(written) == written


@pytest.mark.parametrize("format", HOLD_ALL)
def test_a_golden_report_is_read_from_its_file(tmp_path: Path, format: str) -> None:
    one = replace(golden_report(), n_worst=0)
    one.write(tmp_path / "report", format)
    assert Report.read(tmp_path / "report") == one
    assert Report.read(str(tmp_path / "report")).models[0].info.device_reason == "the only one"


def test_a_real_report_is_the_same_in_each_layout(clips: Clips, tmp_path: Path) -> None:
    one = score(clips.reference, clips.distorted, tiny_model=["vmaf_tiny_v2", "vmaf_tiny_v4"], pool="p5")
    one = replace(one, n_worst=1)
    again = [Report.parse(text) for text in (one.to_json(), one.to_xml())]
    assert again[0] == again[1] == one
    assert [read.frame_rate for read in again] == [25, 25]
    assert [read.n_worst for read in again] == [1, 1]
    assert again[1].clips is not None
    assert dict(again[1].clips.reference_states)["chroma"] == "420"
    assert dict(again[1].clips.reference_states)["width"] == 176
    for read in again:
        assert read.score == pytest.approx(one.score, abs=1e-6)
        assert read.to_csv() == one.to_csv()


def test_a_csv_holds_the_frames_and_its_scores_are_found_by_name() -> None:
    one = golden_report()
    again = Report.parse(one.to_csv())
    assert again.to_csv() == one.to_csv()
    assert again.score_names == ["vmaf_tiny_v2", "vmaf_tiny_v4"]
    assert (again.width, again.fps, again.clips, again.models) == (0, None, None, ())


@pytest.mark.parametrize("format", ["json", "xml", "csv"])
def test_libvmafs_own_logs_are_read(
    clips: Clips, ffmpeg: FfmpegRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.chdir(tmp_path)
    graph = f"[0:v][1:v]libvmaf=log_fmt={format}:log_path=log:feature=name=psnr"
    ffmpeg("-i", clips.distorted, "-i", clips.reference, "-lavfi", graph, "-f", "null", "-")
    log = Report.read("log")
    ours = score(clips.reference, clips.distorted, tiny_model=None, extractor="libvmaf")
    assert log.score_names == ["vmaf"]
    assert {"psnr_y", *ours.metrics} <= set(log.metrics)
    assert log.score == pytest.approx(ours.mean, abs=1e-6)
    for name, values in ours.metrics.items():
        np.testing.assert_allclose(log.metrics[name], values, rtol=0, atol=1e-6)
    assert log.width == (176 if format == "xml" else 0)


def test_logs_of_older_libvmafs_are_read() -> None:
    """Of `vmafossexec`: names without prefixes, the speed under another one."""
    text = """<VMAF version="1.3.15"><params model="vmaf_v0.6.1" scaledWidth="64" scaledHeight="64" />
      <fyi numOfFrames="2" aggregateVMAF="81.5" execFps="12.5" />
      <frames><frame frameNum="0" adm2="0.9" vmaf="81" /><frame frameNum="1" adm2="0.8" vmaf="82" /></frames>
    </VMAF>"""
    log = Report.parse(text)
    assert (log.score, log.fps, log.version) == (81.5, 12.5, "1.3.15")


def test_a_list_of_one_report_is_that_report() -> None:
    one = golden_report()
    assert Report.parse(f"[{one.to_json()}]") == one


def test_a_byte_order_mark_is_passed_over() -> None:
    assert Report.parse(b"\xef\xbb\xbf" + golden_report().to_json().encode()) == golden_report()


def test_reports_that_state_something_else_differ() -> None:
    one = report([80.0, 90], 25.0)
    assert one == replace(one)
    changes: list[dict[str, Any]] = [
        {"metrics": {"vmaf": np.array([80.0, 90.00001])}},
        {"metrics": {"vmaf": np.array([80.0, math.nan])}},
        {"metrics": {"vmaf": one.metrics["vmaf"], "b": one.metrics["vmaf"]}},
        {"frame_numbers": np.array([0, 2])},
        {"width": 65},
        {"fps": 3.0},
        {"version": "b"},
        {"pool": "min"},
        {"svm_metrics": ()},
        {"clips": None},
        {"clips": ClipNames("a", "c")},
        {"models": (TinyModel("vmaf", StatedModel("vmaf")),)},
    ]
    for change in changes:
        assert one != replace(one, **change), change
    half = replace(one, metrics={"vmaf": np.array([80.0, 90.5])})
    assert half == replace(one, metrics={"vmaf": np.array([80.0, 90.5000001])})
    assert one != replace(one, frame_numbers=np.arange(1), metrics={"vmaf": np.array([80.0])})
    assert one != "a report"
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_what_was_missing_is_missing_again() -> None:
    gap = report([math.nan, math.inf, 3.0])
    for format in HOLD_ALL:
        again = Report.parse(getattr(gap, f"to_{format}")())
        np.testing.assert_array_equal(again.metrics["vmaf"], [math.nan, math.nan, 3])
        assert again == gap


JSON = {
    "version": "a",
    "frames": [{"frameNum": 0, "metrics": {"vmaf": 80.0}}, {"frameNum": 1, "metrics": {"vmaf": 90.0}}],
}
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("hello", "begins with 'hello', as no report does"),
        (b"\xff\xfe<\x00", "is no text in UTF-8"),
        ("{0}{1}frame: 0|vmaf: 80|", "is a subtitle, which is for players"),
        ('{"frames": [', r"is no JSON in line 1 \(Expecting value\)"),
        (DEEP, "is JSON, but too deep for a report"),
        ('{"frames": [{"frameNum": ' + "9" * 5000 + "}]}", "or with too long a number"),
        ("[]", "is a list of 0 reports"),
        (json.dumps([JSON, JSON]), r"is a list of 2 reports, and one is read \(.*--json -o FOLDER\)"),
        ("[5]", "has 5 as the document, expected an object"),
        ("{}", "holds no frame"),
        ('{"frames": {}}', "has {} as frames, expected a list"),
        ('{"frames": [5]}', "has 5 as a frame, expected an object"),
        ('{"frames": [{"frameNum": 0}]}', "has None as metrics, expected an object"),
        ('{"frames": [{"frameNum": 0, "metrics": {}}]}', "holds no metric of its frames"),
        ('{"frames": [{"metrics": {"a": 1}}]}', "numbers a frame None, expected a whole number"),
        ('{"frames": [{"frameNum": true, "metrics": {"a": 1}}]}', "numbers a frame True"),
        ('{"frames": [{"frameNum": 1e3, "metrics": {"a": 1}}]}', "numbers a frame 1000.0"),
        (
            '{"frames": [{"frameNum": 0, "metrics": {"a": [1]}}]}',
            r"has \[1\] as 'a' of frame 0, expected a number",
        ),
        ('{"frames": [{"frameNum": 0, "metrics": {"a": true}}]}', "has True as 'a' of frame 0"),
        ('{"frames": [{"frameNum": 0, "metrics": {"a": "90"}}]}', "has '90' as 'a' of frame 0"),
        ('{"frames": [{"frameNum": 0, "metrics": {"a": ""}}]}', "has '' as 'a' of frame 0"),
        ('{"frames": [{"frameNum": "0", "metrics": {"a": 1}}]}', "numbers a frame '0', expected a whole"),
        ("<VMAF><frames>", "is no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><VMAF>&b;</VMAF>', "has a <!DOCTYPE>, which no report has"),
        ("<VMAF/>", "holds no frame"),
        ('<VMAF><frames><frame vmaf="1"/></frames></VMAF>', "numbers a frame None"),
        ('<VMAF><frames><frame frameNum="a" vmaf="1"/></frames></VMAF>', "numbers a frame 'a'"),
        ('<VMAF><frames><frame frameNum="0" vmaf="b"/></frames></VMAF>', "has 'b' as 'vmaf' of frame 0"),
        ("Frame,vmaf,\n0,80,\n0,81,\n", "has frame 0 behind frame 0, expected a higher number"),
        ("Frame,vmaf,\n0,80,81,\n", "has 2 values in line 2, expected 1"),
        ("Frame,vmaf,vmaf,\n0,80,81,\n", "has 2 columns called 'vmaf'"),
        ("Frame,,vmaf,\n0,80,81,\n", "has a column without a name"),
        ("Frame,vmaf,\n", "holds no frame"),
        ("Frame,\n0,\n", "holds no metric of its frames"),
    ],
)
def test_refuses_what_is_no_report(text: str | bytes, sentence: str) -> None:
    cure = "; give a report of vmaf-dnn's or a log of libvmaf's, as JSON, XML or CSV\\.$"
    with pytest.raises(InvalidArgument, match=f"^a.json .*{sentence}.*{cure}"):
        Report.parse(text, "a.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 5}, "has 5 as version, expected text"),
        ({"fps": "fast"}, "has 'fast' as fps, expected a number"),
        ({"fps": -1}, "has -1 as fps"),
        ({"params": {"qualityWidth": 1.5}}, "has 1.5 as qualityWidth, expected a whole number"),
        ({"headline": {"pool": "median"}}, "contradicts itself: the pooling must be one of"),
        ({"headline": {"scores": {"sheep": 1}}}, "has a score called 'sheep', and no such metric"),
        ({"headline": {"scores": {}}, "worst": [{}]}, "contradicts itself: the report holds no score"),
        ({"tiny_model": 5}, "has 5 as tiny_model, expected a list"),
        ({"tiny_model": {"id": "sheep"}}, "has a model whose scores are called 'sheep', and no such metric"),
        ({"tiny_model": {"id": 5}}, "has 5 as id, expected text"),
        ({"tiny_model": {"id": "vmaf", "out_of_domain": -1}}, "has -1 as out_of_domain"),
        ({"clips": []}, r"has \[\] as clips, expected an object"),
        ({"clips": {"reference": {"width": [1]}}}, r"has \[1\] as 'width' of the reference clip"),
        ({"clips": {"reference": {"frame_rate": "fast"}}}, "has 'fast' as frame_rate"),
        ({"clips": {"distorted": {"name": 5}}}, "has 5 as name, expected text"),
    ],
)
def test_refuses_what_a_report_can_not_state(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Report.parse(json.dumps(JSON | change))
    assert Report.parse(json.dumps(JSON)).score == 85


def test_refuses_a_file_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vmaf_dnn.report.reading import document

    with pytest.raises(InvalidArgument, match=r"missing.json does not exist; give a report"):
        Report.read(tmp_path / "missing.json")
    with pytest.raises(InvalidArgument, match="is not a regular file"):
        Report.read(tmp_path)
    with pytest.raises(InvalidArgument, match="path must be a path, got 5"):
        Report.read(5)  # type: ignore[arg-type]
    monkeypatch.setattr(document, "MOST_BYTES", 100)
    golden_report().write(tmp_path / "report.json")
    with pytest.raises(InvalidArgument, match="has more than 100 bytes"):
        Report.read(tmp_path / "report.json")


def refusal(text: str | bytes) -> str:
    """Why a text is refused; empty if it is read."""
    try:
        Report.parse(text)
    except InvalidArgument as error:
        return str(error)
    return ""


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_anything_else_is_refused_in_one_sentence(text: str | bytes) -> None:
    assert "\n" not in refusal(text)


@given(st.data())
def test_a_damaged_report_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever a byte becomes, there is a report or one sentence."""
    text = bytearray(getattr(golden_report(), f"to_{data.draw(st.sampled_from(HOLD_ALL))}")().encode())
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    said = refusal(bytes(text))
    assert not said or (said.startswith("the report ") and said.endswith("as JSON, XML or CSV."))
