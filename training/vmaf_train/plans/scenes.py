# SPDX-License-Identifier: BSD-3-Clause
"""Pictures made for the purpose: one or two coloured shapes, and the one sentence that says what is there.

36 things (six colours, three shapes, two sizes), alone or one left of or above another: 2 628 sentences. A
tenth of them, by their digest, is kept out of training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmaf_train.plans.pictures import Pictures

COLOURS = {
    "red": (225, 45, 45),
    "green": (45, 175, 65),
    "blue": (55, 85, 225),
    "yellow": (230, 215, 55),
    "cyan": (65, 205, 215),
    "white": (238, 238, 238),
}
SHAPES = ("circle", "square", "triangle")
SIZES = {"small": 6.0, "large": 9.5}
RELATIONS = ("left of", "above")
SIDE = 64

_SPREAD = 0.06  # of a thing's size
_MARGIN = 11.0  # from the border to the middle of a thing
_NOISE = 8.0
_GAP = 4.0  # by which the direction that is said outweighs the other
_ROWS, _COLUMNS = np.mgrid[0:SIDE, 0:SIDE] + 0.5


class Thing(NamedTuple):
    """What stands in a picture."""

    size: str
    colour: str
    shape: str

    def __str__(self) -> str:
        return f"a {self.size} {self.colour} {self.shape}"


THINGS = tuple(map(Thing._make, product(SIZES, COLOURS, SHAPES)))


def sentences() -> Iterator[str]:
    """Yield every sentence that a scene can have."""
    yield from map(str, THINGS)
    for first, relation, second in product(THINGS, RELATIONS, THINGS):
        yield f"{first} {relation} {second}"


def is_held_out(sentence: str) -> bool:
    """Whether no picture with this sentence is trained on."""
    return hashlib.sha256(sentence.encode()).digest()[0] % 10 == 0


def make_scenes(n: int, seed: int, *, held_out: bool) -> Pictures:
    """Draw `n` scenes, with sentences that are trained on or with those that are not."""
    random = np.random.default_rng(seed)
    pixels = np.empty((n, SIDE, SIDE, 3), np.uint8)
    said: list[str] = []
    while len(said) < n:
        things = [THINGS[i] for i in random.integers(len(THINGS), size=random.integers(1, 3))]
        relation = RELATIONS[random.integers(len(RELATIONS))]
        sentence = f" {relation} ".join(map(str, things))
        if is_held_out(sentence) == held_out:
            pixels[len(said)] = _drawn(random, things, relation)
            said.append(sentence)
    return Pictures(pixels, tuple(said))


def make_single_things(n_each: int, seed: int) -> Pictures:
    """Draw each colour and shape alone `n_each` times, of any size and anywhere; the label is both words."""
    random = np.random.default_rng(seed)
    kinds = list(product(COLOURS, SHAPES))
    sizes = list(SIZES)
    things = [Thing(sizes[random.integers(2)], *kind) for kind in kinds for _ in range(n_each)]
    pixels = np.stack([_drawn(random, [thing], "") for thing in things])
    return Pictures(pixels, tuple(map(str, things)), tuple(f"{t.colour} {t.shape}" for t in things))


def _drawn(random: np.random.Generator, things: list[Thing], relation: str) -> NDArray[np.uint8]:
    picture = np.broadcast_to(random.uniform(20, 60, 3), (SIDE, SIDE, 3)).copy()
    for thing, (x, y) in zip(things, _places(random, len(things), relation), strict=True):
        radius = SIZES[thing.size] * random.uniform(1 - _SPREAD, 1 + _SPREAD)
        shade = random.uniform(0.85, 1)
        picture[_covered(thing.shape, _COLUMNS - x, _ROWS - y, radius)] = shade * np.array(
            COLOURS[thing.colour]
        )
    picture += random.normal(0, _NOISE, picture.shape)
    return picture.round().clip(0, 255).astype(np.uint8)


def _places(random: np.random.Generator, n: int, relation: str) -> NDArray[np.float64]:
    """(n, 2) x, y. Of two, the first is plainly more to the left, or higher, than it is anything else."""
    if n == 1:
        return random.uniform(_MARGIN, SIDE - _MARGIN, (1, 2))
    along = np.array([random.uniform(_MARGIN, 21), random.uniform(43, SIDE - _MARGIN)])
    while True:
        across = random.uniform(_MARGIN, SIDE - _MARGIN, 2)
        if abs(across[1] - across[0]) < along[1] - along[0] - _GAP:
            break
    pair = (along, across) if relation == "left of" else (across, along)
    return np.stack(pair, axis=1)


def _covered(shape: str, x: NDArray[np.float64], y: NDArray[np.float64], radius: float) -> NDArray[np.bool_]:
    """Where a shape around 0, 0 is."""
    if shape == "circle":
        return x * x + y * y <= radius * radius
    if shape == "square":
        return np.maximum(abs(x), abs(y)) <= 0.9 * radius
    return (y <= 0.85 * radius) & (abs(x) <= 0.6 * (y + radius))
