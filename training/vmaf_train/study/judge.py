# SPDX-License-Identifier: BSD-3-Clause
"""Nets on the real rows of the content that was kept from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch import nn

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.corpus.distortions import ODD_CODECS
from vmaf_train.data.table import column, features_of, is_real, task_of, truth_of
from vmaf_train.metrics import agreement, clipped
from vmaf_train.study.folds import Fold

PARTS = ("overall", "ordinary", "odd")
"""All rows, those of ordinary encodes, and those of odd distortions."""

Parts = dict[str, dict[str, float]]
"""For each of `PARTS` that has rows the fields of `Agreement`."""

_DECIMALS = 8  # PLCC of two good nets differs in the sixth


@dataclass(frozen=True)
class Judgement:
    """How close scores come to libvmaf's: over all judged rows, and content by content."""

    pooled: Parts
    by_content: dict[str, Parts]


def judge(
    table: pa.Table, nets: Sequence[nn.Module], folds: Sequence[Fold], units: Sequence[Fold]
) -> Judgement:
    """Scores each fold's real rows with its own net, clips them as reports do, compares with the truth.

    Raises `InvalidArgument` if a fold has no real rows.
    """
    features = torch.from_numpy(features_of(table)).float()
    scores, real = np.full(table.num_rows, np.nan), is_real(table)
    for net, fold in zip(nets, folds, strict=True):
        rows = fold.rows(table) & real
        if not rows.any():
            raise InvalidArgument(f"{fold.name!r} has augmented rows only; add the table they came from.")
        with torch.inference_mode():
            scores[rows] = clipped(net(features[torch.from_numpy(rows)]).numpy(), task_of(table).output_range)
    judged = ~np.isnan(scores)
    by_content = {unit.name: judged & unit.rows(table) for unit in units}
    return Judgement(
        _parts(table, scores, judged),
        {name: _parts(table, scores, rows) for name, rows in by_content.items() if rows.any()},
    )


def _parts(table: pa.Table, scores: NDArray[np.float64], rows: NDArray[np.bool_]) -> Parts:
    truth, odd = truth_of(table), np.isin(column(table, "codec").astype(str), sorted(ODD_CODECS))
    masks = dict(zip(PARTS, (rows, rows & ~odd, rows & odd), strict=True))
    found = {part: agreement(scores[mask], truth[mask]) for part, mask in masks.items() if mask.any()}
    return {
        part: {key: round(value, _DECIMALS) for key, value in asdict(one).items()}
        for part, one in found.items()
    }
