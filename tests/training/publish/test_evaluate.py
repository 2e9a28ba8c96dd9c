# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.support.small_models import SOURCES, tilt
from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_train.cli import main
from vmaf_train.data.table import column, features_of
from vmaf_train.metrics import agreement, clipped
from vmaf_train.onnx_files.scoring import score_rows
from vmaf_train.publish.evaluation import Gate, evaluate, misses
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.quantize import quantize


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


def test_a_largest_error_may_be_gated(exported: ModelFiles, table: pa.Table) -> None:
    found = evaluate(exported.onnx, table)
    (miss,) = misses("m", found, None, Gate(max_error=0.01))
    assert miss == f"m is off by up to {found.overall.max_error:.2f}, at most 0.01 is allowed"


def test_rows_that_no_clip_has_given_are_not_judged_by(exported: ModelFiles, table: pa.Table) -> None:
    codecs = np.where(np.arange(table.num_rows) % 2 == 0, "jitter", column(table, "codec"))
    mixed = table.set_column(table.column_names.index("codec"), "codec", pa.array(codecs.astype(str)))
    assert evaluate(exported.onnx, mixed).overall.n_rows == table.num_rows // 2
    with pytest.raises(InvalidArgument, match="All rows to judge by are augmented"):
        evaluate(exported.onnx, mixed.filter(pa.array(codecs == "jitter")))


def test_a_row_has_its_score_whatever_its_batch(exported: ModelFiles, table: pa.Table) -> None:
    quantize(exported.onnx, exported.int8, features_of(table)[:100])
    rows = features_of(table)[:50]
    one_by_one = [score_rows(exported.int8, row[None])[0] for row in rows]
    np.testing.assert_array_equal(score_rows(exported.int8, rows), one_by_one)


def test_a_file_is_scored_by_itself(exported: ModelFiles, table: pa.Table) -> None:
    before = score_rows(exported.onnx, features_of(table))
    exported.sidecar.write_text("of other bytes")
    np.testing.assert_array_equal(score_rows(exported.onnx, features_of(table)), before)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelRejected, match=re.escape(str(tmp_path / "m.onnx"))):
        score_rows(tmp_path / "m.onnx", np.zeros((1, 6)))


Validate = Callable[..., dict[str, Any]]


@pytest.fixture
def validate(exported: ModelFiles, table_file: Path, tmp_path: Path) -> Validate:
    """Runs `vmaf-train validate` on the exported model and gives its report."""

    def run(*words: object, exit_code: int = 0) -> dict[str, Any]:
        report = tmp_path / "report.json"
        always = ["--onnx", exported.onnx, "--data", table_file, "--report", report, "--force"]
        assert main(["validate", *map(str, (*always, *words))]) == exit_code
        return json.loads(report.read_text())

    return run


def test_models_to_compare_with_are_shown_and_not_judged(
    validate: Validate, exported: ModelFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other").mkdir()
    other = ModelFiles(tmp_path / "other" / exported.onnx.name)
    other.onnx.write_bytes(exported.onnx.read_bytes())
    tilt(other, -1)
    report = validate("--compare", other.onnx)
    assert list(report["models"]) == ["models/my_model"]
    assert list(report["compared"]) == ["other/my_model"]
    assert report["missed"] == []
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["model", "models/my_model", "other/my_model"]
    assert len({len(line) for line in lines}) == 1
    assert float(lines[2].split()[4]) > 10 > float(lines[1].split()[4])


def test_the_published_smoke_gate_is_the_default(validate: Validate, exported: ModelFiles) -> None:
    gate = {"min_plcc": 0.97, "max_rmse": None, "max_plcc_drop": 0.01, "max_error": None}
    assert validate()["gate"] == gate
    missed = validate("--min-plcc", 1, "--max-rmse", 0, "--max-error", 0, exit_code=1)["missed"]
    assert [miss.split()[1:3] for miss in missed] == [["has", "PLCC"], ["has", "RMSE"], ["is", "off"]]
