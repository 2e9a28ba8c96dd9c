# SPDX-License-Identifier: BSD-3-Clause
"""Whether a pair says what is on pictures that it has never seen, or has collapsed to saying one thing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from vmaf_train.plans.fit import Pair
from vmaf_train.plans.pictures import Pictures

_LEAST_RATIO = 1.5
_LEAST_UNIQUE = 0.1


@dataclass(frozen=True)
class Figures:
    """What was said of pictures, beside their own sentences.

    Attributes:
        n_pictures: how many.
        exact: share of captions that are the sentence itself.
        n_said: different captions.
        n_sentences: different sentences.
        words: share of a sentence's different words that its caption has, mean over pictures.
        loss: nats that a sentence costs, given its plan.
        loss_of_others: the same, given the plan of another picture with another sentence.
        rank: effective rank of a plan, out of its K vectors, mean over pictures.
        spread: share of the plans' second moment that differs between pictures.
    """

    n_pictures: int
    exact: float
    n_said: int
    n_sentences: int
    words: float
    loss: float
    loss_of_others: float
    rank: float
    spread: float

    @property
    def unique(self) -> float:
        """Different captions for each different sentence."""
        return self.n_said / self.n_sentences

    @property
    def loss_ratio(self) -> float:
        """How many times more a sentence costs by another picture's plan; 1 if no plan is read."""
        return self.loss_of_others / self.loss if self.loss else math.inf

    @property
    def collapse(self) -> str:
        """A sentence if the captions don't depend on the pictures; empty if they do."""
        if self.loss_ratio >= _LEAST_RATIO and self.unique >= _LEAST_UNIQUE:
            return ""
        return (
            f"The captions have collapsed: {self.n_said} for {self.n_sentences} different sentences, and the"
            f" plan of another picture costs {self.loss_ratio:.2f} times the loss of its own."
        )

    def to_json(self) -> dict[str, Any]:
        """As in a report, figures rounded."""
        figures = asdict(self) | {"unique": self.unique, "loss_ratio": self.loss_ratio}
        rounded = {name: round(value, 6) for name, value in figures.items() if math.isfinite(value)}
        return {**rounded, "collapsed": bool(self.collapse)}


@dataclass(frozen=True)
class Bars:
    """The least that scenes have to reach; `single` is of things alone, by colour and shape."""

    exact: float = 0.95
    unique: float = 0.9
    words: float = 0.98
    loss_ratio: float = 10.0
    single: float = 1.0

    def missed(self, figures: Figures, single: float | None = None) -> list[str]:
        """Return a sentence for each figure below its bar, none if all are met."""
        reached = {name: getattr(figures, name) for name in ("exact", "unique", "words", "loss_ratio")}
        if single is not None:
            reached["single"] = single
        return [
            f"{name} is {value:.4g}, expected at least {getattr(self, name):g}."
            for name, value in reached.items()
            if not value >= getattr(self, name)
        ]


def judge(pair: Pair, pictures: Pictures) -> Figures:
    """Judge a pair on pictures that it was not fitted to."""
    plans = pair.plans(pictures)
    return figures_of(pair, plans, pictures.sentences, pair.captions(plans))


def figures_of(pair: Pair, plans: Tensor, sentences: tuple[str, ...], said: Sequence[str]) -> Figures:
    """Return the figures of captions, said of plans (n, K, D) here or elsewhere."""
    shared = [
        len(set(one.split()) & set(its.split())) / len(set(its.split()))
        for one, its in zip(said, sentences, strict=True)
    ]
    return Figures(
        n_pictures=len(sentences),
        exact=_share(said, sentences),
        n_said=len(set(said)),
        n_sentences=len(set(sentences)),
        words=sum(shared) / len(shared),
        loss=float(pair.losses(plans, sentences).double().mean()),
        loss_of_others=float(pair.losses(plans[_others(sentences)], sentences).double().mean()),
        rank=effective_rank(plans),
        spread=float(plans.double().var(0, correction=0).mean() / plans.double().pow(2).mean()),
    )


def single_share(said: Sequence[str], things: Pictures) -> float:
    """Return the share of single things whose colour and shape are said; `things.labels` holds both."""
    return _share([" ".join(caption.split()[2:]) for caption in said], things.labels)


def effective_rank(plans: Tensor) -> float:
    """exp of the entropy of a plan's squared singular values: 1 if its K vectors are one, at most K."""
    energy = torch.linalg.svdvals(plans.double()).square()
    share = energy / energy.sum(-1, keepdim=True).clamp_min(1e-300)
    entropy = -(share * share.clamp_min(1e-300).log()).sum(-1)
    return float(entropy.exp().mean())


def _others(sentences: Sequence[str]) -> list[int]:
    """For each picture, the next one that has another sentence."""
    n = len(sentences)

    def following(i: int) -> int:
        return next((j % n for j in range(i + 1, i + n) if sentences[j % n] != sentences[i]), i)

    return [following(i) for i in range(n)]


def _share(said: Sequence[str], wanted: Sequence[str]) -> float:
    return sum(one == other for one, other in zip(said, wanted, strict=True)) / len(wanted)
