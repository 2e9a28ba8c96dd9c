# SPDX-License-Identifier: BSD-3-Clause
"""The two nets: a picture becomes a plan, and a plan with the words so far scores of the next word.

The queries that become the plan have size 1, keep their own value by residuals, look straight at the
picture's tokens and at each other: K of them stay K different vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from vmaf_train.plans.pictures import END

SIDE = 64
STEMS = {
    "light": ((16, 2), (32, 2), (64, 2)),
    "deep": ((32, 2), (64, 2), (64, 1), (128, 2), (128, 1)),
}
"""Channels and stride of each 3x3 convolution: for drawings, and for photographs. Both leave 8x8 tokens."""


@dataclass(frozen=True)
class Shape:
    """What a pair is made of; a plan has `n_vectors` vectors of `length` numbers."""

    n_vectors: int = 16
    length: int = 256
    stem: str = "light"
    width: int = 64
    n_heads: int = 4
    depth: int = 2

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return asdict(self)


class Attention(nn.Module):
    """Of (n, i, width) over (n, j, context): (n, i, width)."""

    def __init__(self, width: int, context: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.query, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.key, self.value = nn.Linear(context, width), nn.Linear(context, width)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None = None) -> Tensor:
        """Look from each `x` at the context, where the mask, which is added, lets it."""
        query, key, value = (
            part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)
            for part in (self.query(x), self.key(context), self.value(context))
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        y: Tensor = self.out(seen.transpose(1, 2).flatten(2))
        return y


class Block(nn.Module):
    """Look at each other, look at the context, think; each is added to what was there."""

    def __init__(self, width: int, context: int, n_heads: int) -> None:
        super().__init__()
        self.norm_own, self.own = nn.LayerNorm(width), Attention(width, width, n_heads)
        self.norm_cross, self.cross = nn.LayerNorm(width), Attention(width, context, n_heads)
        self.norm_think = nn.LayerNorm(width)
        self.think_in, self.think_out = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None = None) -> Tensor:
        """(n, i, width) -> the same shape."""
        own = self.norm_own(x)
        x = x + self.own(own, own, mask)
        x = x + self.cross(self.norm_cross(x), context)
        thought: Tensor = self.think_out(functional.relu(self.think_in(self.norm_think(x))))
        return x + thought


class Encoder(nn.Module):
    """(n, 3, 64, 64), 0 to 255 -> (n, K, D)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        layers = STEMS[shape.stem]
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        for n_in, (n_out, stride) in zip((3, *(n for n, _ in layers)), layers, strict=False):
            conv = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            self.convs.append(conv)
            self.norms.append(nn.BatchNorm2d(n_out))
        width, n_tokens = layers[-1][0], (SIDE // 8) ** 2
        self.where = nn.Parameter(0.5 * torch.randn(1, n_tokens, width))
        self.norm_tokens = nn.LayerNorm(width)
        self.queries = nn.Parameter(torch.randn(1, shape.n_vectors, shape.width))
        self.blocks = nn.ModuleList(Block(shape.width, width, shape.n_heads) for _ in range(shape.depth))
        self.out, self.norm_plan = nn.Linear(shape.width, shape.length), nn.LayerNorm(shape.length)

    def forward(self, picture: Tensor) -> Tensor:
        """Return plans."""
        x = picture / 127.5 - 1
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = functional.relu(norm(conv(x)))
        tokens = self.norm_tokens(x.flatten(2).transpose(1, 2) + self.where)
        plan = self.queries.expand(len(tokens), -1, -1)
        for block in self.blocks:
            plan = block(plan, tokens)
        planned: Tensor = self.norm_plan(self.out(plan))
        return planned


class Decoder(nn.Module):
    """(n, K, D) plans, (n, t) words so far -> (n, t + 1, words) scores of each next word."""

    mask: Tensor

    def __init__(self, shape: Shape, n_words: int, longest: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_words, shape.width)
        self.start = nn.Parameter(torch.randn(1, 1, shape.width))
        self.where = nn.Parameter(0.5 * torch.randn(1, longest + 1, shape.width))
        self.blocks = nn.ModuleList(
            Block(shape.width, shape.length, shape.n_heads) for _ in range(shape.depth)
        )
        self.norm, self.head = nn.LayerNorm(shape.width), nn.Linear(shape.width, n_words)
        later = torch.full((longest + 1, longest + 1), -1e9).triu(1)
        self.register_buffer("mask", later)

    def forward(self, plan: Tensor, words: Tensor) -> Tensor:
        """Score the word after each of `words`, and the first; a position sees none after it."""
        x = torch.cat([self.start.expand(len(words), -1, -1), self.embedding(words)], dim=1)
        n = x.shape[1]
        x = x + self.where[:, :n]
        for block in self.blocks:
            x = block(x, plan, self.mask[:n, :n])
        scores: Tensor = self.head(self.norm(x))
        return scores

    @torch.inference_mode()
    def said(self, plan: Tensor) -> Tensor:
        """(n, K, D) -> (n, t), the likeliest word at each step."""
        words = torch.zeros(len(plan), 0, dtype=torch.long)
        ended = torch.zeros(len(plan), dtype=torch.bool)
        for _ in range(self.where.shape[1]):
            following = self(plan, words)[:, -1].argmax(-1).masked_fill(ended, END)
            words = torch.cat([words, following[:, None]], dim=1)
            ended |= following == END
            if ended.all():
                break
        return words


def n_params(nets: Sequence[nn.Module]) -> int:
    """Trained parameters."""
    return sum(parameter.numel() for net in nets for parameter in net.parameters())
