# SPDX-License-Identifier: BSD-3-Clause
"""How folds are judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import torch

from tests.support.small_models import QUICK, ROWS_PER_SOURCE, SOURCES
from tests.support.small_studies import FAST, with_codec
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.table import column, concatenate, features_of, split_by_source
from vmaf_train.fit.train import train
from vmaf_train.metrics import agreement, clipped
from vmaf_train.study.folds import hold_out
from vmaf_train.study.judge import judge
from vmaf_train.study.runs import Job, Protocol, run_job


class Constant:
    """A net that gives one score."""

    def __init__(self, score: float) -> None:
        self.score = float(score)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        return torch.full((len(rows),), self.score)


def test_each_fold_is_judged_by_its_own_net_and_clipped(table: pa.Table, protocol: Protocol) -> None:
    nets = [Constant(-3), Constant(50), Constant(120)]
    found = judge(table, nets, protocol.folds, protocol.units)  # type: ignore[arg-type]
    truth = column(table, "vmaf").reshape(3, -1)
    for source, shown, own in zip(SOURCES, (0, 50, 100), truth, strict=True):
        parts = found.by_content[source]
        assert parts["overall"]["rmse"] == pytest.approx(np.sqrt(np.mean((own - shown) ** 2)))
        assert parts["ordinary"]["n_rows"] + parts["odd"]["n_rows"] == ROWS_PER_SOURCE
    assert found.pooled["overall"]["n_rows"] == table.num_rows


def test_augmented_rows_are_fitted_and_never_judged(table: pa.Table, protocol: Protocol) -> None:
    augmented = concatenate([with_codec(table, codec) for codec in ("jitter", "between", "beyond")])
    wider = replace(protocol, table=concatenate([table, augmented]))
    job = Job("mlp_8", FAST)
    judged = run_job(wider, job)
    assert judged.pooled["overall"]["n_rows"] == table.num_rows
    assert judged.pooled["overall"]["rmse"] != run_job(protocol, job).pooled["overall"]["rmse"]
    only = replace(protocol, table=augmented)
    with pytest.raises(InvalidArgument, match=r"'film/a.mp4' has augmented rows only; add the table"):
        run_job(only, job)


def test_a_fold_is_as_good_as_a_model_trained_without_it(table: pa.Table) -> None:
    """One fold, with the second phase: the same figures as train and judge by hand."""
    recipe = replace(QUICK, epochs=30, polish=50, batch_size=10_000)
    folds = hold_out(table, [SOURCES[0]])
    found = run_job(Protocol(table, folds, folds), Job("mlp_8", recipe)).pooled["overall"]
    split = split_by_source(table, [SOURCES[0]])
    net = train("mlp_8", split.train, recipe).model()
    with torch.inference_mode():
        scores = clipped(net(torch.from_numpy(features_of(split.held_out)).float()).numpy())
    expected = agreement(scores, column(split.held_out, "vmaf"))
    assert found["rmse"] == pytest.approx(expected.rmse, rel=0.02)
