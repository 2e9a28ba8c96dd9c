# SPDX-License-Identifier: BSD-3-Clause
"""Reports are written a frame at a time: the bytes that they always had, in little memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.support.golden_report import FOLDER, golden_report
from tests.support.peak_memory import peak_mib
from vmaf_dnn import InvalidArgument, Report
from vmaf_dnn.report import formats

MOST_MIB = 150
FORMATS = tuple(formats.WRITERS)
SCORED = """
import os, sys, warnings
import numpy as np
from vmaf_dnn import FeatureTable, Session
from vmaf_dnn.extractors.columns import Columns
from vmaf_dnn.fusion import fuse
from vmaf_dnn.report import ClipNames

n_frames = int(sys.argv[1])
names = ["integer_motion2", "integer_adm2", *(f"integer_vif_scale{i}" for i in range(4))]
columns = Columns(1, len(names))
for row in np.random.default_rng(0).random((1000, 1, len(names))):
    for _ in range(n_frames // 1000):
        columns.add(row)
metrics = dict(zip(names, columns.of_clip(0), strict=True))
table = FeatureTable(np.arange(n_frames), metrics, 64, 64, 25.0, "a test")
warnings.simplefilter("ignore")  # such features are none of a clip
report = fuse(table, {"vmaf_tiny_v2": Session("vmaf_tiny_v2")}, ClipNames("a", "b"))
report.scores
for format in sys.argv[2:]:
    report.write(os.devnull, format)
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return golden_report()


@pytest.mark.parametrize("format", FORMATS)
def test_the_bytes_are_what_they_were(report: Report, tmp_path: Path, format: str) -> None:
    report.write(tmp_path / "report", format)
    golden = FOLDER / f"golden.{format}"
    assert (tmp_path / "report").read_bytes() == golden.read_bytes()
    assert getattr(report, f"to_{format}")().encode() == golden.read_bytes()


def test_the_bytes_of_a_list_are_what_they_were(report: Report) -> None:
    pieces = formats.json_list_pieces(["a.mkv", 'b "[]".mkv'], [report, report])
    assert "".join(pieces) == (FOLDER / "golden.list.json").read_text("utf-8")


def test_a_reports_frames_are_a_sequence(report: Report) -> None:
    frames = report.frames
    told = json.loads((FOLDER / "golden.json").read_text("utf-8"))["frames"]
    assert isinstance(frames, Sequence)
    assert [frame["frameNum"] for frame in frames] == [frame["frameNum"] for frame in told]
    assert frames[-1] == frames[len(frames) - 1] == list(frames)[-1] == frames[-1:][0]
    assert frames[2]["metrics"].keys() == told[2]["metrics"].keys() == report.metrics.keys()
    assert type(frames[0]["metrics"]["integer_adm2"]) is float
    assert frames[2:4] == [frames[2], frames[3]]
    with pytest.raises(IndexError):
        frames[len(frames)]


def test_frames_equal_those_of_an_equal_report() -> None:
    one, other = (Report(np.arange(2), {"a": np.array([1.0, 2.0])}, 64, 64, None, "") for _ in range(2))
    assert one.frames == other.frames == list(other.frames)
    assert one.frames != other.frames[:1]


def test_a_column_has_a_value_for_each_frame() -> None:
    report = Report(np.arange(2), {"a": np.arange(3.0)}, 64, 64, None, "")
    with pytest.raises(InvalidArgument, match="the metric a has 3 values, expected one for each of 2 frames"):
        report.to_csv()


def test_writing_takes_little_memory_of_its_own() -> None:
    """A column is sorted for its percentiles."""
    assert peak_mib(SCORED, 50_000, *FORMATS) < peak_mib(SCORED, 50_000) + 6


@pytest.mark.long
def test_a_million_frames_are_scored_and_written_in_little_memory() -> None:
    assert peak_mib(SCORED, 1_000_000, *FORMATS) < MOST_MIB
