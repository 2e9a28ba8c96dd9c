# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from tests.support.small_models import SOURCES
from vmaf_train.cli import main
from vmaf_train.study.costs import Cost, costs
from vmaf_train.study.judge import Judgement
from vmaf_train.study.ladder import climb, ladder_lines, over_contents, over_seeds
from vmaf_train.study.plots import PLOTS, write_plots

COSTS = [Cost(257, 1919, 0.2, "fused"), Cost(769, 3969, 0.3, "fused")]


def judgement(rmse: float, contents: tuple[str, ...] = ("a", "b")) -> Judgement:
    figures = {"rmse": rmse, "max_error": 9 * rmse, "plcc": 1 - rmse / 100}
    parts = {part: dict(figures) for part in ("overall", "ordinary", "odd")}
    return Judgement(parts, {content: parts for content in contents})


DISTORTIONS = {
    "mlp_small": [judgement(rmse) for rmse in (0.30, 0.32, 0.28)],
    "mlp_medium": [judgement(rmse) for rmse in (0.20, 0.23, 0.17)],
}


@pytest.fixture(scope="module")
def found() -> dict[str, object]:
    return climb(DISTORTIONS, COSTS)


def test_a_step_is_the_upper_rung_minus_the_lower(found: dict[str, Any]) -> None:
    (step,) = found["steps"]
    assert (step["from"], step["to"]) == ("mlp_small", "mlp_medium")
    rmse = step["figures"]["overall"]["rmse"]
    assert rmse["over_seeds"]["per_seed"] == pytest.approx([-0.10, -0.09, -0.11])
    assert rmse["over_contents"]["mean"] == pytest.approx(-0.10)
    assert rmse["over_contents"]["n_contents"] == 2
    assert step["figures"]["odd"]["plcc"]["over_seeds"]["mean"] == pytest.approx(0.001)


def test_a_rung_has_its_cost_and_every_seed(found: dict[str, Any]) -> None:
    rung = found["rungs"]["mlp_small"]
    assert (rung["n_params"], rung["file_bytes"], rung["one_row_us"]) == (257, 1919, 0.2)
    largest = rung["figures"]["odd"]["max_error"]
    assert largest["per_seed"] == pytest.approx([2.7, 2.88, 2.52])
    assert largest["std"] == pytest.approx(np.std([2.7, 2.88, 2.52], ddof=1))


def test_the_interval_over_seeds_is_students() -> None:
    values = np.random.default_rng(0).normal(1, 2, 5)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert over_seeds(values)["ci95"] == pytest.approx(tuple(expected), abs=1e-7)


def test_one_seed_has_no_interval() -> None:
    found = over_seeds([0.5])
    assert (found["mean"], found["std"], found["ci95"]) == (0.5, None, None)


def test_the_interval_over_contents_covers_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(100):
        low, high = over_contents(random.exponential(1.0, 40))["ci95"]
        hits += low <= 1.0 <= high
    assert 86 <= hits <= 100


def test_wider_nets_cost_more() -> None:
    small, wide = costs(["mlp_small", "mlp_128_64_32"])
    assert (small.n_params, wide.n_params) == (257, 11265)
    assert small.file_bytes < wide.file_bytes
    assert 0 < small.one_row_us < wide.one_row_us
    assert (small.engine, wide.engine) == ("fused", "fused")


def test_the_table_has_a_line_a_rung_and_a_line_a_step(found: dict[str, Any]) -> None:
    lines = list(ladder_lines(found))
    assert lines[1].split()[:3] == ["mlp_small", "257", "1919"]
    assert lines[3] == (
        "mlp_small to mlp_medium: RMSE -0.100 (-0.125..-0.075) over seeds,"
        " -0.100 (-0.100..-0.100) over 2 contents"
    )


def test_plots_are_svg_and_the_same_every_time(found: dict[str, Any], tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        write_plots(found, tmp_path / name)
    for plot in PLOTS:
        a, b = ((tmp_path / name / plot).read_bytes() for name in "ab")
        assert a == b
        assert ElementTree.fromstring(a).tag == "{http://www.w3.org/2000/svg}svg"


def test_plots_of_one_seed_and_one_rung(tmp_path: Path) -> None:
    write_plots(climb({"mlp_small": [judgement(0.3)]}, COSTS[:1]), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PLOTS)


def words(table_file: Path, report: Path, *more: object) -> list[str]:
    fixed = ["ladder", "--rungs", "mlp_small", "mlp_6", "--epochs", "2", "--seeds", "0..1", "--jobs", "1"]
    return [*fixed, "--data", str(table_file), "--report", str(report), *map(str, more)]


def test_a_ladder_by_folds(table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "ladder.json"
    assert main(words(table_file, report, "--plots", tmp_path)) == 0
    found = json.loads(report.read_text())
    assert (found["protocol"], found["n_folds"]) == ("leave one out", 3)
    assert list(found["rungs"]) == ["mlp_small", "mlp_6"]
    assert found["steps"][0]["figures"]["overall"]["rmse"]["over_contents"]["n_contents"] == 3
    assert len(found["run_provenance"]["outputs"]["plots"]) == 2
    assert "mlp_small to mlp_6: RMSE" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["ladder.json", *PLOTS])


def test_a_ladder_on_held_out_sources(table_file: Path, tmp_path: Path) -> None:
    held_out, report = tmp_path / "held_out.json", tmp_path / "ladder.json"
    held_out.write_text(json.dumps({"sources": SOURCES[:2]}))
    assert main(words(table_file, report, "--held-out", held_out, "--polish", 25)) == 0
    found = json.loads(report.read_text())
    assert (found["protocol"], found["n_folds"]) == ("held out", 1)
    assert found["steps"][0]["figures"]["overall"]["rmse"]["over_contents"]["n_contents"] == 2


def test_a_rung_that_is_no_net_is_usage(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words(table_file, tmp_path / "l.json", "--rungs", "mlp_small", "wide"))
    assert stop.value.code == 2
    assert "There is no architecture 'wide'; give mlp_small" in capsys.readouterr().err


def test_a_rung_that_comes_twice_is_usage(
    table_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(table_file, tmp_path / "l.json", "--rungs", "mlp_large", "mlp_64_32_16")) == 2
    assert "--rungs mlp_large mlp_large has one net twice; name each once." in capsys.readouterr().err
