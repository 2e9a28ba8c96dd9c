# SPDX-License-Identifier: BSD-3-Clause
"""Several nets of one architecture as one, for nets too small to keep a core busy one by one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vmaf_train.fit.net import FusionMLP


class Stack(nn.Module):
    """(n, k) raw rows -> (B, n) scores of B nets, each with a scaler of its own.

    Layer k of all nets is one tensor, (B, in, out), so that a step costs little more than one net's. No
    net sees anything of another: their gradients are apart.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, nets: Sequence[FusionMLP]) -> None:
        super().__init__()
        layers = list(zip(*map(_dense, nets), strict=True))
        self.weights = nn.ParameterList(torch.stack([one.weight.detach().T for one in k]) for k in layers)
        self.biases = nn.ParameterList(torch.stack([one.bias.detach()[None] for one in k]) for k in layers)
        self.register_buffer("mean", torch.stack([net.mean for net in nets])[:, None])
        self.register_buffer("std", torch.stack([net.std for net in nets])[:, None])

    def forward(self, features: Tensor) -> Tensor:
        """Scores in VMAF units, not clipped."""
        value = (features - self.mean) / self.std
        *hidden, last = zip(self.weights, self.biases, strict=True)
        for weight, bias in hidden:
            value = torch.relu(torch.baddbmm(bias, value, weight))
        return torch.baddbmm(last[1], value, last[0]).squeeze(-1)

    def sum_of_squares(self) -> Tensor:
        """Of all weights; biases are free."""
        return torch.stack([(weight**2).sum() for weight in self.weights]).sum()

    @torch.no_grad()
    def unstack(self, nets: Sequence[FusionMLP]) -> None:
        """Copy the parameters back into the nets that the stack was made of."""
        for b, net in enumerate(nets):
            for layer, weight, bias in zip(_dense(net), self.weights, self.biases, strict=True):
                layer.weight.copy_(weight[b].T)
                layer.bias.copy_(bias[b, 0])


def _dense(net: FusionMLP) -> list[nn.Linear]:
    return [module for module in net.mlp if isinstance(module, nn.Linear)]
