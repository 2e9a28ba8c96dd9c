# SPDX-License-Identifier: BSD-3-Clause
"""Graphs that are left to ONNX Runtime, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper
from onnxruntime.quantization import QuantType

from tests.support import make_mlps, make_models
from tests.support.fused import assert_close, run_peer
from tests.support.make_mlps import make_rows, random_mlp
from tests.support.make_models import write
from vmaf_dnn import Session, Unsupported


def one_more(op_type: str, **attributes: Any) -> bytes:
    """features -> Gemm -> an operator -> Gemm."""
    nodes = [
        helper.make_node("Gemm", ["features", "w"], ["a"]),
        helper.make_node(op_type, ["a"], ["b"], name="extra", **attributes),
        helper.make_node("Gemm", ["b", "v"], ["vmaf"]),
    ]
    constants = {"w": np.ones((6, 4), np.float32), "v": np.ones((4, 1), np.float32)}
    return make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N", 1]}, constants)


def skip_connection() -> bytes:
    nodes = [
        helper.make_node("Gemm", ["features", "w"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Add", ["a", "b"], ["c"]),
        helper.make_node("Gemm", ["c", "v"], ["vmaf"]),
    ]
    constants = {"w": np.ones((6, 4), np.float32), "v": np.ones((4, 1), np.float32)}
    return make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N", 1]}, constants)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (one_more("Sigmoid"), 'the operator Sigmoid (node "extra") is not fused'),
        (one_more("Softmax"), 'the operator Softmax (node "extra") is not fused'),
        (one_more("LeakyRelu", alpha=2.0), 'the LeakyRelu "extra" has a slope outside 0..1'),
        (
            random_mlp(0, (8,), activation="Clip", bounds=(1.0, 0.0)),
            'the Clip "" has bounds in the wrong order',
        ),
        (skip_connection(), 'the value "a" is used more than once'),
        (random_mlp(0, (257,)), 'the layer "w0" is wider than 256'),
    ],
)
def test_other_graphs_run_on_onnxruntime_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    path = write(tmp_path, data)
    session = Session(path)
    assert (session.info.engine, session.info.engine_reason) == ("onnxruntime", f"auto: {reason}")
    assert session.info.isa == ""
    rows = make_rows(50)
    assert_close(session.run(rows), run_peer(path, rows, row_by_row=True))
    with pytest.raises(Unsupported, match="The fused engine can't run"):
        Session(path, engine="fused")


@pytest.mark.parametrize("axis", [-9, 2, 2**40])
def test_scales_along_an_axis_that_is_not_there_are_left_to_onnxruntime(tmp_path: Path, axis: int) -> None:
    path = write(tmp_path, random_mlp(0, (17, 9)))
    model = onnx.load(make_mlps.quantise_static(path, per_channel=True, activations=QuantType.QUInt8))
    for node in model.graph.node:
        for attribute in node.attribute:
            attribute.i = axis if attribute.name == "axis" else attribute.i
    with pytest.raises(Unsupported, match="has scales that do not fit it"):
        Session(write(tmp_path, model.SerializeToString()), engine="fused")


def test_engines_can_be_insisted_on() -> None:
    fused, general = Session("vmaf_tiny_v4", engine="fused"), Session("vmaf_tiny_v4", engine="onnxruntime")
    assert (fused.info.engine_reason, fused.info.runtime_library) == ("fused was asked for", "")
    assert (general.info.engine, general.info.engine_reason) == ("onnxruntime", "onnxruntime was asked for")
    np.testing.assert_allclose(fused.run(make_rows(200)), general.run(make_rows(200)), atol=1e-3)


def test_circular_and_cut_graphs_are_left_to_onnxruntime(tmp_path: Path) -> None:
    """Malformed wiring must neither hang nor crash the recogniser."""
    nodes = [helper.make_node("Identity", ["x"], ["x"]), helper.make_node("Relu", ["features"], ["x"])]
    data = make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N"]})
    with pytest.raises(Unsupported, match="The fused engine can't run"):
        Session(write(tmp_path, data), engine="fused")
