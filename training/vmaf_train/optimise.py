# SPDX-License-Identifier: BSD-3-Clause
"""The two phases of a fit: a stochastic descent that finds the valley, a full-batch one that walks it.

The labels are an exact function of the features, so there is no noise to overfit: the second phase
(L-BFGS, float64, all rows) takes an error that the first leaves to a third or less in seconds.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .files import Progress

_WARM_UP_STEPS = 500
_POLISH_CHUNK = 25  # iterations between two signs of life
_HISTORY = 50


@dataclass(frozen=True)
class Recipe:
    """AdamW with warm-up, cosine decay and averaged weights for `epochs`; then `polish` L-BFGS steps.

    `polish_decay` times the sum of squared weights is added to the loss (VMAF points squared) of the
    second phase: small weights fit unseen content better and lose a third as much to int8.
    """

    epochs: int = 300
    polish: int = 2000
    polish_decay: float = 1e-4
    batch_size: int = 512
    lr: float = 5e-3
    weight_decay: float = 1e-4
    ema_decay: float = 0.998
    weight_clipped: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Batch:
    """Scaled features (n, 6), targets (n,) in VMAF points and row weights (n,), all float64."""

    features: Tensor
    target: Tensor
    weight: Tensor

    def single(self) -> "Batch":
        """The same in float32."""
        return Batch(self.features.float(), self.target.float(), self.weight.float())

    def rows(self, index: Tensor) -> "Batch":
        """Some of the rows."""
        return Batch(self.features[index], self.target[index], self.weight[index])

    def __len__(self) -> int:
        return len(self.target)


def descend(net: nn.Module, batch: Batch, recipe: Recipe, progress: Progress) -> None:
    """Runs AdamW over shuffled mini-batches and leaves the average of the late weights in `net`."""
    batch, parameters = batch.single(), list(net.parameters())
    average = [parameter.detach().clone() for parameter in parameters]
    optimiser = torch.optim.AdamW(parameters, recipe.lr, weight_decay=recipe.weight_decay, fused=True)
    n_steps = recipe.epochs * math.ceil(len(batch) / recipe.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, n_steps))
    for epoch in range(recipe.epochs):
        for index in torch.split(torch.randperm(len(batch)), recipe.batch_size):
            optimiser.zero_grad(set_to_none=True)
            _loss(net, batch.rows(index)).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            torch._foreach_lerp_(
                average, [parameter.detach() for parameter in parameters], 1 - recipe.ema_decay
            )
        progress(epoch + 1, recipe.epochs + recipe.polish)
    with torch.no_grad():
        for parameter, mean in zip(parameters, average, strict=True):
            parameter.copy_(mean)


def polish(net: nn.Module, batch: Batch, recipe: Recipe, progress: Progress) -> None:
    """Runs L-BFGS over all rows in float64 and leaves float32 weights in `net`."""
    net.double()
    optimiser = torch.optim.LBFGS(
        net.parameters(),
        max_iter=_POLISH_CHUNK,
        history_size=_HISTORY,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-9,
        tolerance_change=1e-12,
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = _loss(net, batch) + recipe.polish_decay * _sum_of_squares(net)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    for n_done in range(0, recipe.polish, _POLISH_CHUNK):
        optimiser.step(closure)  # type: ignore[no-untyped-call]
        progress(recipe.epochs + n_done + _POLISH_CHUNK, recipe.epochs + recipe.polish)
    net.float()


def _pace(step: int, n_steps: int) -> float:
    """Share of the learning rate: a linear warm-up, then half a cosine down to 0."""
    return min(1.0, (step + 1) / _WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / n_steps)))


def _loss(net: nn.Module, batch: Batch) -> Tensor:
    error = net(batch.features).squeeze(-1) - batch.target
    loss: Tensor = (batch.weight * error**2).mean()
    return loss


def _sum_of_squares(net: nn.Module) -> Tensor:
    weights = [weight for name, weight in net.named_parameters() if name.endswith("weight")]
    return torch.stack([(weight**2).sum() for weight in weights]).sum()
