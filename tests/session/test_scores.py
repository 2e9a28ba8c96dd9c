# SPDX-License-Identifier: BSD-3-Clause
"""Scores: near libvmaf's, equal to ONNX Runtime's, and the same however the rows are split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

import vmaf_dnn
from tests.support import make_models
from tests.support.make_models import write
from tests.support.shipped import IDS
from vmaf_dnn import ModelInfo, Session

ROWS = [
    (0.9345149030, 0.3636620711, 0.7674952820, 0.8631077727, 0.9157200891, 3.8943597292),
    (0.9517763333, 0.4330893333, 0.8306130000, 0.9072123333, 0.9458960000, 2.8095493333),
    (0.9807496976, 0.6895391472, 0.9576202275, 0.9769693063, 0.9829181244, 1.3577417292),
]
VMAF = [76.6, 82.6, 92.5]


def single_thread_peer(path: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options)


def test_scores_are_near_libvmafs(session: Session) -> None:
    assert session.run(ROWS) == pytest.approx(VMAF, abs=0.6)


def test_fp32_equals_onnxruntime(rows: np.ndarray) -> None:
    for model in IDS:
        session = Session(model, precision="fp32")
        peer = single_thread_peer(session.info.path).run(None, {"features": rows})[0]
        np.testing.assert_allclose(session.run(rows), peer, rtol=1e-6, atol=1e-4)


def test_int8_equals_onnxruntime_row_by_row(rows: np.ndarray) -> None:
    for model in IDS:
        session = Session(model, precision="int8")
        peer = single_thread_peer(session.info.path)
        one_by_one = [peer.run(None, {"features": row[None]})[0][0] for row in rows[:200]]
        np.testing.assert_array_equal(session.run(rows[:200]), one_by_one)


def test_batch_equals_its_rows_one_by_one(session: Session, rows: np.ndarray) -> None:
    one_by_one = np.concatenate([session.run(row[None]) for row in rows[:500]])
    np.testing.assert_array_equal(session.run(rows)[:500], one_by_one)


def test_permutation_permutes_scores(session: Session, rows: np.ndarray) -> None:
    order = np.random.default_rng(1).permutation(len(rows))
    np.testing.assert_array_equal(session.run(rows[order]), session.run(rows)[order])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_split_gives_equal_bits(session: Session, rows: np.ndarray, data: st.DataObject) -> None:
    n_rows = data.draw(st.integers(1, 4200))
    cuts = sorted(data.draw(st.lists(st.integers(0, n_rows), max_size=5)))
    parts = [session.run(part) for part in np.split(rows[:n_rows], cuts)]
    np.testing.assert_array_equal(np.concatenate(parts), session.run(rows[:n_rows]))


def test_nan_stays_in_its_row() -> None:
    session = Session("vmaf_tiny_v4", precision="fp32")
    batch = np.ones((3, 6), np.float32)
    batch[1, 2] = np.nan
    assert session.run(batch)[0] == session.run(batch[:1])[0] == session.run(batch)[2]


def test_rows_stay_apart_in_any_model(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMax", ["features"], ["highest"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["features", "highest"], ["below"]),
        helper.make_node("ReduceSum", ["below", "axis"], ["vmaf"], keepdims=0),
    ]
    data = make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N"]}, {"axis": np.array([1])})
    session = Session(write(tmp_path, data))
    np.testing.assert_array_equal(session.run(np.arange(12.0).reshape(2, 6)), [0.0, 0.0])


def test_id_and_path_give_equal_bits(rows: np.ndarray) -> None:
    model: ModelInfo = vmaf_dnn.models()[2]
    by_id, by_path = Session(model.id), Session(model.path)
    assert by_id.info == by_path.info
    np.testing.assert_array_equal(by_id.run(rows), by_path.run(rows))
