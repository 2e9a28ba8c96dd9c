# SPDX-License-Identifier: BSD-3-Clause
"""Fits the filter to squares of pairs, the same way every time for the same seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import Progress, no_progress
from vmaf_train.fit.train import one_thread
from vmaf_train.frames.filter_data import PUBLISHED, Pair
from vmaf_train.frames.filter_net import FilterNet


@dataclass(frozen=True)
class FilterRecipe:
    """How a filter is fitted.

    Attributes:
        n_steps: of Adam, each on a batch of squares.
        batch_size: squares a step, half of them of the published recipe.
        side: of a square, in pixels.
        squares: cut from each plane of the published recipe; from others half as many.
        lr: the highest rate.
        seed: of squares, their order and the first weights.
    """

    n_steps: int = 5000
    batch_size: int = 8
    side: int = 96
    squares: int = 12
    lr: float = 2e-3
    seed: int = 0


_WARM_UP = 200  # steps
# Of a square's mean square error, so that one that is perfect already weighs no more than one at 50 dB.
_LEAST_ERROR = 1e-5


def fit_filter(pairs: Sequence[Pair], recipe: FilterRecipe, progress: Progress = no_progress) -> FilterNet:
    """Fit a net to pairs of both sorts. Raises `InvalidArgument` where one of them has no square."""
    rng = np.random.default_rng(recipe.seed)
    sorts = [
        _squares([pair for pair in pairs if (pair.how == PUBLISHED) == published], n, recipe.side, rng)
        for published, n in ((True, recipe.squares), (False, -(-recipe.squares // 2)))
    ]
    with one_thread():
        torch.manual_seed(recipe.seed)
        net = FilterNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.Adam(net.parameters(), recipe.lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, recipe.n_steps))
        for step in range(recipe.n_steps):
            degraded, clean = _batch(sorts, recipe.batch_size, rng)
            optimiser.zero_grad(set_to_none=True)
            _loss(net(degraded), clean).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            progress(step + 1, recipe.n_steps)
    return net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload,no-any-return]


def _squares(
    pairs: Sequence[Pair], n_each: int, side: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """(n, 2, side, side): what became of it, and what it was, anywhere in each plane."""
    found = []
    for pair in pairs:
        height, width = pair.clean.shape
        if min(height, width) < side:
            continue
        for _ in range(n_each):
            y, x = rng.integers(height - side + 1), rng.integers(width - side + 1)
            found.append([plane[y : y + side, x : x + side] for plane in (pair.degraded, pair.clean)])
    if not found:
        raise InvalidArgument(
            f"Of {len(pairs)} planes none is as large as {side}x{side}; give larger clips, of several sources."
        )
    return np.array(found)


def _batch(
    sorts: Sequence[NDArray[np.uint8]], n_wanted: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Take as many of each sort, each turned one of the eight ways that a square can be."""
    taken = []
    for squares in sorts:
        for i in rng.integers(len(squares), size=n_wanted // len(sorts)):
            turned = np.rot90(squares[i], int(rng.integers(4)), (1, 2))
            taken.append(turned.swapaxes(1, 2) if rng.integers(2) else turned)
    batch = torch.from_numpy(np.stack(taken).astype(np.float32) / np.float32(255))
    return batch[:, :1], batch[:, 1:]


def _loss(filtered: Tensor, clean: Tensor) -> Tensor:
    """Return minus the mean PSNR of the squares: what is nearly right is to stay so as much as what is not."""
    error = (filtered - clean).square().mean(dim=(1, 2, 3))
    loss: Tensor = 10 * torch.log10(error + _LEAST_ERROR).mean()
    return loss


def _pace(step: int, n_steps: int) -> float:
    """Share of the rate: a linear warm-up, then half a cosine down to 0."""
    return min(1.0, (step + 1) / _WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / n_steps)))
