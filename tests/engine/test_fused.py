# SPDX-License-Identifier: BSD-3-Clause
"""The fused engine against ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.quantization import QuantType

from tests.support import make_mlps
from tests.support.fused import assert_close, run_peer
from tests.support.make_mlps import make_rows, random_mlp
from tests.support.make_models import write
from tests.support.shipped import SHIPPED, Precision
from vmaf_dnn import Session

SHAPES = [(), (1,), (3,), (8,), (16, 8), (17, 9), (64, 32, 16), (256,), (5, 33, 2, 65)]


@pytest.mark.parametrize(("model", "precision"), SHIPPED)
def test_shipped_models_score_like_onnxruntime(model: str, precision: Precision) -> None:
    session = Session(model, precision=precision)
    assert session.info.engine == "fused"
    if precision == "fp32":
        rows = make_rows(100_000)
        assert_close(session.run(rows), run_peer(session.info.path, rows))
    else:
        rows = make_rows(4000)
        np.testing.assert_allclose(
            session.run(rows), run_peer(session.info.path, rows, row_by_row=True), atol=1e-3
        )


@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("form", range(10))
def test_random_perceptrons_score_like_onnxruntime(
    tmp_path: Path, hidden: tuple[int, ...], form: int
) -> None:
    forms: list[dict[str, Any]] = [
        {},
        {"transposed": False},
        {"with_gemm": False},
        {"with_scaler": False},
        {"activation": ""},
        {"activation": "LeakyRelu", "attributes": {"alpha": 0.2}},
        {"activation": "Clip", "bounds": (0.0, 0.6)},
        {"activation": "Clip", "bounds": (-0.5, 0.5)},
        {"activation": "Clip"},
        {"n_features": 21, "with_gemm": False},
    ]
    options = forms[form]
    for seed in range(4):
        path = write(tmp_path, random_mlp(seed, hidden, **options))
        session = Session(path)
        assert session.info.engine == "fused", session.info.engine_reason
        rows = make_rows(300, options.get("n_features", 6), seed)
        assert_close(session.run(rows), run_peer(path, rows))


@pytest.mark.parametrize("hidden", [(8,), (17, 9), (64, 32, 16)])
@pytest.mark.parametrize("activation", ["Relu", "LeakyRelu", ""])
@pytest.mark.parametrize("exclude", [(), ("gemm0",)])
@pytest.mark.parametrize("per_channel", [True, False])
def test_quantised_perceptrons_score_like_onnxruntime_row_by_row(
    tmp_path: Path, hidden: tuple[int, ...], activation: str, exclude: tuple[str, ...], per_channel: bool
) -> None:
    for seed in range(3):
        path = write(tmp_path, random_mlp(seed, hidden, activation=activation))
        quantised = make_mlps.quantise(path, per_channel=per_channel, exclude=exclude)
        session = Session(quantised)
        assert session.info.engine == "fused", session.info.engine_reason
        rows = make_rows(300, seed=seed)
        np.testing.assert_allclose(session.run(rows), run_peer(quantised, rows, row_by_row=True), atol=1e-3)


@pytest.mark.parametrize("hidden", [(8,), (17, 9), (64, 32, 16)])
@pytest.mark.parametrize("activation", ["Relu", ""])
@pytest.mark.parametrize("exclude", [(), ("gemm0",), ("gemm1",)])
@pytest.mark.parametrize("activations", [QuantType.QUInt8, QuantType.QInt8])
@pytest.mark.parametrize("per_channel", [True, False])
def test_statically_quantised_perceptrons_score_like_onnxruntime(
    tmp_path: Path,
    hidden: tuple[int, ...],
    activation: str,
    exclude: tuple[str, ...],
    activations: QuantType,
    per_channel: bool,
) -> None:
    """A value within a rounding of the middle between two places of its grid may land on either.

    The judge runs the graph as written: where a float32 layer lies between two quantised ones, ONNX Runtime's
    optimiser changes scores.
    """
    path = write(tmp_path, random_mlp(1, hidden, activation=activation))
    quantised = make_mlps.quantise_static(
        path, per_channel=per_channel, activations=activations, exclude=exclude
    )
    session = Session(quantised)
    assert session.info.engine == "fused", session.info.engine_reason
    rows = make_rows(3000)
    difference = np.abs(session.run(rows) - run_peer(quantised, rows, as_written=True))
    assert np.quantile(difference, 0.99) < 1e-5
    assert difference.max() < 0.1
