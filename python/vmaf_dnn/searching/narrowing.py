# SPDX-License-Identifier: BSD-3-Clause
"""Which position of a scale to try next, until the last one that reaches every limit is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.searching.target import Margin

_N_FITTED = 3  # points of a parabola
_FLATTEST = 0.25  # of the usual slope, beyond what was tried


@dataclass(frozen=True)
class Narrowing:
    """What is known of a scale, whose positions from 0 to `last` give an ever lower quality.

    Attributes:
        last: the highest position.
        slope: by how much a level usually falls from a position to the next; above 0.
        tolerance: a position whose smallest margin is no more than this is good enough; 0: none is.
        margins: of each position that was tried, by how much each limit is kept.
    """

    last: int
    slope: float
    tolerance: float = 0.0
    margins: Mapping[int, Sequence[Margin]] = field(default_factory=dict)

    @property
    def best(self) -> int | None:
        """The highest position that keeps every limit; None if none does so far."""
        keeping = (position for position in self.margins if self._smallest(position) >= 0)
        return max(keeping, default=None)

    @property
    def is_settled(self) -> bool:
        """Whether no better position is to be looked for."""
        if self.best is None:
            return 0 in self.margins
        is_good_enough = 0 < self.tolerance >= self._smallest(self.best)
        return self._low + 1 == self._high or is_good_enough

    def next_position(self) -> int:
        """Return the position that is most probably the last to keep every limit; not tried yet."""
        inside = np.arange(self._low + 1, self._high)
        positions = sorted(self.margins)
        limits = zip(*([margin.level for margin in self.margins[i]] for i in positions), strict=True)
        levels = [self._expected(inside, np.array(positions), np.array(of_limit)) for of_limit in limits]
        keeping = inside[np.min(levels, axis=0) >= 0]
        return int(keeping[-1] if len(keeping) else inside[0])

    @property
    def _low(self) -> int:
        return -1 if self.best is None else self.best

    @property
    def _high(self) -> int:
        """The lowest position above the best one that misses a limit."""
        return min((position for position in self.margins if position > self._low), default=self.last + 1)

    def _smallest(self, position: int) -> float:
        return min(margin.value for margin in self.margins[position])

    def _expected(
        self, inside: NDArray[np.int64], tried: NDArray[np.int64], levels: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the level of one limit that is expected at each of the positions `inside`.

        Between two tries it lies on a parabola through them and the nearest other; beyond all tries on the
        line through the nearest two, unless that is flatter than a scale can be.
        """
        is_between = tried[0] < inside[0] and inside[-1] < tried[-1]
        middle = (inside[0] + inside[-1]) / 2
        n_fitted = _N_FITTED if is_between else _N_FITTED - 1
        nearest = np.sort(np.argsort(np.abs(tried - middle), kind="stable")[:n_fitted])
        x, y = tried[nearest] - middle, levels[nearest]
        if is_between:
            return np.asarray(np.polyval(np.polyfit(x, y, len(x) - 1), inside - middle))
        slope = (y[0] - y[-1]) / (x[-1] - x[0]) if len(x) > 1 else self.slope
        end = 0 if inside[-1] < tried[0] else -1
        return np.asarray(y[end] - max(slope, _FLATTEST * self.slope) * (inside - middle - x[end]))
