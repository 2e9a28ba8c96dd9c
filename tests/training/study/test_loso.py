# SPDX-License-Identifier: BSD-3-Clause
"""The report of a study that leaves one source out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.support.small_models import ROWS_PER_SOURCE, SOURCES
from tests.support.small_studies import groups_file, words
from vmaf_train.cli import main
from vmaf_train.data.table import write_table
from vmaf_train.study.judge import Judgement
from vmaf_train.study.loso import summary, table_lines


def judgement(rmse: float) -> Judgement:
    parts = {"n_rows": 10, "plcc": 0.9, "srocc": 0.8, "rmse": rmse, "max_error": 2 * rmse, "bias": 0.0}
    by_content = {name: {"overall": parts | {"rmse": rmse * scale}} for name, scale in (("a", 1), ("b", 3))}
    return Judgement({"overall": parts}, by_content)


def test_means_and_deviations_are_over_folds_and_seeds() -> None:
    found = summary([5, 7], [judgement(1.0), judgement(2.0)])
    assert found["per_fold"]["b"]["rmse"] == 4.5
    assert found["per_fold"]["b"]["n_rows"] == 10
    assert found["per_seed"]["7"]["mean_rmse"] == 4.0
    assert found["per_seed"]["7"]["std_rmse"] == pytest.approx(np.std([2, 6], ddof=1))
    assert found["overall"]["mean_rmse"] == 3.0
    assert found["overall"]["std_rmse"] == pytest.approx(np.std([1.5, 4.5], ddof=1))
    assert found["over_seeds"]["std_rmse"] == pytest.approx(np.std([2, 4], ddof=1))
    assert found["pooled"]["overall"]["max_error"] == 4.0


def test_one_seed_has_no_deviation_over_seeds() -> None:
    found = summary([0], [judgement(1.0)])
    assert found["over_seeds"]["std_plcc"] == 0.0


def test_the_table_has_a_line_a_fold_then_mean_and_deviation() -> None:
    lines = list(table_lines(summary([0, 1], [judgement(1.0), judgement(2.0)])))
    assert [line[:27].rstrip() for line in lines] == [
        "left out",
        "a",
        "b",
        "mean over folds",
        "± over folds",
        "± over seeds, of that mean",
        "all rows at once",
    ]
    assert lines[2].split() == ["b", "10", "0.900000", "0.800000", "4.500", "3.00"]


def test_loso_reports_as_published_and_where_from(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "loso.json"
    groups = groups_file(tmp_path, {"film": list(SOURCES[:2])})
    assert main(words(table_file, report, "--groups", groups)) == 0
    found = json.loads(report.read_text())
    assert (found["arch"], found["hidden"], found["n_folds"], found["seeds"]) == ("mlp_8", [8], 2, [0, 1])
    assert found["groups"] == {"film": list(SOURCES[:2])}
    assert found["recipe"]["polish"] == 0
    assert set(found["per_fold"]) == {"film", SOURCES[2]}
    assert "seed" not in found["recipe"]
    assert found["run_provenance"]["inputs"]["groups"]["sha256"]
    assert "mean over folds" in capsys.readouterr().out


def test_a_mean_below_the_limit_is_exit_1(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(table_file, tmp_path / "loso.json", "--min-plcc", "1")) == 1
    assert "at least 1.0 is required" in capsys.readouterr().out
    assert json.loads((tmp_path / "loso.json").read_text())["passed"] is False


@pytest.mark.parametrize("seeds", ["4..0", "0,0", "-1", "a", ""])
def test_seeds_that_are_none_are_usage(
    seeds: str, table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words(table_file, tmp_path / "l.json", f"--seeds={seeds}"))
    assert stop.value.code == 2
    assert "--seeds" in capsys.readouterr().err


def test_a_one_source_table_fails_in_one_sentence(
    table: pa.Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.parquet"
    write_table(path, table.slice(0, ROWS_PER_SOURCE))
    assert main(words(path, tmp_path / "l.json")) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("vmaf-train loso: The table has one source, 'film/a.mp4'; ")
    assert [path.name for path in tmp_path.iterdir()] == ["one.parquet"]
