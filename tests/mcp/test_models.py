# SPDX-License-Identifier: BSD-3-Clause
"""What clients are told of models, and how models are judged on tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import rankdata

pytest.importorskip("mcp")

from tests.support.mcp_client import call, found, refusal, words_of
from tests.support.paths import ROOT
from tests.support.shipped import ALL_IDS
from vmaf_dnn import CANONICAL_6, Session, models
from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE
from vmaf_dnn.mcp.tools.tables import split_of

TINY = ROOT / "model" / "tiny"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ALLOW_VARIABLE, str(tmp_path))
    return tmp_path


def test_the_registry_is_listed() -> None:
    listed = {model["id"]: model for model in found("list_models")["models"]}
    assert list(listed) == [model.id for model in models()]
    assert listed["vmaf_tiny_v2"]["precision"] == "fp32"
    assert listed["vmaf_tiny_v4"]["precision"] == "int8"


@pytest.mark.parametrize("model", ALL_IDS)
def test_every_model_is_described(model: str) -> None:
    described = found("describe_model", model=model)
    assert described["info"]["id"] == model
    assert described["info"]["sha256"] == Session(model).info.sha256
    assert described["quality"]["against"].startswith("vmaf_")
    assert described["license"] == "BSD-3-Clause"


def test_a_card_is_the_models_own() -> None:
    card = found("describe_model", model="vmaf_tiny_v2")["card"]
    assert card.startswith("## vmaf_tiny_v2\n")
    assert card.count("\n## ") == 0


def test_a_file_of_the_client_is_described(folder: Path) -> None:
    shutil.copy(TINY / "vmaf_tiny_v3.onnx", folder)
    shutil.copy(TINY / "vmaf_tiny_v3.json", folder)
    described = found("describe_model", model="vmaf_tiny_v3.onnx", precision="fp32")
    assert described["info"]["path"] == str(folder / "vmaf_tiny_v3.onnx")
    assert described["quality"]["against"] == "vmaf_v0.6.1"
    assert described["card"] == ""


def test_a_file_that_is_no_model_is_refused_in_the_librarys_words(folder: Path) -> None:
    (folder / "m.onnx").write_bytes(b"no model")
    assert "not a well-formed ONNX file" in refusal("describe_model", model="m.onnx")


@pytest.fixture
def table(folder: Path) -> dict[str, Any]:
    """Rows of forty sources in a CSV file, with a truth near the scores of a model."""
    rng = np.random.default_rng(7)
    rows = rng.uniform(0.3, 0.95, (400, 6)).astype(np.float32)
    scores = np.clip(np.asarray(Session("vmaf_tiny_v4").run(rows), np.float64), 0, 100)
    truth = scores + rng.normal(0, 2, 400)
    sources = [f"clip{i % 40}" for i in range(400)]
    lines = [",".join((*CANONICAL_6, "vmaf", "source"))]
    lines += [
        ",".join((*map(repr, map(float, row)), repr(float(target)), source))
        for row, target, source in zip(rows, truth, sources, strict=True)
    ]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n")
    return {"scores": scores, "truth": truth, "sources": sources}


def test_figures_of_a_table_are_numpys(table: dict[str, Any]) -> None:
    result = found("eval_model_on_split", model="vmaf_tiny_v4", features="rows.csv", split="all")
    error = table["scores"] - table["truth"]
    assert result["n"] == 400
    assert result["target"] == "vmaf"
    assert result["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-9)
    assert result["plcc"] == pytest.approx(np.corrcoef(table["scores"], table["truth"])[0, 1], rel=1e-9)
    ranks = rankdata(table["scores"]), rankdata(table["truth"])
    assert result["srocc"] == pytest.approx(np.corrcoef(*ranks)[0, 1], rel=1e-9)
    assert result["columns"] == list(CANONICAL_6)


def test_splits_go_by_source(table: dict[str, Any]) -> None:
    counts = {
        split: found("eval_model_on_split", model="vmaf_tiny_v4", features="rows.csv", split=split)["n"]
        for split in ("train", "val", "test")
    }
    assert sum(counts.values()) == 400
    assert counts["test"] == sum(split_of(source) == "test" for source in table["sources"])


def test_splits_are_the_published_ones() -> None:
    """A tenth each, by the first eight bytes of a digest of salt and key."""
    assert [split_of(f"clip{i}") for i in (0, 4, 6, 12, 18)] == ["train", "val", "test", "test", "val"]
    splits = [split_of(str(i)) for i in range(5000)]
    assert splits.count("test") == pytest.approx(500, abs=70)
    assert splits.count("val") == pytest.approx(500, abs=70)


def test_a_column_says_what_the_split_is(folder: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    columns = {name: [0.5, 0.6, 0.7, 0.8] for name in CANONICAL_6}
    columns |= {"mos": [1.0, 2.0, 3.0, float("nan")]}
    rows = pa.table({**columns, "split": ["a", "test", "test", "test"]})
    parquet.write_table(rows, folder / "rows.parquet")
    result = found("eval_model_on_split", model="vmaf_tiny_v2", features="rows.parquet")
    assert (result["n"], result["target"]) == (2, "mos")


def test_models_are_ranked_on_a_table(table: dict[str, Any]) -> None:
    names = ["vmaf_tiny_v2", "vmaf_tiny_v4", "vmaf_tiny_v5"]
    result = found("compare_models", models=names, features="rows.csv", split="all")
    assert [entry["model"] for entry in result["ranked"]] == ["vmaf_tiny_v4", "vmaf_tiny_v2"]
    assert "has no column 'cambi'" in result["errors"]["vmaf_tiny_v5"]
    assert "vmaf_tiny_v5 failed: rows.csv has no column" in words_of(
        call("compare_models", models=names, features="rows.csv", split="all")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "can't be read as CSV"),
        ("a,b\n1,2\n", "has no column 'adm2'; it has a, b"),
        (",".join((*CANONICAL_6, "vmaf")) + "\n" + ",".join("x" * 7) + "\n", "holds what is no number"),
        (
            ",".join((*CANONICAL_6, "vmaf")) + "\n" + ",".join("1" * 7) + "\n",
            "holds 1 rows of the split 'all'",
        ),
    ],
    ids=["empty", "columns", "words", "one row"],
)
def test_tables_that_do_not_fit_are_refused(folder: Path, text: str, said: str) -> None:
    (folder / "t.csv").write_text(text)
    assert said in refusal("eval_model_on_split", model="vmaf_tiny_v2", features="t.csv", split="all")


def test_a_table_without_sources_has_no_splits(folder: Path) -> None:
    (folder / "t.csv").write_text(",".join((*CANONICAL_6, "vmaf")) + "\n" + (",".join("1" * 7) + "\n") * 3)
    sentence = refusal("eval_model_on_split", model="vmaf_tiny_v2", features="t.csv")
    assert "none of the columns split, key, source" in sentence
    result = found("eval_model_on_split", model="vmaf_tiny_v2", features="t.csv", split="all")
    assert (result["plcc"], result["n"]) == (None, 3)


def test_what_is_no_parquet_file_is_refused(folder: Path) -> None:
    (folder / "t.parquet").write_bytes(b"PAR1 and no more")
    sentence = refusal("eval_model_on_split", model="vmaf_tiny_v2", features="t.parquet")
    assert "t.parquet can't be read as parquet" in sentence


@pytest.mark.parametrize("given", [{}, {"ref": "a"}, {"ref": "a", "dis": "b", "features": "c"}], ids=str)
def test_models_are_compared_on_a_pair_or_on_a_table(given: dict[str, str]) -> None:
    assert "give ref and dis, or features" in refusal("compare_models", models=["a", "b"], **given)
