# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import onnx
import pyarrow as pa
import pytest
from onnx import numpy_helper
from small_models import SOURCES

from vmaf_train.evaluate import Gate, evaluate, misses
from vmaf_train.metrics import agreement, clipped
from vmaf_train.quantize import quantize
from vmaf_train.scoring import score_rows
from vmaf_train.sidecar import ModelFiles
from vmaf_train.table import column, features_of


def tilt(files: ModelFiles, factor: float) -> None:
    """Makes a bad model of a good one: multiplies its last weights."""
    model = onnx.load(files.onnx)
    (weight,) = (t for t in model.graph.initializer if t.name == "mlp.6.weight")
    weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight) * np.float32(factor), weight.name))
    onnx.save(model, files.onnx)


def test_the_whole_and_its_parts_are_measured(exported: ModelFiles, table: pa.Table) -> None:
    found = evaluate(exported.onnx, table)
    scores, truth = clipped(score_rows(exported.onnx, features_of(table))), column(table, "vmaf")
    assert found.overall == agreement(scores, truth)
    is_blur = column(table, "codec") == "blur"
    assert found.odd == found.by_family["blur"] == agreement(scores[is_blur], truth[is_blur])
    assert found.ordinary == found.by_family["x264"]
    assert sorted(found.by_source) == list(SOURCES)
    assert sum(part.n_rows for part in found.by_source.values()) == table.num_rows


def test_a_good_model_passes(exported: ModelFiles, table: pa.Table) -> None:
    quantize(exported.onnx, exported.int8, features_of(table)[:100])
    fp32, int8 = (evaluate(path, table) for path in (exported.onnx, exported.int8))
    assert misses("m", fp32, int8, Gate()) == []


def test_a_bad_model_misses(exported: ModelFiles, table: pa.Table) -> None:
    tilt(exported, 1.3)
    found = misses("m", evaluate(exported.onnx, table), None, Gate())
    assert [miss.split(",")[0].rpartition(" ")[0] for miss in found][-1] == "m has RMSE"
    assert found[-1].endswith("at most 1.0 is allowed")


def test_an_int8_file_that_lost_too_much_misses(exported: ModelFiles, table: pa.Table) -> None:
    good = evaluate(exported.onnx, table)
    tilt(exported, -1)
    bad = evaluate(exported.onnx, table)
    found = misses("m", good, bad, Gate())
    assert any(miss.startswith("m int8 has PLCC") for miss in found)
    assert any(miss.startswith("m int8 loses") and "against fp32" in miss for miss in found)


@pytest.mark.parametrize("value", [float("nan")])
def test_a_model_that_gives_nan_does_not_pass(exported: ModelFiles, table: pa.Table, value: float) -> None:
    tilt(exported, value)
    assert misses("m", evaluate(exported.onnx, table), None, Gate())
