# SPDX-License-Identifier: BSD-3-Clause
"""The net that scores a tile: depthwise separable, its statistics taken at every scale.

Blur and blocks show in how strong detail is beside structure, whatever is on the picture. So the first
kernels have a mean of 0 (brightness is no quality), nothing is pooled before them, and what the dense layers
see are logarithms of mean activations, whose differences are ratios.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

INPUT, OUTPUT = "luma", "score"

STEM = 16
"""Kernels of 5x5 that see the samples."""

BLOCKS = ((24, 1), (32, 2), (48, 1), (64, 2), (64, 1), (64, 1))
"""Channels and stride of each block."""

TAPS = (0, 1, 3, 6)
"""Whose means are taken: 0 is the stem, and the blocks count from 1."""

HIDDEN = 24
EPSILON = 1e-2
CENTRE, SPREAD = 75.0, 20.0
"""VMAF of the frames of usual encodes: the last layer begins here, and learns the rest."""


class Separable(nn.Sequential):
    """A depthwise 3x3 convolution and a pointwise one, each normalised, with ReLU."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(n_in, n_in, 3, stride, 1, groups=n_in, bias=False),
            nn.BatchNorm2d(n_in),
            nn.ReLU(),
            nn.Conv2d(n_in, n_out, 1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
        )


class TileNet(nn.Module):
    """(n, 1, H, W) luma in 0..1 -> (n,) scores in VMAF points, not clipped; H and W are 5 or more."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, STEM, 5, 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(STEM)
        widths = [STEM, *(n_out for n_out, _ in BLOCKS)]
        pairs = zip(widths, BLOCKS, strict=False)
        self.blocks = nn.ModuleList(Separable(n_in, n_out, stride) for n_in, (n_out, stride) in pairs)
        n_statistics = sum(widths[tap] for tap in TAPS)
        self.norm = nn.BatchNorm1d(n_statistics)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(n_statistics, HIDDEN)
        self.last = nn.Linear(HIDDEN, 1)

    @property
    def stem_weight(self) -> Tensor:
        """The first kernels, each with a mean of 0."""
        weight = self.stem.weight
        return weight - weight.mean((2, 3), keepdim=True)

    def forward(self, luma: Tensor) -> Tensor:
        """Score tiles."""
        value = torch.relu(self.stem_norm(nn.functional.conv2d(luma, self.stem_weight, stride=2)))
        means = [value.mean((2, 3))] if 0 in TAPS else []
        for i, block in enumerate(self.blocks, 1):
            value = block(value)
            if i in TAPS:
                means.append(value.mean((2, 3)))
        statistics: Tensor = self.norm(torch.log(torch.cat(means, 1) + EPSILON))
        scores: Tensor = self.last(torch.relu(self.hidden(self.dropout(statistics))))
        return scores.squeeze(1) * SPREAD + CENTRE

    @property
    def n_params(self) -> int:
        """Trained parameters."""
        return sum(parameter.numel() for parameter in self.parameters())
