# SPDX-License-Identifier: BSD-3-Clause
"""Reports as data frames, Arrow tables, plots and in notebooks."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.report.test_statistics import report
from tests.support.golden_report import golden_report
from vmaf_dnn import InvalidArgument, Report, ToolMissing


def test_a_data_frame_has_a_row_a_frame() -> None:
    pandas = pytest.importorskip("pandas")
    one = golden_report()
    frame = one.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame) == ["frame", *one.metrics]
    for name, values in one.metrics.items():
        np.testing.assert_array_equal(frame[name].to_numpy(), values)
    assert frame["frame"].tolist() == one.frame_numbers.tolist()
    assert [model["id"] for model in frame.attrs["vmaf_dnn"]["tiny_model"]] == [
        "vmaf_tiny_v2",
        "vmaf_tiny_v4",
    ]


def test_an_arrow_table_has_a_row_a_frame_and_keeps_what_is_stated(tmp_path: object) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    one = report([80.0, 90.5], 25.0)
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(one.to_arrow(), sink)
    table = parquet.read_table(pyarrow.BufferReader(sink.getvalue()))
    assert table.to_pydict() == {"frame": [0, 1], "time_s": [0, 0.04], "vmaf": [80, 90.5]}
    stated = json.loads(table.schema.metadata[b"vmaf_dnn"])
    assert stated["clips"]["distorted"]["name"] == "b"
    assert stated["statistics"]["vmaf"]["p50"] == 85.25
    assert "frames" not in stated


def test_no_number_is_null_in_what_a_table_states() -> None:
    pytest.importorskip("pyarrow")
    metadata = report([float("nan")]).to_arrow().schema.metadata
    assert json.loads(metadata[b"vmaf_dnn"])["headline"]["scores"] == {"vmaf": None}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("to_pandas", r"a data frame takes pandas, which can't be imported .*\(pip install \"pandas\"\)"),
        ("to_arrow", r"an Arrow table takes pyarrow, .*\(pip install \"pyarrow\"\)"),
        ("plot", r"a plot takes matplotlib, .*\(pip install \"vmaf-dnn\[video\]\"\)"),
    ],
)
def test_a_missing_package_is_named(call: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pandas", "pyarrow", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ToolMissing, match=sentence):
        getattr(report([1.0]), call)()


def test_a_plot_has_a_curve_a_score_and_marks_the_worst_frames() -> None:
    pytest.importorskip("matplotlib")
    values = np.full(100, 90.0)
    values[[20, 21, 70]] = 50, 55, 60
    one = replace(report(values, 25.0), pool="p5")
    axes = one.plot(2).axes[0]
    (line,) = axes.get_lines()
    np.testing.assert_array_equal(line.get_xdata(), np.arange(100) / 25)
    np.testing.assert_array_equal(line.get_ydata(), values)
    assert line.get_label() == f"vmaf  p5 {one.score:.2f}"
    assert np.asarray(axes.collections[0].get_offsets()).tolist() == [[0.8, 50], [2.8, 60]]
    assert [text.get_text() for text in axes.texts] == ["20", "70"]
    assert (axes.get_xlabel(), axes.get_title()) == ("time, s", "b")


def test_labels_of_worst_frames_do_not_lie_on_each_other() -> None:
    pytest.importorskip("matplotlib")
    values = np.full(10_000, 90.0)
    values[[5000, 5020, 9000]] = 50, 55, 60
    axes = report(values, 25.0).plot(3).axes[0]
    assert [text.get_text() for text in axes.texts] == ["5000", "9000"]


def test_a_plot_without_a_frame_rate_counts_frames() -> None:
    pytest.importorskip("matplotlib")
    one = report([80.0])
    axes = one.plot().axes[0]
    assert axes.get_xlabel() == "frame"
    assert axes.get_lines()[0].get_marker() == "o"


def test_refuses_to_plot_no_score() -> None:
    features = Report(np.arange(2), {"motion2": np.zeros(2)}, 64, 64, None, "")
    with pytest.raises(InvalidArgument, match="the report holds no score to draw"):
        features.plot()


def test_a_title_is_no_formula(tmp_path: object) -> None:
    pytest.importorskip("matplotlib")
    one = report([80.0, 81])
    assert one.clips
    one = replace(one, clips=replace(one.clips, distorted="$\\frac{$ \n_x.mkv"))
    figure = one.plot()
    figure.canvas.draw()
    assert figure.axes[0].get_title() == "$\\frac{$ \\x0a_x.mkv"


def test_a_notebook_shows_a_small_table_of_escaped_names() -> None:
    one = report([80.0, 90], pool="p5")
    assert one.clips
    html = replace(one, clips=replace(one.clips, distorted="<script>&.mkv"))._repr_html_()
    assert "<caption>&lt;script&gt;&amp;.mkv against a, 2 frames, 64x64</caption>" in html
    assert "<th>score</th><th>p5</th><th>mean</th><th>harmonic_mean</th><th>min</th><th>max</th>" in html
    assert "<td>vmaf</td><td>80.500</td><td>85.000</td>" in html


def test_a_notebook_shows_features_where_there_is_no_score() -> None:
    html = Report(np.arange(2), {"motion2": np.zeros(2)}, 0, 0, None, "")._repr_html_()
    assert "<caption>2 frames</caption>" in html
    assert "<td>motion2</td><td>0.000</td>" in html
