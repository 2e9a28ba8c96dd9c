# SPDX-License-Identifier: BSD-3-Clause
"""The half that speaks: a plan becomes a sentence, or says how likely one is."""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vmaf_dnn.checks import require_instance, require_word
from vmaf_dnn.errors import InvalidArgument, ModelRejected, RuntimeFailure
from vmaf_dnn.plans.opening import Half, Precision, open_half, sidecar_of
from vmaf_dnn.plans.plan import Plan
from vmaf_dnn.session import SessionInfo
from vmaf_dnn.signatures.policy import SignaturePolicy

DEFAULT_CAPTIONER = "scene_words_v1"
END = 0
"""The word that ends a sentence."""


class Captioner:
    """A model of kind ``"words"``, opened: plans in, sentences out.

    Args:
        model: a registry id, or the path of an ``.onnx`` file; its sidecar has to be beside it.
        precision: ``"auto"`` follows the registry.
        device: as of `Session`.
        registry: as of `Session`.
        verify: as of `Session`.

    Raises:
        InvalidArgument: the model is of another kind.
        ModelRejected: its sidecar doesn't fit it; and whatever `Session` raises.

    Attributes:
        words: what sentences are made of.
        encoder: sha256 of the fp32 file of the encoder whose plans it reads.

    Any number of threads may use one.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = DEFAULT_CAPTIONER,
        *,
        precision: Precision = "auto",
        device: str = "auto",
        registry: str | os.PathLike[str] | None = None,
        verify: bool | SignaturePolicy = False,
    ) -> None:
        tensors = {"plan": 3, "words": 2, "scores": 3}
        self._half = open_half(
            "words", DEFAULT_CAPTIONER, model, precision, device, registry, verify, tensors
        )
        self._vocabulary, self.encoder = _stated(self._half, sidecar_of(self._half))
        self.words = self._vocabulary[END + 1 :]
        self._longest = self._half.shapes["words"][1]
        self._index = {word: i for i, word in enumerate(self._vocabulary) if i != END}

    @property
    def info(self) -> SessionInfo:
        """What was opened, and why."""
        return self._half.session.info

    def caption(self, plan: Plan) -> str:
        """Say what a plan holds, by the likeliest word at each step.

        Raises:
            InvalidArgument: another encoder made the plan.
        """
        self._check(plan)
        ids: list[int] = []
        while len(ids) < self._longest:
            following = int(self._scores(plan, ids)[len(ids)].argmax())
            if following == END:
                break
            ids.append(following)
        return " ".join(self._vocabulary[i] for i in ids)

    def score(self, plan: Plan, sentence: str) -> float:
        """Return the natural logarithm of the probability that the plan is told by just this sentence.

        0 is certain; of several sentences, the highest fits best.

        Raises:
            InvalidArgument: another encoder made the plan, or the captioner doesn't know a word.
        """
        self._check(plan)
        require_word("sentence", sentence)
        words = sentence.split()
        unknown = [word for word in words if word not in self._index]
        if unknown:
            raise InvalidArgument(
                f"{self.info.id} has no word {unknown[0]!r:.40}; say it with {', '.join(self.words[:40])}."
            )
        if len(words) > self._longest:
            raise InvalidArgument(
                f"The sentence has {len(words)} words, {self.info.id} takes {self._longest}; shorten it."
            )
        ids = [self._index[word] for word in words]
        scores = self._scores(plan, ids)[: len(ids) + 1].astype(np.float64)
        above = scores - scores.max(axis=1, keepdims=True)
        likelihoods = above - np.log(np.exp(above).sum(axis=1, keepdims=True))
        return float(likelihoods[np.arange(len(ids) + 1), [*ids, END]].sum())

    def _check(self, plan: Plan) -> None:
        require_instance("plan", plan, Plan, "a Plan")
        if plan.encoder != self.encoder:
            raise InvalidArgument(
                f"The plan is of encoder {plan.encoder[:8]}, {self.info.id} reads plans of {self.encoder[:8]}"
                " only; encode the picture with that one."
            )
        if (1, *plan.values.shape) != self._half.shapes["plan"]:
            raise InvalidArgument(
                f"The plan has {plan.values.shape} numbers, {self.info.id} takes"
                f" {self._half.shapes['plan'][1:]}; encode the picture again."
            )

    def _scores(self, plan: Plan, ids: list[int]) -> NDArray[np.float32]:
        """(longest + 1, words): of the word at each place, given those before it."""
        words = np.zeros((1, self._longest), np.float32)
        words[0, : len(ids)] = ids
        tensors: dict[str, ArrayLike] = {"plan": plan.values[None].astype(np.float32), "words": words}
        scores: NDArray[np.float32] = self._half.session.run(tensors)["scores"][0]
        if not np.isfinite(scores).all():
            raise RuntimeFailure(f"{self.info.id} gave scores of NaN; get the model's files again.")
        return scores

    def __repr__(self) -> str:
        return f"<vmaf_dnn.Captioner {self.info.id} {self.info.precision}>"


def _stated(half: Half, sidecar: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """Return the words and the encoder that a sidecar states. Raises `ModelRejected`."""
    words, encoder = sidecar.get("words"), sidecar.get("encoder")
    n_words = half.shapes["scores"][2]
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise _unfit(half, 'states no list of "words"')
    if len(words) != n_words or len(set(words)) != n_words:
        raise _unfit(half, f"states {len(set(words))} different words, its graph scores {n_words}")
    if not isinstance(encoder, str) or not re.fullmatch("[0-9a-f]{64}", encoder):
        raise _unfit(half, 'states no sha256 of its "encoder"')
    if half.shapes["scores"][1] != half.shapes["words"][1] + 1:
        raise _unfit(half, "has no place behind the last word")
    return tuple(words), encoder


def _unfit(half: Half, why: str) -> ModelRejected:
    return ModelRejected(f"{half.session.info.id}'s sidecar {why}; get the model's files again.")
