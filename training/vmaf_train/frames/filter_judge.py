# SPDX-License-Identifier: BSD-3-Clause
"""How near a filter brings planes to what they were, by source: nothing of a source was trained on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.frames.filter_data import PUBLISHED, Pair
from vmaf_train.frames.planes import Luma

MOST_L1 = 0.019
"""Mean absolute error of the published filter on planes of its own recipe, of 1."""

LEAST_GAIN_DB = 1.5
"""PSNR that planes of the published recipe have to gain in the mean."""

MOST_LOSS_DB = 0.05
"""PSNR that no held-out source may lose by x264 at CRF 32 to 40."""

_GUARDED = tuple(f"x264-crf{crf}-1" for crf in (32, 36, 40))
_PERFECT = 1e-10  # a mean square error of 0 is 100 dB
_PEAK = 255.0

Filter = Callable[[Luma], Luma]


@dataclass(frozen=True)
class Gain:
    """What a filter makes of the planes of one source that became so in one way.

    `l1` are mean absolute errors, of 1, and `psnr_db` of the mean square error over all of the planes: before
    the filter and after it.
    """

    source: str
    how: str
    l1: tuple[float, float]
    psnr_db: tuple[float, float]

    @property
    def db(self) -> float:
        """By how much the PSNR grows."""
        return self.psnr_db[1] - self.psnr_db[0]


@dataclass(frozen=True)
class Verdict:
    """The gains of all sources, and whether they are those that are asked for."""

    gains: Sequence[Gain]

    @property
    def published_l1(self) -> float:
        """Mean absolute error after the filter, of planes of the published recipe."""
        return float(np.mean([gain.l1[1] for gain in self._of(PUBLISHED)]))

    @property
    def published_db(self) -> float:
        """Mean gain of planes of the published recipe."""
        return self.mean_db(PUBLISHED)

    @property
    def worst(self) -> Gain:
        """The least gain among the encodes that nothing may be lost of."""
        return min((gain for gain in self.gains if gain.how in _GUARDED), key=lambda gain: gain.db)

    @property
    def passed(self) -> bool:
        """Whether each of the three bars is reached."""
        is_near = self.published_l1 <= MOST_L1 and self.published_db >= LEAST_GAIN_DB
        return is_near and self.worst.db >= -MOST_LOSS_DB

    @property
    def sources(self) -> set[str]:
        """What was judged on."""
        return {gain.source for gain in self.gains}

    def figures(self) -> dict[str, float]:
        """Return what the model's files say of it."""
        return {
            "l1": self.published_l1,
            "psnr_gain": self.published_db,
            "worst_psnr_gain": self.worst.db,
        }

    def mean_db(self, how: str) -> float:
        """Return the mean gain over sources."""
        return float(np.mean([gain.db for gain in self._of(how)]))

    def lines(self) -> list[str]:
        """Say it for people."""
        published = self._of(PUBLISHED)
        before = float(np.mean([gain.l1[0] for gain in published]))
        rows = [
            f"published recipe: L1 {before:.4f} -> {self.published_l1:.4f} (at most {MOST_L1}),"
            f" PSNR {self.published_db:+.2f} dB (at least {LEAST_GAIN_DB:+.1f})"
        ]
        for how in dict.fromkeys(gain.how for gain in self.gains if gain.how != PUBLISHED):
            least = min(self._of(how), key=lambda gain: gain.db)
            rows.append(
                f"{how.removesuffix('-1')}: PSNR {self.mean_db(how):+.2f} dB, least {least.db:+.3f} dB"
            )
        worst = self.worst
        rows.append(
            f"least of x264 at CRF 32 to 40: {worst.db:+.3f} dB (at least {-MOST_LOSS_DB}), {worst.source}"
        )
        return rows

    def to_json(self) -> dict[str, object]:
        """Return the figures for a report."""
        return {
            **self.figures(),
            "mean_gain_db": {
                how: self.mean_db(how) for how in dict.fromkeys(gain.how for gain in self.gains)
            },
            "gains_db": [[gain.source, gain.how, round(gain.db, 4)] for gain in self.gains],
        }

    def _of(self, how: str) -> list[Gain]:
        return [gain for gain in self.gains if gain.how == how]


def judge(pairs: Iterable[Pair], filter_plane: Filter) -> Verdict:
    """Run a filter over held-out planes. Raises `InvalidArgument` if there are none for a bar."""
    ordered = sorted(pairs, key=lambda pair: (pair.source, pair.how))
    groups = groupby(ordered, key=lambda pair: (pair.source, pair.how))
    gains = [_gain(list(group), filter_plane) for _, group in groups]
    hows = {gain.how for gain in gains}
    if PUBLISHED not in hows or not hows.intersection(_GUARDED):
        raise InvalidArgument(
            "There are no held-out planes of the published recipe, or none of x264 at CRF 32 to 40; give"
            " clips of more sources."
        )
    return Verdict(gains)


def _gain(pairs: Sequence[Pair], filter_plane: Filter) -> Gain:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    n_samples = 0
    for pair in pairs:
        for i, plane in enumerate((pair.degraded, filter_plane(pair.degraded))):
            error = (plane.astype(np.float64) - pair.clean) / _PEAK
            sums["l1"][i] += float(np.abs(error).sum())
            sums["l2"][i] += float(np.square(error).sum())
        n_samples += pair.clean.size
    l1, l2 = ((one[0] / n_samples, one[1] / n_samples) for one in (sums["l1"], sums["l2"]))
    before, after = (-10 * math.log10(max(value, _PERFECT)) for value in l2)
    return Gain(pairs[0].source, pairs[0].how, l1, (before, after))
