# SPDX-License-Identifier: BSD-3-Clause
"""Pictures, each with a sentence; and the words that sentences are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vmaf_dnn.errors import InvalidArgument

END = 0
"""The word that ends a sentence."""
NO_WORD = -100
"""What stands behind the end: no loss is taken there."""


@dataclass(frozen=True)
class Pictures:
    """(n, 64, 64, 3) uint8 RGB, a sentence for each, and what each is a picture of where a data set says."""

    pixels: NDArray[np.uint8]
    sentences: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sentences)

    def chosen(self, which: NDArray[np.integer]) -> Pictures:
        """Return some of them, in that order."""
        labels = tuple(self.labels[i] for i in which) if self.labels else ()
        return Pictures(self.pixels[which], tuple(self.sentences[i] for i in which), labels)

    def first(self, n: int) -> Pictures:
        """Return up to `n` of them."""
        return self.chosen(np.arange(min(n, len(self))))


def as_planes(pixels: NDArray[np.uint8]) -> Tensor:
    """(n, 64, 64, 3) uint8 -> (n, 3, 64, 64) float32, 0 to 255, as the encoder takes them."""
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))).float()


@dataclass(frozen=True)
class Vocabulary:
    """The words of a decoder, the end of a sentence first, and how many a sentence has at most."""

    words: tuple[str, ...]
    longest: int

    @classmethod
    def of(cls, sentences: Iterable[str]) -> Vocabulary:
        """Every word of the sentences, by the alphabet."""
        split = [sentence.split() for sentence in set(sentences)]
        return cls(("<end>", *sorted({word for words in split for word in words})), max(map(len, split)))

    def ids(self, sentences: Sequence[str]) -> Tensor:
        """(n, longest + 1) int64, `END` behind the last word and `NO_WORD` behind that.

        Raises `InvalidArgument` for a word that is not in the vocabulary, and a sentence that is too long.
        """
        index = {word: i for i, word in enumerate(self.words)}
        ids = torch.full((len(sentences), self.longest + 1), NO_WORD)
        for row, sentence in zip(ids, sentences, strict=True):
            words = sentence.split()
            unknown = [word for word in words if word not in index]
            if unknown or len(words) > self.longest:
                what = f"the word {unknown[0]!r}" if unknown else f"{len(words)} words"
                raise InvalidArgument(
                    f"A sentence has {what}, expected at most {self.longest} of {len(self.words) - 1} known"
                    " words; train on sentences that have them all."
                )
            row[: len(words) + 1] = torch.tensor([*(index[word] for word in words), END])
        return ids

    def sentence(self, ids: Iterable[int]) -> str:
        """Return the words before the end."""
        said = []
        for i in ids:
            if i == END:
                break
            said.append(self.words[i])
        return " ".join(said)
