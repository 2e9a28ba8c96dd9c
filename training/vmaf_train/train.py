# SPDX-License-Identifier: BSD-3-Clause
"""Fits a fusion model to the unclipped VMAF of a table, the same way every time for the same seed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch import Tensor

from .arch import HIDDEN, Checkpoint, FusionMLP
from .files import Progress, no_progress
from .metrics import agreement, clipped, is_reported
from .optimise import Batch, Recipe, descend, polish
from .table import column, features_of, sources_of

TARGET = "vmaf_unclipped"
_LEAST_STD = 1e-8


@dataclass(frozen=True)
class Scaler:
    """(6,) float64 mean and standard deviation of the training rows."""

    mean: NDArray[np.float64]
    std: NDArray[np.float64]

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> "Scaler":
        """Population statistics; a feature that never varies is left unscaled."""
        std = features.std(axis=0)
        return cls(features.mean(axis=0), np.where(std < _LEAST_STD, 1.0, std))


def train(arch: str, table: pa.Table, recipe: Recipe, progress: Progress = no_progress) -> Checkpoint:
    """Fits `arch` to every row of the table; leave held-out sources out of it first.

    The target is `vmaf_unclipped`: a net fits it better than a score with a kink at 100. What lies
    outside 0..100 is clipped in every report, so it weighs less.
    """
    features, target = features_of(table), column(table, TARGET)
    scaler = Scaler.of(features)
    with _deterministic(recipe.seed):
        model = FusionMLP(HIDDEN[arch], scaler.mean, scaler.std)
        torch.nn.init.constant_(model.mlp[-1].bias, float(target.mean()))  # type: ignore[arg-type]
        batch = _batch(features, target, scaler, recipe)
        descend(model.mlp, batch, recipe, progress)
        polish(model.mlp, batch, recipe, progress)
        training = _record(model, table, features, recipe)
    return Checkpoint(arch, model.state_dict(), scaler.mean, scaler.std, training)


@contextmanager
def _deterministic(seed: int) -> Iterator[None]:
    """One thread and a fixed seed: sums in one order. These nets are too small to gain from more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


def _batch(
    features: NDArray[np.float64], target: NDArray[np.float64], scaler: Scaler, recipe: Recipe
) -> Batch:
    weight = np.where(is_reported(target), 1.0, recipe.weight_clipped)
    scaled = (features - scaler.mean) / scaler.std
    return Batch(torch.from_numpy(scaled), torch.tensor(target), torch.from_numpy(weight))


def _record(
    model: FusionMLP, table: pa.Table, features: NDArray[np.float64], recipe: Recipe
) -> dict[str, object]:
    with torch.inference_mode():
        scores: Tensor = model(torch.from_numpy(features).float())
    return {
        "recipe": asdict(recipe),
        "target": TARGET,
        "n_rows": table.num_rows,
        "sources": sources_of(table),
        "fit": agreement(clipped(scores.numpy()), column(table, "vmaf")).to_json(),
        "feature_min": features.min(axis=0).tolist(),
        "feature_max": features.max(axis=0).tolist(),
    }
