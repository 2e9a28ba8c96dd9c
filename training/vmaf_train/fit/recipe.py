# SPDX-License-Identifier: BSD-3-Clause
"""How a model is fitted: our own recipe, and the one that the published models were made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """AdamW with warm-up, cosine decay and averaged weights for `epochs`; then `polish` L-BFGS steps.

    `target` is the label that is fitted: `vmaf_unclipped`, which a net fits better than a score with a
    kink at 100, or `vmaf`; a table with a target of its own has that fitted. A row whose target lies outside
    the range of reports (0..100) weighs `weight_clipped`, since every
    report clips it, and a row that no clip has given `weight_augmented`. `polish_decay` times the sum of
    squared weights is added to the loss (VMAF points squared) of the second phase: small weights fit
    unseen content better and lose a third as much to int8.
    Without `decays` the learning rate stays what it is; an `ema_decay` of 0 averages nothing.
    """

    epochs: int = 300
    polish: int = 2000
    polish_decay: float = 1e-4
    batch_size: int = 512
    lr: float = 5e-3
    decays: bool = True
    weight_decay: float = 1e-4
    ema_decay: float = 0.998
    target: str = "vmaf_unclipped"
    weight_clipped: float = 0.1
    weight_augmented: float = 1.0
    seed: int = 0


PUBLISHED = Recipe(
    epochs=90,
    polish=0,
    polish_decay=0.0,
    batch_size=256,
    lr=1e-3,
    decays=False,
    weight_decay=0.0,
    ema_decay=0.0,
    target="vmaf",
    weight_clipped=1.0,
)
"""Adam at a fixed rate on the squared error of the clipped score."""

DESCENT = Recipe(epochs=40, polish=0)
"""The first phase alone, and short: what a few hundred fits can afford."""

RECIPES: Mapping[str, Recipe] = {"default": Recipe(), "descent": DESCENT, "published": PUBLISHED}
