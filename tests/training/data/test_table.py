# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.data.table import (
    SCHEMA,
    column,
    features_of,
    read_held_out,
    read_table,
    sources_of,
    split_by_source,
    write_table,
)


def test_a_table_comes_back_bit_for_bit(table: pa.Table, tmp_path: Path) -> None:
    write_table(tmp_path / "t.parquet", table, {"note": "kept"})
    assert read_table(tmp_path / "t.parquet").equals(table)
    assert pq.read_schema(tmp_path / "t.parquet").metadata[b"note"] == b"kept"


def test_features_are_canonical_6_in_order(table: pa.Table) -> None:
    features = features_of(table)
    assert features.dtype == np.float64
    for i, name in enumerate(CANONICAL_6):
        np.testing.assert_array_equal(features[:, i], column(table, name))


@pytest.mark.parametrize("name", SCHEMA.names)
def test_a_missing_column_is_named(table: pa.Table, tmp_path: Path, name: str) -> None:
    pq.write_table(table.drop_columns([name]), tmp_path / "t.parquet")
    with pytest.raises(InvalidArgument, match=f"lacks the column '{name}'"):
        read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", [*CANONICAL_6, "vmaf", "vmaf_unclipped"])
def test_a_value_that_is_not_finite_is_refused(
    table: pa.Table, tmp_path: Path, name: str, value: float
) -> None:
    values = column(table, name).copy()
    values[7] = value
    index = table.column_names.index(name)
    pq.write_table(table.set_column(index, name, pa.array(values)), tmp_path / "t.parquet")
    with pytest.raises(InvalidArgument, match=f"a {name} that is not finite in row 7"):
        read_table(tmp_path / "t.parquet")


def test_an_empty_table_and_a_file_of_another_kind_are_refused(table: pa.Table, tmp_path: Path) -> None:
    pq.write_table(table.slice(0, 0), tmp_path / "empty.parquet")
    with pytest.raises(InvalidArgument, match="has no rows"):
        read_table(tmp_path / "empty.parquet")
    (tmp_path / "text.parquet").write_text("not parquet")
    with pytest.raises(InvalidArgument, match="Can't read the table"):
        read_table(tmp_path / "text.parquet")
    with pytest.raises(InvalidArgument, match="Can't read the table"):
        read_table(tmp_path / "none.parquet")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("adm2", "much", "does not fit the schema"),
        ("frame", 0.5, "does not fit the schema"),
        ("source", None, "1200 rows of the table .* have no source; drop them"),
    ],
)
def test_columns_of_another_kind_are_refused(
    table: pa.Table, tmp_path: Path, name: str, value: object, sentence: str
) -> None:
    changed = table.set_column(table.column_names.index(name), name, [[value] * table.num_rows])
    pq.write_table(changed, tmp_path / "t.parquet")
    with pytest.raises(InvalidArgument, match=sentence):
        read_table(tmp_path / "t.parquet")


def test_a_split_shares_no_source_and_loses_no_row(table: pa.Table) -> None:
    split = split_by_source(table, ["film/b.mp4"])
    assert sources_of(split.held_out) == ["film/b.mp4"]
    assert sources_of(split.train) == ["film/a.mp4", "film/c.mp4"]
    assert split.train.num_rows + split.held_out.num_rows == table.num_rows


def test_an_unknown_source_can_not_be_held_out(table: pa.Table) -> None:
    with pytest.raises(InvalidArgument, match=r"'film/z\.mp4' is not in the table"):
        split_by_source(table, ["film/z.mp4"])


def test_not_every_source_can_be_held_out(table: pa.Table) -> None:
    with pytest.raises(InvalidArgument, match="All 3 sources are held out"):
        split_by_source(table, sources_of(table))


@pytest.mark.parametrize("content", ["[]", '{"sources": "a"}', '{"sources": [1]}', "{}", "{"])
def test_a_held_out_file_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "held_out.json"
    path.write_text(content)
    with pytest.raises(InvalidArgument, match=r"held_out\.json"):
        read_held_out(path)
