# SPDX-License-Identifier: BSD-3-Clause
"""Bjontegaard's deltas: by how much one group's curve of rate and quality beats another's.

G. Bjontegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001, with the
interpolation by Akima that C. Herglotz et al. found most accurate ("Beyond Bjontegaard: limits of video
compression performance comparisons", ICIP 2022); computed by their package `bjontegaard`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from vmaf_dnn.floats import default_floats
from vmaf_dnn.ladders.rungs import LEAST_STEP, Group, Rung
from vmaf_dnn.report.extras import imported

LEAST_RUNGS = 4
EXTRA = "vmaf-dnn[ladder]"
_LITTLE = 0.5  # of the range of quality that two curves cover
_NOTHING = 1e-9  # of a range: less is rounding

Range = tuple[float, float]


class Overlap(NamedTuple):
    """What two curves both cover: lowest and highest rate in kbit/s, lowest and highest quality.

    None is of curves that have nothing in common there.
    """

    rate: Range | None
    quality: Range | None


@dataclass(frozen=True)
class BDResult:
    """One group beside the anchor.

    Attributes:
        anchor: name of the group that is compared with.
        test: name of the group that is compared.
        bd_rate: percent of the anchor's rate that the same quality takes more; negative is a saving. None if
            it was refused.
        bd_quality: by how much quality is higher at the same rate. None if it was refused.
        overlap: what both curves cover, and the deltas are averages over; None if there are no curves.
        share: which part of the quality that either covers both do, 0 to 1: of a small part the deltas
            tell little.
        left_out: names of rungs that are no part of a curve: they are no better than a cheaper one, or
            `too_near`.
        too_near: names of rungs that are better than each cheaper one, but whose rate is nearly that of a
            better one.
        refused: why there are no deltas, a sentence; None if there are.
    """

    anchor: str
    test: str
    bd_rate: float | None = None
    bd_quality: float | None = None
    overlap: Overlap | None = None
    share: float = 0.0
    left_out: tuple[str, ...] = ()
    too_near: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def stands_on_little(self) -> bool:
        """Whether there is a BD-rate, and both curves cover less than half of the range of quality."""
        return self.bd_rate is not None and self.share < _LITTLE

    @property
    def caveat(self) -> str | None:
        """What a reader of the deltas should know, a sentence without its full stop; None if nothing."""
        if not self.stands_on_little:
            return None
        return (
            f"{self.anchor} and {self.test} share {self.share:.0%} of their range of quality, and the deltas"
            " are of that part alone"
        )


@default_floats()
def bd_between(anchor: Group, test: Group) -> BDResult:
    """Return the deltas of `test` against `anchor`, over the curves of both groups.

    Raises:
        ToolMissing: `bjontegaard` is not installed.
    """
    curves = anchor.curve, test.curve
    left_out, too_near = _left_out(anchor) + _left_out(test), _too_near(anchor) + _too_near(test)
    result = BDResult(anchor.name, test.name, left_out=left_out, too_near=too_near)
    for group, curve in zip((anchor, test), curves, strict=True):
        if len(curve) < LEAST_RUNGS:
            return replace(result, refused=_too_few(group, curve))
    rates, qualities = (
        [[getattr(rung, axis) for rung in curve] for curve in curves] for axis in ("kbit_per_s", "quality")
    )
    overlap = Overlap(_common(rates), _common(qualities))
    result = replace(
        result,
        bd_rate=_delta("bd_rate", rates, qualities) if overlap.quality else None,
        bd_quality=_delta("bd_psnr", rates, qualities) if overlap.rate else None,
        overlap=overlap,
        share=_share(qualities, overlap.quality),
        refused=_apart(result, rates, qualities, overlap),
    )
    beyond = _beyond(result, rates, qualities)
    return replace(result, bd_rate=None, bd_quality=None, refused=beyond) if beyond else result


def _left_out(group: Group) -> tuple[str, ...]:
    names = {rung.name for rung in group.curve}
    return tuple(rung.name for rung in group.rungs if rung.name not in names)


def _too_near(group: Group) -> tuple[str, ...]:
    names = {rung.name for rung in group.curve}
    return tuple(rung.name for rung in group.front if rung.name not in names)


def _too_few(group: Group, curve: Sequence[Rung]) -> str:
    n_worse, n_near = len(group.rungs) - len(group.front), len(group.front) - len(curve)
    faults = [f"{n_worse} of them no better than a cheaper one"] * (n_worse > 0)
    faults += [f"{n_near} of them within {LEAST_STEP - 1:.0%} of the rate of a better one"] * (n_near > 0)
    has = ", ".join([f"{len(group.rungs)} rung{'s' * (len(group.rungs) != 1)}", *faults])
    return (
        f"{group.name} has {has}, and BD deltas take {LEAST_RUNGS} that gain quality with rate; add encodes"
        " of it at other rates"
    )


def _common(values: Sequence[Sequence[float]]) -> Range | None:
    """Return what two rising lists both cover."""
    lowest, highest = max(of_one[0] for of_one in values), min(of_one[-1] for of_one in values)
    return (lowest, highest) if highest - lowest > _NOTHING * highest else None


def _share(qualities: Sequence[Sequence[float]], common: Range | None) -> float:
    whole = max(of_one[-1] for of_one in qualities) - min(of_one[0] for of_one in qualities)
    return (common[1] - common[0]) / whole if common else 0.0


def _apart(
    result: BDResult, rates: Sequence[Sequence[float]], qualities: Sequence[Sequence[float]], overlap: Overlap
) -> str | None:
    """Say which ranges have nothing in common; None if both have."""
    words = []
    if overlap.quality is None:
        words.append("no quality, so there is no BD-rate" + _ranges(result, qualities, ".2f", ""))
    if overlap.rate is None:
        words.append("no rate, so there is no BD-quality" + _ranges(result, rates, ".0f", " kbit/s"))
    return f"{result.anchor} and {result.test} have in common {', and '.join(words)}" if words else None


def _ranges(result: BDResult, values: Sequence[Sequence[float]], form: str, unit: str) -> str:
    anchor, test = (f"{of_one[0]:{form}} to {of_one[-1]:{form}}{unit}" for of_one in values)
    return f" ({result.anchor} {anchor}, {result.test} {test})"


def _beyond(
    result: BDResult, rates: Sequence[Sequence[float]], qualities: Sequence[Sequence[float]]
) -> str | None:
    """Say of which delta rungs are farther than any two of them lie apart; None of none."""
    lowest, highest = min(of_one[0] for of_one in rates), max(of_one[-1] for of_one in rates)
    ratio = 1 if result.bd_rate is None else 1 + result.bd_rate / 100
    span = max(of_one[-1] for of_one in qualities) - min(of_one[0] for of_one in qualities)
    words = []
    if not lowest / highest <= ratio <= highest / lowest:
        words.append(f"a BD-rate of {result.bd_rate:+.6g} % (rates {lowest:.0f} to {highest:.0f} kbit/s)")
    if result.bd_quality is not None and not abs(result.bd_quality) <= span:
        words.append(f"a BD-quality of {result.bd_quality:+.2f} (scores that span {span:.2f})")
    if not words:
        return None
    return (
        f"between the rungs of {result.anchor} and {result.test} the curves swing beyond all of them, to"
        f" {' and '.join(words)}; add encodes at rates between theirs"
    )


def _delta(name: str, rates: Sequence[Sequence[float]], qualities: Sequence[Sequence[float]]) -> float:
    bjontegaard = imported("bjontegaard", "a BD delta", EXTRA)
    curves = [axis for pair in zip(rates, qualities, strict=True) for axis in pair]
    # A curve that swings may leave the range of doubles, which `_beyond` says in a sentence.
    with np.errstate(all="ignore"):
        # Curves of unlike lengths are curves, too; how much they overlap is for the result to say.
        delta = getattr(bjontegaard, name)(
            *curves, method="akima", require_matching_points=False, min_overlap=0
        )
    return float(delta)
