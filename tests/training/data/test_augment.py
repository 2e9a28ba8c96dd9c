# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.paths import ROOT
from tests.support.small_models import SOURCES, make_table
from tests.support.small_svr import make_svr
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.cli import main
from vmaf_train.data.augment import Mix, augment
from vmaf_train.data.coverage import coverage
from vmaf_train.data.table import (
    AUGMENTED,
    column,
    concatenate,
    features_of,
    read_table,
    sources_of,
    split_by_source,
    write_table,
)
from vmaf_train.data.teacher import Teacher, read_teacher
from vmaf_train.files import sha256_of

N_ROWS = 1000


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "small_svr.json"
    path.write_text(json.dumps(make_svr()))
    return path


@pytest.fixture
def teacher(model: Path) -> Teacher:
    return read_teacher(model)


@pytest.fixture
def corpus(tmp_path: Path, teacher: Teacher) -> Path:
    write_table(tmp_path / "corpus.parquet", teacher.label(make_table()))
    return tmp_path / "corpus.parquet"


def only(kind: str, **reach: object) -> Mix:
    return Mix({kind: 1.0}, **reach)  # type: ignore[arg-type]


def rows_of(table: pa.Table, source: str) -> np.ndarray:
    return features_of(table)[column(table, "source") == source]


def test_new_rows_are_as_many_as_asked_and_shared_out_over_sources_and_kinds(teacher: Teacher) -> None:
    new = augment(make_table(), teacher, N_ROWS)
    assert new.num_rows == N_ROWS
    assert [len(rows_of(new, source)) for source in SOURCES] == [333, 334, 333]
    kinds = column(new, "codec").tolist()
    assert {kind: kinds.count(kind) / N_ROWS for kind in AUGMENTED} == pytest.approx(Mix().shares, abs=0.005)
    np.testing.assert_array_equal(column(new, "frame"), np.arange(N_ROWS))


def test_new_rows_are_labelled_by_the_teacher_in_float32_precision(teacher: Teacher) -> None:
    new = augment(make_table(), teacher, N_ROWS)
    features = features_of(new)
    np.testing.assert_array_equal(features, features.astype(np.float32))
    np.testing.assert_allclose(column(new, "vmaf_unclipped"), teacher.score(features), atol=5.1e-7)


def test_a_source_is_made_of_its_own_rows_only(teacher: Teacher) -> None:
    table, held_out = make_table(), [SOURCES[1]]
    unlike = features_of(table) * np.where(column(table, "source") == SOURCES[1], 1.2, 1)[:, None]
    for i, name in enumerate(CANONICAL_6[:5]):
        table = table.set_column(table.column_names.index(name), name, pa.array(unlike[:, i]))
    far = augment(table, teacher, N_ROWS, mix=only("between"))
    apart = split_by_source(far, held_out)
    most = rows_of(table, SOURCES[0]).max(axis=0), rows_of(table, SOURCES[2]).max(axis=0)
    assert (features_of(apart.train) <= np.maximum(*most) + 1e-6).all()
    np.testing.assert_array_equal(column(apart.held_out, "scene"), "b")


def test_the_same_seed_gives_the_same_rows(teacher: Teacher) -> None:
    a, b, c = (augment(make_table(), teacher, 100, seed=seed) for seed in (3, 3, 4))
    assert a.equals(b)
    assert not a.equals(c)


@pytest.mark.parametrize(
    ("n_neighbours", "spread", "growth"), [(20, 1.0, 0.0), (400, 1.0, 1.0), (400, 2.0, 4.0)]
)
def test_jitter_has_the_covariance_of_the_neighbours(
    teacher: Teacher, n_neighbours: int, spread: float, growth: float
) -> None:
    """Rows on a line stay on it; neighbours that are the whole line add its variance once, or four times."""
    table, line = make_table(), np.tile(np.linspace(0.7, 0.8, 400), 3)
    for name in CANONICAL_6:
        table = table.set_column(table.column_names.index(name), name, pa.array(line))
    mix = only("jitter", spreads=(spread,), n_neighbours=n_neighbours)
    new = features_of(augment(table, teacher, N_ROWS, mix=mix))
    assert np.ptp(new, axis=1).max() < 1e-6
    assert new.var() / line.var() == pytest.approx(1 + growth, abs=0.15 * (1 + growth))
    assert not np.isin(new[:, 0], line.astype(np.float32)).any()


def test_between_goes_a_part_of_the_way(teacher: Teacher) -> None:
    table = make_table()
    new = augment(table, teacher, N_ROWS, mix=only("between", parts=(0.5,)))
    for source in SOURCES:
        a, b = rows_of(table, source), rows_of(new, source)
        assert (b >= a.min(axis=0) - 1e-6).all()
        assert (b <= a.max(axis=0) + 1e-6).all()
        assert b.std(axis=0) == pytest.approx(a.std(axis=0) / np.sqrt(2), rel=0.2)
    assert set(column(new, "quality")) == {"part0.5"}


def test_beyond_leaves_the_hull_and_stays_plausible(teacher: Teacher) -> None:
    table = make_table()
    new = augment(table, teacher, N_ROWS, mix=only("beyond", margins=(0.5, 2.0)))
    features, real = features_of(new), features_of(table)
    is_motion2 = column(new, "quality") == "motion2"
    assert is_motion2.mean() == pytest.approx(0.5, abs=0.05)
    assert features[is_motion2, 5].max() > 35 > 10 > real[:, 5].max() - 1
    assert features[is_motion2, :5].max() <= real[:, :5].max() + 1e-6
    assert features.min() == 0
    assert features[:, :5].max() == 1.5
    assert set(column(new, "quality")) == {"motion2", "margin0.5", "margin2"}


def test_a_source_of_one_row_is_augmented_too(teacher: Teacher) -> None:
    new = augment(make_table().slice(0, 1), teacher, 50)
    assert new.num_rows == 50
    assert np.isfinite(features_of(new)).all()


def test_rows_that_were_made_have_no_children(teacher: Teacher) -> None:
    with pytest.raises(InvalidArgument, match="The table holds augmented rows; give one of `vmaf-train corp"):
        augment(augment(make_table(), teacher, 10), teacher, 10)


def test_progress_counts_sources(teacher: Teacher) -> None:
    seen: list[tuple[int, int]] = []
    augment(make_table(), teacher, 10, progress=lambda n_done, n_total: seen.append((n_done, n_total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_coverage_measures_a_left_out_row_against_other_sources(teacher: Teacher) -> None:
    table = make_table()
    found = coverage(table, table)
    features, source = features_of(table), column(table, "source")
    scaled = features / features.std(axis=0)
    distances = [
        np.sqrt(((scaled[source != source[i]] - scaled[i]) ** 2).sum(axis=1)).min() for i in range(0, 1200, 3)
    ]
    assert found.nearness is not None
    assert found.nearness.mean == pytest.approx(np.mean(distances), rel=0.1)
    assert found.nearness.p95 <= found.nearness.max >= max(distances)
    assert found.feature_max == features.max(axis=0).tolist()
    more = coverage(table, concatenate([table, augment(table, teacher, 5000)]))
    assert more.nearness is not None
    assert more.nearness.mean < found.nearness.mean
    assert more.high_motion2 is not None
    assert more.high_motion2 > 0 == found.high_motion2


def test_one_source_has_no_other_to_be_near_to() -> None:
    table = make_table().slice(0, 100)
    assert coverage(table, table).nearness is None


def run(*words: object) -> int:
    return main(["teacher", *map(str, words)])


def test_the_command_writes_rows_and_a_report(
    model: Path, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "augmented.parquet"
    assert run("--model", model, "--data", corpus, "--out", out, "--rows", 3000) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"3000 rows around 1200 of 3 sources in {out}; the teacher is within ")
    assert [line.split()[0] for line in lines[1:7]] == list(CANONICAL_6)
    assert lines[7].startswith("motion2 above 21 in 0.0% -> ")
    assert lines[8].startswith("standard deviations to the nearest row of another source: mean 0.")
    report = json.loads((tmp_path / "augmented.report.json").read_text())
    assert report["n_rows"] == read_table(out).num_rows == 3000
    assert report["largest_difference"] < 1e-6
    assert report["coverage_after"]["nearness"]["mean"] < report["coverage_before"]["nearness"]["mean"]
    assert report["teacher"] == f"small_svr sha256:{sha256_of(model)}"
    metadata = pq.read_schema(out).metadata
    assert metadata[b"teacher"].decode() == report["teacher"]
    assert json.loads(metadata[b"run_provenance"])["args"]["seed"] == 0
    assert str(tmp_path) not in json.dumps(report) + metadata[b"run_provenance"].decode()


def test_the_same_words_give_the_same_bytes(model: Path, corpus: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        out = tmp_path / folder / "new.parquet"
        assert run("--model", model, "--data", corpus, "--out", out, "--rows", 50, "--seed", 7) == 0
    a, b = ((tmp_path / folder / "new.parquet").read_bytes() for folder in ("a", "b"))
    assert a == b


def test_a_wrong_teacher_makes_no_rows(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(make_svr(seed=1)))
    out = tmp_path / "augmented.parquet"
    assert run("--model", other, "--data", corpus, "--out", out) == 1
    assert "VMAF away from the labels of" in capsys.readouterr().err
    assert not out.exists()


def test_relabel_needs_no_labels(model: Path, corpus: Path, tmp_path: Path) -> None:
    labelled = read_table(corpus)
    bare, out = tmp_path / "bare.parquet", tmp_path / "labelled.parquet"
    pq.write_table(labelled.drop_columns(["vmaf", "vmaf_unclipped"]), bare)
    assert run("--model", model, "--data", bare, "--out", out, "--relabel") == 0
    assert read_table(out).equals(labelled)
    assert "coverage_before" not in json.loads((tmp_path / "labelled.report.json").read_text())


def test_rows_and_relabel_exclude_each_other(model: Path, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        run("--model", model, "--data", corpus, "--out", tmp_path / "o", "--rows", 5, "--relabel")
    assert stop.value.code == 2


def test_the_committed_rows_are_of_the_sources_of_the_committed_corpus() -> None:
    data = ROOT / "training" / "data"
    corpus, new = (read_table(data / f"{name}.parquet") for name in ("corpus", "augmented"))
    assert sources_of(new) == sources_of(corpus)
    assert set(column(new, "codec")) == AUGMENTED
    assert max(path.stat().st_size for path in data.iterdir()) < 5e6
    assert pq.read_schema(data / "augmented.parquet").metadata[b"teacher"].startswith(b"vmaf_v0.6.1 sha256:")
