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
        exact_share: of the steps, the last ones, whose products are of float32; those before are of bfloat16
            where the CPU multiplies it, which takes a third of the time.
        seed: of squares, their order and the first weights.
    """

    n_steps: int = 3500
    batch_size: int = 8
    side: int = 96
    squares: int = 12
    lr: float = 3e-3
    exact_share: float = 1 / 20
    seed: int = 0


_WARM_UP = 200  # steps, and at most a tenth of all
_LEAST_ERROR = 1e-5  # mean square: a plane that is nearly perfect weighs no more than one at 50 dB
_N_TRIES = 3  # places in a plane, of which the square with the largest error is cut
_WEIGHTS = 1.0, 1.5  # of the published recipe and of encodes, of which nothing is to be lost
_LARGEST_GRADIENT = 1.0


def fit_filter(pairs: Sequence[Pair], recipe: FilterRecipe, progress: Progress = no_progress) -> FilterNet:
    """Fit a net to pairs of both sorts. Raises `InvalidArgument` where one of them has no square."""
    rng = np.random.default_rng(recipe.seed)
    sorts = [
        _Squares(
            [pair for pair in pairs if (pair.how == PUBLISHED) == published], n, recipe.side, weight, rng
        )
        for published, n, weight in zip(
            (True, False), (recipe.squares, -(-recipe.squares // 2)), _WEIGHTS, strict=True
        )
    ]
    with one_thread():
        torch.manual_seed(recipe.seed)
        net = FilterNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.Adam(net.parameters(), recipe.lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, recipe.n_steps))
        for step in range(recipe.n_steps):
            degraded, clean, weights = _batch(sorts, recipe.batch_size, rng)
            is_rough = step < recipe.n_steps * (1 - recipe.exact_share)
            with torch.autocast("cpu", torch.bfloat16, enabled=is_rough and _multiplies_bfloat16()):
                added = net.added(degraded)
            optimiser.zero_grad(set_to_none=True)
            error = (degraded + added.float() - clean).square().mean(dim=(1, 2, 3))
            (error * weights).mean().backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), _LARGEST_GRADIENT)
            optimiser.step()
            schedule.step()
            progress(step + 1, recipe.n_steps)
    return net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[no-any-return]


class _Squares:
    """Squares of planes, those with the larger errors, and what an error in them weighs.

    Weights divide by the mean square error of the whole plane: what counts is by which share it shrinks, of
    a plane that is nearly right as of one that is not.
    """

    def __init__(
        self, pairs: Sequence[Pair], n_each: int, side: int, weight: float, rng: np.random.Generator
    ) -> None:
        large = [pair for pair in pairs if min(pair.clean.shape) >= side]
        if not large:
            raise InvalidArgument(
                f"Of {len(pairs)} planes none is as large as {side}x{side}; give larger clips."
            )
        self.samples = np.array([_cut(pair, side, rng) for pair in large for _ in range(n_each)])
        errors = np.repeat([_error(np.stack([pair.degraded, pair.clean])) for pair in large], n_each)
        self.weights: NDArray[np.float32] = (weight / (errors + _LEAST_ERROR)).astype(np.float32)

    def __len__(self) -> int:
        return len(self.samples)


def _cut(pair: Pair, side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(2, side, side): what became of it, and what it was."""
    height, width = pair.clean.shape
    tries = []
    for _ in range(_N_TRIES):
        y, x = rng.integers(height - side + 1), rng.integers(width - side + 1)
        tries.append(np.stack([plane[y : y + side, x : x + side] for plane in (pair.degraded, pair.clean)]))
    return max(tries, key=_error)


def _error(planes: NDArray[np.uint8]) -> float:
    return float(np.square((planes[0].astype(np.float32) - planes[1]) / 255).mean())


def _batch(
    sorts: Sequence[_Squares], n_wanted: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Take as many of each sort, each turned one of the eight ways that a square can be."""
    taken, weights = [], []
    for squares in sorts:
        for i in rng.integers(len(squares), size=n_wanted // len(sorts)):
            turned = np.rot90(squares.samples[i], int(rng.integers(4)), (1, 2))
            taken.append(turned.swapaxes(1, 2) if rng.integers(2) else turned)
            weights.append(squares.weights[i])
    batch = torch.from_numpy(np.stack(taken).astype(np.float32) / np.float32(255))
    return batch[:, :1], batch[:, 1:], torch.tensor(np.array(weights))


def _multiplies_bfloat16() -> bool:
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _pace(step: int, n_steps: int) -> float:
    """Share of the rate: a linear warm-up, then half a cosine down to 0."""
    warm_up = max(1, min(_WARM_UP, n_steps // 10))
    return min(1.0, (step + 1) / warm_up) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / n_steps)))
