# SPDX-License-Identifier: BSD-3-Clause
"""Models of other tensors than rows of float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from tests.support import make_filters, make_models
from tests.support.make_models import write
from vmaf_dnn import InvalidArgument, RuntimeFailure, Session, Unsupported


def test_runs_a_model_with_several_tensors(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.add_and_subtract()))
    a, b = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    outputs = session.run({"b": b, "a": a})
    np.testing.assert_array_equal(outputs["sum"], a + b)
    np.testing.assert_array_equal(outputs["difference"], a - b)
    with pytest.raises(InvalidArgument, match="has 2 inputs and 2 outputs; give a dict"):
        session.run(a)
    with pytest.raises(InvalidArgument, match="out= works with feature rows only"):
        session.run(a, out=np.empty(2, np.float32))


def test_runs_a_single_input_model_that_is_not_a_feature_model(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.one_node("Relu")))
    assert session.info.features == ()
    np.testing.assert_array_equal(session.run(-np.ones((2, 6))), np.zeros((2, 6)))


def test_refuses_tensors_that_are_not_float32(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.one_node("Neg", element_type=TensorProto.INT64)))
    with pytest.raises(Unsupported, match=r"The input x: int64 \[N, 6\] is not float32"):
        session.run({"x": np.ones((1, 6))})


def test_feeds_float16_when_asked_to(tmp_path: Path) -> None:
    path = write(tmp_path, make_models.one_node("Neg", element_type=TensorProto.FLOAT16))
    values = np.linspace(-3, 70000, 6, dtype=np.float32)[None]
    with np.errstate(over="ignore"):
        expected = -values.astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(Session(path, fp16_io=True).run({"x": values})["y"], expected)
    with pytest.raises(Unsupported, match="open the session with fp16_io to have float32 rounded to it"):
        Session(path).run({"x": values})


def test_scores_rows_in_float16_when_asked_to(tmp_path: Path, rows: np.ndarray) -> None:
    path = write(tmp_path, make_filters.typed_mean(TensorProto.FLOAT16))
    session = Session(path, fp16_io=True)
    assert session.info.engine_reason == "auto: its rows or scores are not float32"
    expected = rows[:50].astype(np.float16).astype(np.float32).mean(axis=1)
    np.testing.assert_allclose(session.run(rows[:50]), expected, rtol=2**-10)
    assert (session.run(rows[:50]) == session.run(rows[:50]).astype(np.float16)).all()
    with pytest.raises(Unsupported, match="open the session with fp16_io to have float32 rounded to it"):
        Session(path).run(rows)


def test_refuses_another_number_of_scores_than_rows(tmp_path: Path, rows: np.ndarray) -> None:
    session = Session(write(tmp_path, make_filters.typed_mean(TensorProto.DOUBLE, axis=0)))
    with pytest.raises(
        Unsupported, match=r"gives \[6\] scores for 1 rows; use a model that gives one for each"
    ):
        session.run(rows)


def test_scores_rows_in_float64(tmp_path: Path, rows: np.ndarray) -> None:
    session = Session(write(tmp_path, make_filters.typed_mean(TensorProto.DOUBLE)))
    expected = rows.astype(np.float64).mean(axis=1).astype(np.float32)
    np.testing.assert_array_equal(session.run(rows), expected)


def test_model_without_sidecar_takes_the_canonical_features(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.mean_of_six()))
    assert session.info.features == (
        "adm2",
        "vif_scale0",
        "vif_scale1",
        "vif_scale2",
        "vif_scale3",
        "motion2",
    )
    np.testing.assert_allclose(session.run(np.full((3, 6), 2.0)), 3.0)


def test_bytes_that_onnxruntime_refuses_say_its_words(tmp_path: Path) -> None:
    broken = make_models.model_bytes([], {"x": ["N", 6]}, {"y": ["N", 6]})
    with pytest.raises(
        RuntimeFailure, match=r"Could not load the model .*model\.onnx: ONNX Runtime .* says: .*y"
    ):
        Session(write(tmp_path, broken))
