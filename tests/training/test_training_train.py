# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from small_models import QUICK, SOURCES, make_table

from vmaf_train.arch import Checkpoint, save_checkpoint
from vmaf_train.metrics import agreement
from vmaf_train.table import column, features_of, split_by_source
from vmaf_train.train import Scaler, train

SHORT = replace(QUICK, epochs=2, polish=25)


def scores(checkpoint: Checkpoint, table: pa.Table) -> np.ndarray:
    with torch.inference_mode():
        return checkpoint.model()(torch.from_numpy(features_of(table)).float()).numpy()


def test_a_model_learns_what_it_has_not_seen(checkpoint: Checkpoint) -> None:
    fresh = make_table(seed=1)
    found = agreement(scores(checkpoint, fresh), column(fresh, "vmaf_unclipped"))
    assert found.plcc > 0.999
    assert found.rmse < 1.0


def test_the_polish_pays(table: pa.Table) -> None:
    rough, fine = (train("mlp_small", table, replace(QUICK, polish=polish)) for polish in (0, 200))
    assert fine.training["fit"]["rmse"] < 0.5 * rough.training["fit"]["rmse"]


def test_the_same_seed_gives_the_same_bytes(table: pa.Table, tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        save_checkpoint(tmp_path / name, train("mlp_small", table, replace(SHORT, seed=seed)))
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_training_leaves_the_threads_of_torch_as_they_were(table: pa.Table) -> None:
    before = torch.get_num_threads()
    train("mlp_small", table, replace(SHORT, epochs=1, polish=0))
    assert torch.get_num_threads() == before


def test_held_out_rows_have_no_part_in_the_model(table: pa.Table) -> None:
    held_out = [SOURCES[1]]
    spoilt = table.set_column(
        table.column_names.index("vmaf_unclipped"),
        "vmaf_unclipped",
        pa.array(np.where(column(table, "source") == SOURCES[1], -1e6, column(table, "vmaf_unclipped"))),
    )
    clean, other = (train("mlp_small", split_by_source(t, held_out).train, SHORT) for t in (table, spoilt))
    for name, value in clean.state_dict.items():
        assert torch.equal(value, other.state_dict[name])
    assert SOURCES[1] not in clean.training["sources"]


def test_the_scaler_is_of_the_training_rows_and_survives_a_constant() -> None:
    features = np.random.default_rng(0).normal(3, 2, (100, 6))
    features[:, 4] = 0.25
    scaler = Scaler.of(features)
    np.testing.assert_array_equal(scaler.mean, features.mean(axis=0))
    assert scaler.std[4] == 1.0
    assert scaler.std[0] == pytest.approx(features[:, 0].std())


def test_the_record_says_how_it_was_trained(checkpoint: Checkpoint, table: pa.Table) -> None:
    record = checkpoint.training
    assert (record["n_rows"], record["sources"]) == (table.num_rows, list(SOURCES))
    assert record["recipe"]["epochs"] == QUICK.epochs
    assert record["target"] == "vmaf_unclipped"
    np.testing.assert_array_equal(record["feature_max"], features_of(table).max(axis=0))


def test_progress_reaches_its_total(table: pa.Table) -> None:
    seen: list[tuple[int, int]] = []
    train("mlp_small", table, SHORT, lambda n_done, n_total: seen.append((n_done, n_total)))
    assert seen[-1] == (27, 27)
    assert seen == sorted(seen)
