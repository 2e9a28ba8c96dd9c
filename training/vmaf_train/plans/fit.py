# SPDX-License-Identifier: BSD-3-Clause
"""Both nets fitted together: what the plan doesn't hold, the words can't say."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vmaf_train.files import Progress, no_progress
from vmaf_train.plans.augment import shaken
from vmaf_train.plans.nets import Decoder, Encoder, Shape
from vmaf_train.plans.pictures import NO_WORD, Pictures, Vocabulary, as_planes

_LARGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Recipe:
    """How long, and how; the step size rises for a twentieth of the steps and falls to 0 over the others.

    `shake` moves, mirrors and covers pictures, which scenes, whose sentences say what is left, don't take.
    `zero_plan` is a control: the words are fitted to a plan of zeros, and see no picture.
    """

    n_steps: int = 6000
    batch: int = 64
    step_size: float = 3e-3
    decay: float = 0.02
    drop_plan: float = 0.0
    shake: bool = False
    zero_plan: bool = False
    seed: int = 0

    def to_json(self) -> dict[str, object]:
        """As in a report."""
        return asdict(self)


@dataclass(frozen=True)
class Pair:
    """Two nets that belong together, ready to be run."""

    shape: Shape
    vocabulary: Vocabulary
    encoder: Encoder
    decoder: Decoder

    @torch.inference_mode()
    def plans(self, pictures: Pictures) -> Tensor:
        """(n, K, D)."""
        parts = np.array_split(pictures.pixels, max(1, len(pictures) // 256))
        return torch.cat([self.encoder(as_planes(part)) for part in parts])

    def captions(self, plans: Tensor) -> list[str]:
        """Return the sentence of each plan."""
        return [self.vocabulary.sentence(row) for row in self.decoder.said(plans).tolist()]

    @torch.inference_mode()
    def losses(self, plans: Tensor, sentences: tuple[str, ...]) -> Tensor:
        """(n,) nats of each sentence, given its plan."""
        return sentence_losses(self.decoder, plans, self.vocabulary.ids(sentences))


def new_pair(shape: Shape, vocabulary: Vocabulary, seed: int) -> Pair:
    """Return a pair with weights drawn by the seed."""
    torch.manual_seed(seed)
    decoder = Decoder(shape, len(vocabulary.words), vocabulary.longest)
    return Pair(shape, vocabulary, Encoder(shape), decoder)


def sentence_losses(decoder: Decoder, plans: Tensor, ids: Tensor) -> Tensor:
    """(n,) nats: cross-entropy of all words of each sentence and of its end."""
    scores = decoder(plans, ids[:, :-1].clamp_min(0))
    losses = functional.cross_entropy(scores.transpose(1, 2), ids, ignore_index=NO_WORD, reduction="none")
    return losses.sum(1)


def fit(pictures: Pictures, shape: Shape, recipe: Recipe, progress: Progress = no_progress) -> Pair:
    """Fit a pair to pictures, by the same numbers the same weights: one thread, steps that are counted."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _fit(pictures, shape, recipe, progress)
    finally:
        torch.set_num_threads(n_threads)


def _fit(pictures: Pictures, shape: Shape, recipe: Recipe, progress: Progress) -> Pair:
    pair = new_pair(shape, Vocabulary.of(pictures.sentences), recipe.seed)
    ids = pair.vocabulary.ids(pictures.sentences)
    random = np.random.default_rng(recipe.seed)
    parameters = [*pair.encoder.parameters(), *pair.decoder.parameters()]
    optimiser = torch.optim.AdamW(
        parameters, lr=recipe.step_size, weight_decay=recipe.decay, betas=(0.9, 0.98)
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share(step / recipe.n_steps))
    for step in range(recipe.n_steps):
        chosen = random.integers(len(pictures), size=recipe.batch)
        pixels = pictures.pixels[chosen]
        plans = pair.encoder(as_planes(shaken(pixels, random) if recipe.shake else pixels))
        plans = functional.dropout(0 * plans if recipe.zero_plan else plans, recipe.drop_plan)
        loss = sentence_losses(pair.decoder, plans, ids[chosen]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, _LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        progress(step + 1, recipe.n_steps)
    pair.encoder.eval()
    pair.decoder.eval()
    return pair


def _share(done: float) -> float:
    """Of the step size."""
    return min(1.0, (done + 1e-3) / 0.05) * (1 - done)
