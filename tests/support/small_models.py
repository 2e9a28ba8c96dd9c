# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the training half train on: rows with a smooth score, and checkpoints of no use."""

from __future__ import annotations

import numpy as np
import onnx
import pyarrow as pa
import torch
from onnx import numpy_helper

from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.data.table import SCHEMA
from vmaf_train.fit.net import HIDDEN, Checkpoint, FusionMLP
from vmaf_train.fit.recipe import Recipe
from vmaf_train.publish.sidecar import ModelFiles

SOURCES = ("film/a.mp4", "film/b.mp4", "film/c.mp4")
ROWS_PER_SOURCE = 400
QUICK = Recipe(epochs=30, polish=100)


def smooth_score(features: np.ndarray) -> np.ndarray:
    """A stand-in for VMAF: smooth in the six features, and above 100 for some rows."""
    adm2, vif, motion2 = features[:, 0], features[:, 1:5].mean(axis=1), features[:, 5]
    return 140 * adm2 * vif + 30 * np.tanh(4 * adm2 - 3) + 0.4 * motion2 - 20


def make_table(seed: int = 0) -> pa.Table:
    random = np.random.default_rng(seed)
    n_rows = len(SOURCES) * ROWS_PER_SOURCE
    quality = random.uniform(0, 1, n_rows)
    features = np.column_stack(
        [
            0.5 + 0.5 * quality,
            *(quality ** (0.5 + 0.5 * scale) for scale in range(4)),
            10 * random.random(n_rows),
        ]
    )
    features[:, :5] += random.normal(0, 0.02, (n_rows, 5))
    scores = smooth_score(features)
    columns = dict(zip(CANONICAL_6, features.T, strict=True))
    columns |= {"vmaf": np.clip(scores, 0, 100), "vmaf_unclipped": scores}
    columns |= {"source": np.repeat(SOURCES, ROWS_PER_SOURCE), "frame": np.arange(n_rows) % ROWS_PER_SOURCE}
    columns |= {"scene": np.repeat(["a", "b", "c"], ROWS_PER_SOURCE), "scale": np.ones(n_rows, int)}
    columns |= {name: np.array([name] * n_rows) for name in ("kind", "quality")}
    columns |= {"codec": np.where(np.arange(n_rows) % 4 == 0, "blur", "x264")}
    return pa.table({name: columns[name] for name in SCHEMA.names}).cast(SCHEMA)


def random_checkpoint(arch: str, scale: float = 1.0) -> Checkpoint:
    torch.manual_seed(1)
    mean, std = np.linspace(0.5, 6, 6), np.linspace(0.1, 3, 6)
    model = FusionMLP(HIDDEN[arch], mean, std)
    state = {name: value * (scale if "weight" in name else 1) for name, value in model.state_dict().items()}
    return Checkpoint(arch, state, mean, std, {"seed": 1})


def tilt(files: ModelFiles, factor: float) -> None:
    """Makes a bad model of a good one: multiplies its last weights."""
    model = onnx.load(files.onnx)
    (weight,) = (t for t in model.graph.initializer if t.name == "mlp.6.weight")
    weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight) * np.float32(factor), weight.name))
    onnx.save(model, files.onnx)
