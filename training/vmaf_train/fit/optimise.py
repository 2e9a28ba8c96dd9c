# SPDX-License-Identifier: BSD-3-Clause
"""The two phases of a fit: a stochastic descent that finds the valley, a full-batch one that walks it.

The labels are an exact function of the features, so there is no noise to overfit: the second phase
(L-BFGS, float64, all rows) takes an error that the first leaves to a third or less in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vmaf_train.files import Progress
from vmaf_train.fit.minimise import minimise
from vmaf_train.fit.net import FusionMLP
from vmaf_train.fit.recipe import Recipe
from vmaf_train.fit.stack import Stack

_WARM_UP_STEPS = 500


@dataclass(frozen=True)
class Batch:
    """Raw features (n, 6), targets (n,) in VMAF points, and what each row weighs for each net (n, B).

    A row that weighs 0 has no part in that net; `share` (B,) is how many rows of the whole have one.
    """

    features: Tensor
    target: Tensor
    weight: Tensor
    share: Tensor

    def to(self, dtype: torch.dtype) -> Batch:
        """Return the same in another precision."""
        return Batch(*(value.to(dtype) for value in (self.features, self.target, self.weight, self.share)))

    def rows(self, index: Tensor) -> Batch:
        """Return some of the rows."""
        return Batch(self.features[index], self.target[index], self.weight[index], self.share)

    def of_net(self, b: int) -> Batch:
        """Return what one of the nets is fitted to, without the rows that it must not see."""
        kept = self.weight[:, b] > 0
        weight, share = self.weight[kept, b : b + 1], torch.ones_like(self.share[:1])
        return Batch(self.features[kept], self.target[kept], weight, share)

    def __len__(self) -> int:
        return len(self.target)


def descend(nets: Sequence[FusionMLP], batch: Batch, recipe: Recipe, progress: Progress) -> None:
    """Run AdamW over shuffled mini-batches, the same ones for all nets, and average the late weights."""
    stack, batch = Stack(nets), batch.to(torch.float32)
    parameters = list(stack.parameters())
    late = [parameter.detach().clone() for parameter in parameters]
    optimiser = torch.optim.AdamW(parameters, recipe.lr, weight_decay=recipe.weight_decay, fused=True)
    n_steps = recipe.epochs * math.ceil(len(batch) / recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, n_steps, recipe))
    for epoch in range(recipe.epochs):
        for index in torch.split(torch.randperm(len(batch)), recipe.batch_size):
            optimiser.zero_grad(set_to_none=True)
            _loss(stack, batch.rows(index)).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            torch._foreach_lerp_(late, [parameter.detach() for parameter in parameters], 1 - recipe.ema_decay)
        progress(epoch + 1, n_units(recipe, len(nets)))
    with torch.no_grad():
        for parameter, mean in zip(parameters, late, strict=True):
            parameter.copy_(mean)
    stack.unstack(nets)


def polish(nets: Sequence[FusionMLP], batch: Batch, recipe: Recipe, progress: Progress) -> None:
    """Run L-BFGS over all rows in float64, net by net: each has a curvature of its own."""
    for b, net in enumerate(nets):
        n_before = recipe.epochs + b * recipe.polish
        for n_done in _polish(net, batch.of_net(b), recipe):
            progress(n_before + n_done, n_units(recipe, len(nets)))


def n_units(recipe: Recipe, n_nets: int) -> int:
    """Return what progress counts up to: epochs of the descent, then iterations of the polish."""
    return recipe.epochs + n_nets * recipe.polish


def _polish(net: FusionMLP, batch: Batch, recipe: Recipe) -> Iterator[int]:
    """Yield the iterations done, now and then."""
    stack, batch = Stack([net]).double(), batch.to(torch.float64)

    def loss() -> Tensor:
        return _loss(stack, batch) + recipe.polish_decay * stack.sum_of_squares()

    yield from minimise(stack.parameters(), loss, recipe.polish)
    stack.unstack([net])


def _pace(step: int, n_steps: int, recipe: Recipe) -> float:
    """Share of the learning rate: a linear warm-up, then half a cosine down to 0."""
    if not recipe.decays:
        return 1.0
    return min(1.0, (step + 1) / _WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / n_steps)))


def _loss(stack: Stack, batch: Batch) -> Tensor:
    """Return the weighted mean square of each net's error over its own rows, summed over nets."""
    error = stack(batch.features) - batch.target
    per_net = (batch.weight.T * error**2).mean(dim=1) / batch.share
    loss: Tensor = per_net.sum()
    return loss
