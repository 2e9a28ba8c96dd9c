# SPDX-License-Identifier: BSD-3-Clause
"""Published tables: the layouts that are known, what is made of each, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.cli import main
from vmaf_train.data.published import import_table
from vmaf_train.data.published_layouts import read_published
from vmaf_train.data.table import LABELS, SCHEMA, column, features_of, read_table, sources_of
from vmaf_train.data.teacher import Teacher, read_teacher

N_ROWS = 40
Columns = dict[str, Any]
LAYOUTS: dict[str, Columns] = {
    "netflix": {"source": "Seeking", "dis_basename": "Seeking_90_1080_4300.yuv", "codec": "unknown"},
    "bvi": {"key": "ABike", "codec": "x265"},
    "ugc": {"corpus": "ugc", "source": "Sports_1"},
    "konvid": {"key": "7521352014"},
    "konvid_folds": {"key": "7521352014", "source": "fold3"},
    "bare": {},
}


@pytest.fixture(scope="module")
def teacher_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of libvmaf's form with two support vectors; its scores are from -20 to 120 on `features`."""
    names = [f"VMAF_integer_feature_{name}_score" for name in CANONICAL_6]
    vectors = ["10 1:1 2:1 3:1 4:1 5:1 6:0.1", "-4 6:0.3"]
    header = ["svm_type nu_svr", "kernel_type rbf", "gamma 0.5", "nr_class 2", "total_sv 2", "rho 2", "SV"]
    model = {
        "model_type": "LIBSVMNUSVR",
        "norm_type": "linear_rescale",
        "feature_names": names,
        "slopes": [0.05, *[1.0] * 6],
        "intercepts": [-0.5, *[0.0] * 6],
        "model": "\n".join([*header, *vectors]),
    }
    path = tmp_path_factory.mktemp("teacher") / "teacher.json"
    path.write_text(json.dumps({"model_dict": model}))
    return path


@pytest.fixture(scope="module")
def teacher(teacher_file: Path) -> Teacher:
    return read_teacher(teacher_file)


@pytest.fixture(scope="module")
def labelled(teacher: Teacher) -> Columns:
    """Features and the labels that libvmaf would have logged: clipped, in six decimals."""
    features = np.linspace(0, 1, N_ROWS)[:, None] * np.array([1, 1, 1, 1, 1, 0.1])
    scores = teacher.score(features).round(6)
    assert scores.min() < 0
    assert scores.max() > 100
    return dict(zip(CANONICAL_6, features.T, strict=True)) | {"vmaf": np.clip(scores, 0, 100)}


Publish = Callable[..., Path]


@pytest.fixture
def publish(labelled: Columns, tmp_path: Path) -> Publish:
    """Writes a table of the given columns beside features and labels; None leaves a column out."""

    def write(name: str = "table.parquet", **columns: Any) -> Path:
        together = labelled | {"frame_index": np.arange(N_ROWS)} | columns
        kept = {name: value for name, value in together.items() if value is not None}
        table = pa.table(
            {name: [value] * N_ROWS if isinstance(value, str) else value for name, value in kept.items()}
        )
        write_file = pq.write_table if name.endswith(".parquet") else pyarrow.csv.write_csv
        write_file(table, tmp_path / name)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("layout", "source", "scene", "quality"),
    [
        ("netflix", "Seeking", "Seeking", "Seeking_90_1080_4300.yuv"),
        ("bvi", "ABike", "ABike", "unknown"),
        ("ugc", "ugc/Sports_1", "Sports_1", "unknown"),
        ("konvid", "7521352014", "7521352014", "unknown"),
        ("konvid_folds", "fold3", "7521352014", "unknown"),
        ("bare", "table", "table", "unknown"),
    ],
)
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_each_published_layout_is_read(
    publish: Publish, labelled: Columns, layout: str, source: str, scene: str, quality: str, suffix: str
) -> None:
    table, knows_unclipped = read_published(publish(f"table.{suffix}", **LAYOUTS[layout]))
    assert table.schema.equals(SCHEMA)
    assert not knows_unclipped
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["source"], first["scene"], first["quality"], first["scale"]) == (source, scene, quality, 1)
    assert first["codec"] == LAYOUTS[layout].get("codec", "unknown")
    assert first["kind"] == LAYOUTS[layout].get("corpus", "other")
    np.testing.assert_array_equal(column(table, "frame"), np.arange(N_ROWS))
    np.testing.assert_array_equal(column(table, "vmaf"), labelled["vmaf"])


def test_features_may_have_libvmafs_prefix_and_the_plain_name_wins(publish: Publish) -> None:
    plain = read_published(publish())[0]
    prefixed = {f"integer_{name}": plain[name] for name in CANONICAL_6}
    both = read_published(publish("both.parquet", **{name: np.zeros(N_ROWS) for name in prefixed}))[0]
    only = read_published(publish("only.parquet", **dict.fromkeys(CANONICAL_6), **prefixed))[0]
    for table in (both, only):
        np.testing.assert_array_equal(features_of(table), features_of(plain))


def test_rows_at_the_clip_are_left_out_and_counted(publish: Publish, labelled: Columns) -> None:
    found = import_table(publish())
    inside = (labelled["vmaf"] > 0) & (labelled["vmaf"] < 100)
    assert found.n_clipped == N_ROWS - inside.sum() > 4
    for name in LABELS:
        np.testing.assert_array_equal(column(found.table, name), labelled["vmaf"][inside])
    assert f"{found.n_clipped} at 0 or 100 left out" in found.line()


def test_a_teacher_labels_them(publish: Publish, teacher: Teacher) -> None:
    found = import_table(publish(), teacher)
    assert found.table.num_rows == N_ROWS
    expected = teacher.score(features_of(found.table)).round(6)
    np.testing.assert_array_equal(column(found.table, "vmaf_unclipped"), expected)
    np.testing.assert_array_equal(column(found.table, "vmaf"), np.clip(expected, 0, 100))
    assert found.line().endswith("at 0 or 100 labelled by the teacher")


def test_an_unclipped_score_that_is_there_is_kept(publish: Publish, labelled: Columns) -> None:
    free = np.linspace(-5, 120, N_ROWS)
    found = import_table(publish(vmaf=np.clip(free, 0, 100), vmaf_unclipped=free))
    np.testing.assert_array_equal(column(found.table, "vmaf_unclipped"), free)
    assert found.n_clipped == 0


def test_the_command_joins_tables(
    publish: Publish, teacher_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = [str(publish(f"{name}.parquet", **LAYOUTS[name])) for name in ("netflix", "bvi", "bare")]
    out = tmp_path / "out.parquet"
    assert main(["corpus", "--import", *tables, "--teacher", str(teacher_file), "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"{3 * N_ROWS} rows of 3 sources in {out}\nnetflix.parquet: 40")
    assert sources_of(read_table(out)) == ["ABike", "Seeking", "bare"]
    metadata = pq.read_schema(out).metadata
    report = json.loads((tmp_path / "out.report.json").read_text())
    assert json.loads(metadata[b"run_provenance"])["inputs"] == report["run_provenance"]["inputs"]
    assert [table["table"] for table in report["tables"]] == [Path(table).name for table in tables]
    assert str(tmp_path) not in json.dumps(report)


def nan_at(*rows: int) -> list[float]:
    return [float("nan") if row in rows else 0.5 for row in range(N_ROWS)]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"vmaf": None}, "lacks the column 'vmaf'; it needs adm2"),
        ({"vif_scale2": None}, "lacks the column 'vif_scale2'; .* plain or with integer_ before the name"),
        (dict.fromkeys([*CANONICAL_6, "vmaf"]), "is in no known layout: it has frame_index, but neither"),
        ({"adm2": nan_at(3, 7)}, "2 rows of .* have a feature or label that is not finite, first row 3"),
        ({"vmaf": nan_at(9)}, "1 rows of .* have a feature or label that is not finite, first row 9"),
        ({"vmaf": np.arange(N_ROWS) * 3.0}, "6 rows of .* have a vmaf outside 0..100, first row 34"),
        ({"vmaf": np.full(N_ROWS, 100.0)}, "All 40 rows of .* are at 0 or 100; label them with --teacher"),
        ({"motion2": "much"}, "The column 'motion2' of .* is not of numbers"),
        ({"source": [None] * 2 + ["a"] * 38}, "2 rows of .* have no source; drop them"),
        ({"scale": "half"}, "does not fit the schema"),
    ],
)
def test_a_table_that_can_not_be_used_is_refused(publish: Publish, columns: Columns, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        import_table(publish(**columns))


def test_a_table_without_rows_is_refused(publish: Publish, tmp_path: Path) -> None:
    pq.write_table(pq.read_table(publish()).slice(0, 0), tmp_path / "empty.parquet")
    with pytest.raises(InvalidArgument, match="has no rows; give one that has"):
        import_table(tmp_path / "empty.parquet")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"not parquet")
    for name, sentence in (("t.parquet", "Can't read"), ("no.csv", "Can't read"), ("t.npz", "be imported")):
        with pytest.raises(InvalidArgument, match=sentence):
            import_table(tmp_path / name)


def test_another_models_labels_are_refused(publish: Publish, labelled: Columns, teacher: Teacher) -> None:
    other = np.clip(labelled["vmaf"] + 0.5, 0, 100)
    with pytest.raises(InvalidArgument, match=r"The teacher is up to 0\.5 VMAF away from the labels of"):
        import_table(publish(vmaf=other), teacher)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--manifest", "clips", "--teacher", "t.json"], "--teacher needs --import or --features v1 or neg"),
        (["--manifest", "clips", "--features", "v1"], "--features v1 needs --teacher, the model file"),
        (["--import", "t.parquet", "--features", "v1"], "--features goes with --manifest"),
        (["--import", "t.parquet", "--jobs", "3"], "go with --manifest, not with --import."),
        (["--manifest", "clips", "--engine", "dask"], "--engine dask needs --scheduler, the address"),
        (["--manifest", "clips", "--scheduler", "tcp://h:1"], "--scheduler needs --engine dask."),
    ],
)
def test_options_that_make_no_sense_together_are_usage(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", *words, "--out", str(tmp_path / "out.parquet")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
    assert list(tmp_path.iterdir()) == []
