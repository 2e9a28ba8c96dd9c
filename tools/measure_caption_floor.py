# SPDX-License-Identifier: BSD-3-Clause
"""What captions alone give, without any picture: `python -m tools.measure_caption_floor FILE`.

The file is COCO's captions_val2017.json, 25 014 captions of 5 000 pictures. Printed are the figures of
docs/research/latent-plan.md with which the findings are compared: the loss of a decoder that has learnt
captions by heart, what it would say of every picture, how often captions of other pictures share a content
word, and how common the commonest of the findings' 20 classes is.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

N_TRAINED = 18_000
N_TOKENS, SMOOTHING, LONGEST = 260, 0.1, 128
BEGIN, END, FIRST_BYTE = 1, 2, 4
_WORDS = """man woman girl boy child people dog cat car bike ball water tree street field white black red blue
green yellow two three group young old small large sitting standing walking running playing wearing holding"""
CONTENT = frozenset(_WORDS.split())
CLASSES = {
    "person": "man woman boy girl child people person kid player rider",
    "dog": "dog dogs puppy",
    "cat": "cat cats kitten",
    "vehicle": "car cars truck bus van motorcycle bicycle bike",
    "bird": "bird birds",
    "horse": "horse horses",
    "food": "pizza cake sandwich donut food meal plate dish",
    "airplane": "airplane plane jet",
    "boat": "boat boats ship",
    "train": "train trains locomotive",
    "elephant": "elephant elephants",
    "giraffe": "giraffe giraffes",
    "zebra": "zebra zebras",
    "sheep": "sheep lamb",
    "cow": "cow cows cattle",
    "bear": "bear bears",
    "surfboard": "surfboard surfing surf",
    "sports": "baseball tennis soccer football skiing ski snowboard skate",
    "furniture": "couch chair table desk bench bed sofa",
    "outdoor": "street sidewalk field park beach ocean mountain tree",
}
CLASS_OF = {word: name for name, words in CLASSES.items() for word in words.split()}
COLLAPSED = (
    "A man is standing on a snowboard in a snowy mountain.",
    "A man is sitting on a bench next a statue of man.",
    "A man is standing in the water next to a boat.",
)

Trie = dict[tuple[int, ...], Counter[int]]


def tokens_of(caption: str) -> tuple[int, ...]:
    """Bytes behind four specials, as the findings' tokenizer has them."""
    spelt = [FIRST_BYTE + byte for byte in caption[:200].encode()]
    return tuple([BEGIN, *spelt, END][:LONGEST])


def trie_of(captions: Sequence[str]) -> Trie:
    """Count what follows each beginning."""
    trie: Trie = defaultdict(Counter)
    for caption in captions:
        tokens = tokens_of(caption)
        for i in range(1, len(tokens)):
            trie[tokens[:i]][tokens[i]] += 1
    return trie


def smoothed_loss(counts: Counter[int]) -> float:
    """Return the smoothed cross-entropy at one beginning, summed, by the best predictor that sees no more."""
    n, least = sum(counts.values()), SMOOTHING / N_TOKENS
    shares = [(1 - SMOOTHING) * count / n + least for count in counts.values()]
    seen = -sum(share * math.log(share) for share in shares)
    return n * (seen - (N_TOKENS - len(counts)) * least * math.log(least))


def heaviest(trie: Trie) -> str:
    """Return the caption that greedy decoding of the counts says."""
    tokens: tuple[int, ...] = (BEGIN,)
    while tokens in trie and tokens[-1] != END:
        tokens = (*tokens, trie[tokens].most_common(1)[0][0])
    return bytes(token - FIRST_BYTE for token in tokens if token >= FIRST_BYTE).decode(errors="replace")


def matches(reference: str, caption: str) -> bool:
    """Whether two captions share a content word, as the findings count it."""
    return bool(CONTENT & set(reference.lower().split()) & set(caption.lower().split()))


def commonest(captions: Sequence[str]) -> tuple[str, float]:
    """Return the class that most captions have, and its share of those that have words of one class only."""
    found = [
        {CLASS_OF[word] for word in re.findall(r"\w+", text.lower()) if word in CLASS_OF} for text in captions
    ]
    counts = Counter(classes.pop() for classes in found if len(classes) == 1)
    name, n = counts.most_common(1)[0]
    return name, n / sum(counts.values())


def main(path: Path) -> None:
    """Print the figures."""
    annotations = json.loads(path.read_text())["annotations"]
    of_picture: dict[int, list[str]] = defaultdict(list)
    for annotation in annotations:
        of_picture[annotation["image_id"]].append(annotation["caption"])
    every = [annotation["caption"] for annotation in annotations]

    trie = trie_of(random.Random(0).sample(every, N_TRAINED))
    n_tokens = sum(sum(counts.values()) for counts in trie.values())
    loss = sum(map(smoothed_loss, trie.values())) / n_tokens
    print(f"label smoothing alone: {smoothed_loss(Counter([END])):.4f} nats a byte")
    print(f"{N_TRAINED} captions by heart, no picture: {loss:.4f} nats a byte")
    print(f"what greedy decoding says then: {heaviest(trie)!r}")

    draw = random.Random(1)
    one = [draw.choice(captions) for captions in of_picture.values()]
    pairs = [(draw.choice(one), draw.choice(one)) for _ in range(20_000)]
    same = [tuple(draw.sample(captions, 2)) for captions in of_picture.values()]
    print(f"a content word shared, captions of other pictures: {_share(pairs):.1%}")
    print(f"a content word shared, two people, one picture: {_share(same):.1%}")
    for caption in COLLAPSED:
        print(f"a content word shared with {caption!r}: {_share([(its, caption) for its in one]):.1%}")
    for what, captions in (("one a picture", one), ("all", every)):
        name, share = commonest(captions)
        print(f"commonest class of captions, {what}: {name}, {share:.1%}")


def _share(pairs: Sequence[tuple[str, ...]]) -> float:
    return sum(matches(*pair) for pair in pairs) / len(pairs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
