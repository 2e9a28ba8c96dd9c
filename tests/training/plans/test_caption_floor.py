# SPDX-License-Identifier: BSD-3-Clause
"""What captions alone give: small cases whose answers are known."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from tools.measure_caption_floor import N_TOKENS, commonest, heaviest, matches, smoothed_loss, trie_of


def test_a_certain_token_costs_what_the_smoothing_takes() -> None:
    least = 0.1 / N_TOKENS
    sure = 0.9 + least
    floor = -sure * math.log(sure) - (N_TOKENS - 1) * least * math.log(least)
    assert smoothed_loss(Counter([5])) == pytest.approx(floor)
    assert smoothed_loss(Counter([5, 5, 5])) == pytest.approx(3 * floor)
    assert smoothed_loss(Counter([5, 6])) > 2 * floor


def test_greedy_decoding_follows_the_most_captions() -> None:
    assert heaviest(trie_of(["a dog", "a cat runs", "a cat runs", "a man"])) == "a cat runs"


def test_captions_match_by_content_and_belong_to_one_class() -> None:
    assert matches("a man runs", "the man sits")
    assert not matches("a man runs", "a bird runs")
    assert commonest(["a dog", "a puppy", "a cat", "a dog and a cat", "nothing"]) == ("dog", 2 / 3)
