# SPDX-License-Identifier: BSD-3-Clause
"""Fits the net of a tile to the VMAF of frames, the same way every time for the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vmaf_dnn.unreferenced.tiles import TILE
from vmaf_train.files import Progress, no_progress
from vmaf_train.fit.train import one_thread
from vmaf_train.frames.nr_data import Frames
from vmaf_train.frames.nr_net import INPUT, SPREAD, TileNet
from vmaf_train.quantize.samples import Samples

_WARM_UP = 15  # one step in so many
_MOST_SAMPLES = 256
_SETTLING, _BATCH = 32, 32  # batches, and tiles of each


@dataclass(frozen=True)
class NrRecipe:
    """AdamW at a steady rate. A step takes a crop of a tile of each of some frames.

    The fit returns a running average of the weights, in which those of a step count `memory` times less with
    each step after it: so the rate need not fall, and no single batch says where the fit ends.

    A crop is turned and mirrored at random, and its contrast is multiplied by up to e to the `contrast`, or
    divided: what an encoder does to a picture stays the same, and there are more pictures.

    Errors are squared: most frames are good, and a loss less steep would score what is doubtful as most are.
    """

    steps: int = 1500
    frames: int = 32
    crop: int = 96
    contrast: float = 0.5
    dropout: float = 0.1
    lr: float = 2e-3
    memory: float = 0.98
    weight_decay: float = 0.02
    seed: int = 0


def fit(frames: Frames, recipe: NrRecipe, progress: Progress = no_progress) -> TileNet:
    """Return a net that is fitted to all of `frames`; leave held-out sources out of them first."""
    with one_thread():
        return _fit(frames, recipe, progress)


def _fit(frames: Frames, recipe: NrRecipe, progress: Progress) -> TileNet:
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    net = TileNet(recipe.dropout)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
    optimiser = torch.optim.AdamW(net.parameters(), recipe.lr, weight_decay=recipe.weight_decay)
    rising = -(-recipe.steps // _WARM_UP)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, (step + 1) / rising))
    average = Average(recipe.memory)
    order: list[int] = []
    for step in range(recipe.steps):
        while len(order) < recipe.frames:
            order = [*rng.permutation(len(frames)).tolist(), *order]
        batch = [order.pop() for _ in range(recipe.frames)]
        luma = np.stack([_crop(frames.of(frame), recipe.crop, rng) for frame in batch])
        contrast = np.exp(rng.uniform(-recipe.contrast, recipe.contrast, recipe.frames))
        scores = net(as_tensor(luma) * torch.from_numpy(contrast).float()[:, None, None, None])
        truth = torch.from_numpy(frames.vmaf[batch]).float()
        loss = nn.functional.mse_loss(scores / SPREAD, truth / SPREAD)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        rate.step()
        average.take(net)
        progress(step + 1, recipe.steps)
    average.put(net)
    _settle(net, frames)
    net.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return net.eval()


class Average:
    """The running average of a net's weights; the first steps count less the more there are of others."""

    def __init__(self, memory: float) -> None:
        self._weights: list[Tensor] = []
        self._memory, self._taken = memory, 0

    @torch.no_grad()
    def take(self, net: nn.Module) -> None:
        """Take the weights after a step."""
        now = [weight.detach() for weight in net.parameters()]
        if not self._weights:
            self._weights = [weight.clone() for weight in now]
        kept = min(self._memory, (self._taken + 1) / (self._taken + 10))
        self._taken += 1
        for mean, weight in zip(self._weights, now, strict=True):
            mean.lerp_(weight, 1 - kept)

    @torch.no_grad()
    def put(self, net: nn.Module) -> None:
        """Give the net its average weights."""
        for weight, mean in zip(net.parameters(), self._weights, strict=True):
            weight.copy_(mean)


def _settle(net: TileNet, frames: Frames) -> None:
    """Take the norms' statistics anew, by the final weights, over whole tiles from all over the frames."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    n_tiles = len(frames.tiles)
    n_batches = min(_SETTLING, max(1, n_tiles // _BATCH))
    with torch.inference_mode():
        for first in range(n_batches):
            net(as_tensor(frames.tiles[first::n_batches][:_BATCH]))


def as_tensor(luma: NDArray[np.uint8]) -> Tensor:
    """(n, H, W) samples -> (n, 1, H, W) in 0..1."""
    tiles = torch.from_numpy(luma).float().div_(255)[:, None]
    return tiles.contiguous(memory_format=torch.channels_last)


def samples_of(frames: Frames) -> Samples:
    """Return a tile of each frame, or of some where there are many, for what judges int8."""
    chosen = np.arange(len(frames))[:: -(-len(frames) // _MOST_SAMPLES)]
    tiles = np.stack([frames.of(frame)[i % len(frames.of(frame))] for i, frame in enumerate(chosen)])
    return Samples({INPUT: as_tensor(tiles).numpy()}, frames.words["source"][chosen])


def _crop(tiles: NDArray[np.uint8], side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Cut a square at random from a random tile, and turn or mirror it."""
    tile: NDArray[np.uint8] = tiles[rng.integers(len(tiles))]
    y, x = rng.integers(0, TILE - side + 1, 2)
    crop = tile[y : y + side, x : x + side]
    crop = crop[:, ::-1] if rng.random() < 0.5 else crop
    crop = crop[::-1] if rng.random() < 0.5 else crop
    return crop.T if rng.random() < 0.5 else crop
