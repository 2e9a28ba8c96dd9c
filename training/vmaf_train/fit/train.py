# SPDX-License-Identifier: BSD-3-Clause
"""Fits fusion models to the target of a table, the same way every time for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch import Tensor

from vmaf_train.data.table import column, features_of, is_real, measured_of, sources_of, task_of, truth_of
from vmaf_train.data.task import LABELS
from vmaf_train.files import Progress, no_progress
from vmaf_train.fit.net import Checkpoint, FusionMLP, hidden_of
from vmaf_train.fit.optimise import Batch, descend, polish
from vmaf_train.fit.recipe import Recipe
from vmaf_train.metrics import agreement, clipped, is_reported

_LEAST_STD = 1e-8


@dataclass(frozen=True)
class Scaler:
    """(k,) float64 mean and standard deviation of the training rows."""

    mean: NDArray[np.float64]
    std: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> Scaler:
        """Take population statistics; a feature that never varies is left unscaled."""
        std = features.std(axis=0)
        return cls(features.mean(axis=0), np.where(std < _LEAST_STD, 1.0, std))


def train(arch: str, table: pa.Table, recipe: Recipe, progress: Progress = no_progress) -> Checkpoint:
    """Fits `arch` to every row of the table; leave held-out sources out of it first."""
    features, task = features_of(table), task_of(table)
    recipe = replace(recipe, target=_target(table, recipe))
    everything = np.ones((table.num_rows, 1), np.bool_)
    (model,) = fit(hidden_of(arch), table, everything, recipe, progress)
    scaler = Scaler.of(features)
    training = _record(model, table, features, recipe)
    return Checkpoint(arch, model.state_dict(), scaler.mean, scaler.std, training, task)


def fit(
    hidden: Sequence[int],
    table: pa.Table,
    kept: NDArray[np.bool_],
    recipe: Recipe,
    progress: Progress = no_progress,
) -> list[FusionMLP]:
    """One net for each column of `kept` (n, B): fitted to, and scaled by, the rows that are true there.

    All start from the same weights and go through the same mini-batches.
    """
    features, target = features_of(table), column(table, _target(table, recipe))
    weight = np.where(is_reported(target, task_of(table).output_range), 1.0, recipe.weight_clipped)
    weight *= np.where(is_real(table), 1.0, recipe.weight_augmented)
    with one_thread():
        nets = [_start(hidden, features[own], target[own], recipe.seed) for own in kept.T]
        arrays = (features, target, weight[:, None] * kept, kept.mean(axis=0))
        batch = Batch(*(torch.tensor(array) for array in arrays))
        descend(nets, batch, recipe, progress)
        polish(nets, batch, recipe, progress)
    return nets


def _target(table: pa.Table, recipe: Recipe) -> str:
    """Return the column that is fitted: of VMAF's two the recipe's, else the table's own."""
    own = task_of(table).target
    return recipe.target if own in LABELS else own


def _start(
    hidden: Sequence[int], features: NDArray[np.float64], target: NDArray[np.float64], seed: int
) -> FusionMLP:
    scaler = Scaler.of(features)
    torch.manual_seed(seed)
    net = FusionMLP(hidden, scaler.mean, scaler.std)
    torch.nn.init.constant_(net.mlp[-1].bias, float(target.mean()))  # type: ignore[arg-type]
    return net


@contextmanager
def one_thread() -> Iterator[None]:
    """Sum in one order. These nets are too small to gain from more threads."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


def _record(
    model: FusionMLP, table: pa.Table, features: NDArray[np.float64], recipe: Recipe
) -> dict[str, object]:
    measured = measured_of(table)
    with torch.inference_mode():
        scores: Tensor = model(torch.from_numpy(features).float())
    return {
        "recipe": asdict(recipe),
        "target": recipe.target,
        "n_rows": table.num_rows,
        "sources": sources_of(table),
        "fit": agreement(clipped(scores.numpy(), task_of(table).output_range), truth_of(table)).to_json(),
        "feature_min": measured.min(axis=0).tolist(),
        "feature_max": measured.max(axis=0).tolist(),
    }
