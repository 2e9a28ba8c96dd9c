# SPDX-License-Identifier: BSD-3-Clause
"""Fits the filter to squares of pairs, the same way every time for the same seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
        batch_size: squares a step, of eight four of the published recipe, three of x264, one of others.
        side: of a square, in pixels.
        squares: cut from each plane of the published recipe; from one of x264 half as many, from others four.
        lr: the highest rate.
        exact_share: of the steps, the last ones, whose products are of float32; those before are of bfloat16
            where the CPU multiplies it, which takes a third of the time.
        seed: of squares, their order and the first weights.
    """

    n_steps: int = 16000
    batch_size: int = 8
    side: int = 96
    squares: int = 12
    lr: float = 2.5e-3
    exact_share: float = 1 / 20
    seed: int = 0


_WARM_UP = 200  # steps, and at most a tenth of all
_LEAST_ERROR = 1e-5  # mean square: a plane that is nearly perfect weighs no more than one at 50 dB
_LEAST_SHARE = 0.2  # of its plane's error: a square that has less of it is right enough
_HARM = 1.0  # what a square weighs more where it became worse
_N_TRIES = 3  # places in a plane, of which the square with the largest error is cut
_X264, _OTHERS = "x264", "others"
_TURNS = PUBLISHED, _X264, PUBLISHED, _X264, PUBLISHED, _X264, PUBLISHED, _OTHERS  # in a batch
_WEIGHTS = {PUBLISHED: 1.0, _X264: 1.0, _OTHERS: 0.5}  # of x264 nothing is to be lost
_LARGEST_GRADIENT = 1.0


def fit_filter(pairs: Sequence[Pair], recipe: FilterRecipe, progress: Progress = no_progress) -> FilterNet:
    """Fit a net to pairs of the published recipe, of x264 and of others, where there are any.

    Raises `InvalidArgument` where a sort has no square.
    """
    rng = np.random.default_rng(recipe.seed)
    sorts = {
        sort: _Squares(own, n, recipe.side, rng)
        for sort, n in ((PUBLISHED, recipe.squares), (_X264, -(-recipe.squares // 2)), (_OTHERS, 4))
        if (own := [pair for pair in pairs if _sort(pair) == sort]) or sort != _OTHERS
    }
    with one_thread():
        torch.manual_seed(recipe.seed)
        net = FilterNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.Adam(net.parameters(), recipe.lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _pace(step, recipe.n_steps))
        for step in range(recipe.n_steps):
            degraded, clean, planes, weights = _batch(sorts, recipe.batch_size, rng)
            is_rough = step < recipe.n_steps * (1 - recipe.exact_share)
            with torch.autocast("cpu", torch.bfloat16, enabled=is_rough and _multiplies_bfloat16()):
                added = net.added(degraded)
            optimiser.zero_grad(set_to_none=True)
            error = (degraded + added.float() - clean).square().mean(dim=(1, 2, 3))
            before = (degraded - clean).square().mean(dim=(1, 2, 3))
            loss(error / planes, before / planes, weights).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), _LARGEST_GRADIENT)
            optimiser.step()
            schedule.step()
            progress(step + 1, recipe.n_steps)
    return net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[no-any-return]


def loss(after: Tensor, before: Tensor, weights: Tensor) -> Tensor:
    """Return the mean logarithm of errors that are shares of those of whole planes, as decibels are.

    By the errors themselves one sharp square that was sharpened would outweigh all that are blurred, and a
    net learns to do little. What has become worse than it was counts once more.
    """
    left, had = (torch.log(_LEAST_SHARE + error) for error in (after, before))
    return (weights * (left + _HARM * (left - had).clamp(min=0))).mean()


class _Squares:
    """Squares of planes, those with the larger errors, and the mean square error of the plane of each."""

    def __init__(self, pairs: Sequence[Pair], n_each: int, side: int, rng: np.random.Generator) -> None:
        large = [pair for pair in pairs if min(pair.clean.shape) >= side]
        if not large:
            raise InvalidArgument(
                f"Of {len(pairs)} planes none is as large as {side}x{side}; give larger clips."
            )
        self.samples = np.array([_cut(pair, side, rng) for pair in large for _ in range(n_each)])
        errors = np.repeat([_error(np.stack([pair.degraded, pair.clean])) for pair in large], n_each)
        self.planes: NDArray[np.float32] = (errors + _LEAST_ERROR).astype(np.float32)

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


def _sort(pair: Pair) -> str:
    return pair.how if pair.how == PUBLISHED else _X264 if pair.how.startswith(_X264) else _OTHERS


def _batch(
    sorts: Mapping[str, _Squares], n_wanted: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Take squares of the sorts in turn, each turned one of the eight ways that a square can be.

    With them come the errors of their planes, and what they weigh.
    """
    taken, planes, weights = [], [], []
    for place in range(n_wanted):
        turn = _TURNS[place % len(_TURNS)]
        sort = turn if turn in sorts else _X264
        squares = sorts[sort]
        i = rng.integers(len(squares))
        turned = np.rot90(squares.samples[i], int(rng.integers(4)), (1, 2))
        taken.append(turned.swapaxes(1, 2) if rng.integers(2) else turned)
        planes.append(squares.planes[i])
        weights.append(_WEIGHTS[sort])
    batch = torch.from_numpy(np.stack(taken).astype(np.float32) / np.float32(255))
    return batch[:, :1], batch[:, 1:], torch.tensor(np.array(planes)), torch.tensor(weights)


def _multiplies_bfloat16() -> bool:
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _pace(step: int, n_steps: int) -> float:
    """Share of the rate: a linear warm-up, then half a cosine down to 0."""
    warm_up = max(1, min(_WARM_UP, n_steps // 10))
    return min(1.0, (step + 1) / warm_up) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / n_steps)))
