# SPDX-License-Identifier: BSD-3-Clause
"""A net fitted with noise where int8 will round, and weights put on the grid of int8."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vmaf_train.files import Progress
from vmaf_train.fit.minimise import minimise
from vmaf_train.fit.net import FusionMLP
from vmaf_train.quantize.form import Form

_N_STEPS = 255  # between the places of a byte


@dataclass(frozen=True)
class Task:
    """Features (n, k), target scores (n,), row weights (n,), and for int8 layers the noise (n, n_in).

    All float64. Noise is in steps, within -0.5..0.5; its key is the index of the layer.
    """

    features: Tensor
    target: Tensor
    weight: Tensor
    noise: Mapping[int, Tensor]


def dense_layers(net: FusionMLP) -> list[nn.Linear]:
    """First to last."""
    return [module for module in net.mlp if isinstance(module, nn.Linear)]


def fit(
    net: FusionMLP, parameters: Iterable[nn.Parameter], task: Task, n_steps: int, progress: Progress
) -> None:
    """Run L-BFGS over all rows on some parameters of a float64 net."""

    def loss() -> Tensor:
        return (task.weight * (_noisy_scores(net, task) - task.target) ** 2).mean()

    for n_done in minimise(parameters, loss, n_steps):
        progress(n_done, n_steps)


@torch.no_grad()
def round_weights(weight: Tensor, form: Form) -> None:
    """Put (out, in) weights on the grid of int8, where quantising finds them and leaves them."""
    largest = weight.abs().amax(dim=1, keepdim=True) if form.per_channel else weight.abs().amax()
    step = torch.where(largest > 0, largest, 1) / form.largest_weight
    weight.copy_((weight / step).round() * step)


def _noisy_scores(net: FusionMLP, task: Task) -> Tensor:
    value = (task.features - net.mean) / net.std
    layers = dense_layers(net)
    for depth, layer in enumerate(layers):
        if depth in task.noise:
            value = _noisy(value, task.noise[depth])
        value = layer(value)
        if layer is not layers[-1]:
            value = value.relu()
    return value.squeeze(-1)


def _noisy(value: Tensor, noise: Tensor) -> Tensor:
    """Add noise of a step, 1/255 of what a row spans, 0 included; no value moves by more than itself.

    So noise fades out at 0, where the loss would jump otherwise and the line search give up.
    """
    span = value.amax(dim=1, keepdim=True).relu() + (-value).amax(dim=1, keepdim=True).relu()
    return value + noise * torch.minimum(span / _N_STEPS, 2 * value.abs())
