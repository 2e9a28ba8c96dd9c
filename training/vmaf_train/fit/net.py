# SPDX-License-Identifier: BSD-3-Clause
"""The three fusion models as torch modules, and the checkpoint file they are kept in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.task import Task
from vmaf_train.files import write_bytes

HIDDEN: Mapping[str, tuple[int, ...]] = {
    "mlp_small": (16, 8),
    "mlp_medium": (32, 16),
    "mlp_large": (64, 32, 16),
}
CHECKPOINT_SCHEMA = 3


def hidden_of(arch: str) -> tuple[int, ...]:
    """Widths of the hidden layers: of a name in `HIDDEN`, or spelt out as in `mlp_128_64_32`.

    Raises `InvalidArgument` for any other name.
    """
    if arch in HIDDEN:
        return HIDDEN[arch]
    widths = arch.removeprefix("mlp_").split("_")
    if not arch.startswith("mlp_") or not all(width.isdecimal() and int(width) for width in widths):
        raise InvalidArgument(
            f"There is no architecture {arch!r}; give {', '.join(HIDDEN)}, or widths as in mlp_128_64_32."
        )
    return tuple(map(int, widths))


def arch_of(hidden: Sequence[int]) -> str:
    """Return the one name of a net with these hidden layers."""
    for arch, widths in HIDDEN.items():
        if widths == tuple(hidden):
            return arch
    return "_".join(["mlp", *map(str, hidden)])


class FusionMLP(nn.Module):
    """(n, k) raw rows -> (n,) scores; the scaler is part of the model, ReLU between layers.

    The names of the parameters (`mlp.0.weight`, ..., `mean`, `std`) are those of the ONNX initialisers.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, hidden: Sequence[int], mean: NDArray[np.floating], std: NDArray[np.floating]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))
        layers: list[nn.Module] = []
        for n_in, n_out in zip((len(mean), *hidden), hidden, strict=False):
            layers += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(hidden[-1], 1))

    def forward(self, features: Tensor) -> Tensor:
        """Scores of raw rows, in VMAF units, not clipped."""
        scores: Tensor = self.mlp((features - self.mean) / self.std)
        return scores.squeeze(-1)

    @property
    def n_params(self) -> int:
        """Trained parameters; the scaler is not counted."""
        return sum(parameter.numel() for parameter in self.parameters())


@dataclass(frozen=True)
class Checkpoint:
    """A trained model and how it came about. `mean` and `std` are (k,) float64."""

    arch: str
    state_dict: Mapping[str, Tensor]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    training: Mapping[str, Any]
    task: Task = Task()  # noqa: RUF009 (frozen)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Widths of the hidden layers."""
        return hidden_of(self.arch)

    def model(self) -> FusionMLP:
        """Return the module with its weights."""
        model = FusionMLP(self.hidden, self.mean, self.std)
        model.load_state_dict(self.state_dict)
        return model.eval()


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write tensors, numbers and strings only, so that reading it back can run no code."""
    content = {
        "schema_version": CHECKPOINT_SCHEMA,
        "arch": checkpoint.arch,
        "hidden": list(checkpoint.hidden),
        "state_dict": dict(checkpoint.state_dict),
        "task": checkpoint.task.to_json(),
        "input_mean": checkpoint.mean.tolist(),
        "input_std": checkpoint.std.tolist(),
        "training": dict(checkpoint.training),
    }
    buffer = io.BytesIO()  # a buffer has no name: torch would write the temporary file's into the archive
    torch.save(content, buffer)
    write_bytes(path, buffer.getvalue())


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint without unpickling code.

    Raises `InvalidArgument` for anything that is not a checkpoint of this program.
    """
    try:
        content = torch.load(path, weights_only=True)
        task, hidden = Task.from_json(content["task"]), content["hidden"]
        mean, std = np.array(content["input_mean"]), np.array(content["input_std"])
        checkpoint = Checkpoint(arch_of(hidden), content["state_dict"], mean, std, content["training"], task)
        checkpoint.model()
    except Exception as error:  # a damaged archive raises anything from EOFError to UnpicklingError
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InvalidArgument(
            f"{path} is not a checkpoint of `vmaf-train train`: {reason}; train it again."
        ) from error
    if len(mean) != len(task.features.names):
        raise InvalidArgument(
            f"{path} holds a net over {len(mean)} features and names {len(task.features.names)}; train it"
            " again."
        )
    return checkpoint
