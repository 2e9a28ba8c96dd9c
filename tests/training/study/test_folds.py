# SPDX-License-Identifier: BSD-3-Clause
"""Which sources are left out together."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.paths import ROOT
from tests.support.small_models import ROWS_PER_SOURCE, SOURCES
from tests.support.small_studies import groups_file
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.table import column, read_table
from vmaf_train.study.folds import contents, hold_out, leave_one_out, read_groups


def test_sources_of_one_film_are_one_fold(table: pa.Table, tmp_path: Path) -> None:
    groups = read_groups(groups_file(tmp_path, {"the film": list(SOURCES[:2])}))
    folds = leave_one_out(table, groups)
    assert [(fold.name, fold.sources) for fold in folds] == [
        (SOURCES[2], (SOURCES[2],)),
        ("the film", SOURCES[:2]),
    ]
    assert folds[1].rows(table).sum() == 2 * ROWS_PER_SOURCE


def test_the_committed_groups_are_of_the_committed_table() -> None:
    folder = ROOT / "training"
    table = read_table(folder / "data" / "corpus.parquet")
    folds = {
        fold.name: fold for fold in leave_one_out(table, read_groups(folder / "configs" / "groups.json"))
    }
    assert (len(folds), len(folds["big_buck_bunny"].sources)) == (32, 5)
    film = folds["big_buck_bunny"].rows(table)
    assert set(column(table, "kind")[film]) == {"animation"}
    assert "animation" not in set(column(table, "kind")[~film])


@pytest.mark.parametrize("content", [[], {"a": "b"}, {"a": [1]}, None])
def test_groups_of_another_shape_are_refused(content: object, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match='lacks "groups", lists of source names'):
        read_groups(groups_file(tmp_path, content))


def test_a_source_of_two_groups_is_refused(tmp_path: Path) -> None:
    path = groups_file(tmp_path, {"a": ["x", "y"], "b": ["x"]})
    with pytest.raises(InvalidArgument, match="names the source 'x' twice; a source is of one group"):
        read_groups(path)


def test_a_group_of_a_source_that_is_not_there_is_refused(table: pa.Table) -> None:
    with pytest.raises(InvalidArgument, match="The source 'typo' of the group film is not in the table"):
        contents(table, {"film": ["typo", SOURCES[0]]})


def test_refuses_a_table_with_one_source(table: pa.Table) -> None:
    one = table.slice(0, ROWS_PER_SOURCE)
    with pytest.raises(InvalidArgument, match=r"The table has one source, 'film/a\.mp4'; leaving one out"):
        leave_one_out(one, {})
    with pytest.raises(InvalidArgument, match="The table has one source, 'film'; leaving one out"):
        leave_one_out(table, {"film": SOURCES})


def test_refuses_to_hold_out_nothing_everything_or_what_is_not_there(table: pa.Table) -> None:
    for held_out, reason in (
        ([], "No source is held out"),
        (list(SOURCES), "All 3 sources are held out"),
        (["typo"], "The held-out source 'typo' is not in the table"),
    ):
        with pytest.raises(InvalidArgument, match=reason):
            hold_out(table, held_out)
