# SPDX-License-Identifier: BSD-3-Clause
"""The filter as a torch module: a plane in, what has to be added to it out."""

from __future__ import annotations

from torch import Tensor, nn

WIDTH = 16
N_BLOCKS = 4

RADIUS = 2 + 2 * N_BLOCKS
"""How many pixels around a pixel have a part in it: one for every convolution of 3x3."""


class ResidualBlock(nn.Module):
    """Two convolutions whose sum with what came in goes out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, value: Tensor) -> Tensor:
        """(n, width, h, w) -> the same shape."""
        sum_: Tensor = value + self.second(self.first(value).relu())
        return sum_


class FilterNet(nn.Module):
    """(n, 1, h, w) of 0 to 1 -> the same shape, not clipped; a net that was not trained changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = nn.Conv2d(1, WIDTH, 3, padding=1)
        self.blocks = nn.Sequential(*(ResidualBlock(WIDTH) for _ in range(N_BLOCKS)))
        self.exit = nn.Conv2d(WIDTH, 1, 3, padding=1)
        nn.init.zeros_(self.exit.weight)
        assert self.exit.bias is not None
        nn.init.zeros_(self.exit.bias)

    def forward(self, degraded: Tensor) -> Tensor:
        """Return the filtered planes."""
        filtered: Tensor = degraded + self.exit(self.blocks(self.entry(degraded).relu()))
        return filtered

    @property
    def n_params(self) -> int:
        """Trained parameters."""
        return sum(parameter.numel() for parameter in self.parameters())
