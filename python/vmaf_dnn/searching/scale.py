# SPDX-License-Identifier: BSD-3-Clause
"""What a search walks along: the CRFs or the bitrates of an encoder, from the best quality to the worst."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.searching.encoders import Encoder

CRF, BITRATE = MODES = ("crf", "bitrate")
DEFAULT_BITRATES = (50.0, 50_000.0)
"""In kbit/s, where no range is given."""

_STEPS_AN_OCTAVE = 24  # bitrates 3 % apart
_CRFS_AN_OCTAVE = 6  # of x264
_SLOPE = 0.1  # by which a level usually falls from one CRF of x264 to the next
_X264_CRFS = 51
_N_DECIMALS = 6
_TYPICAL_SCORE, _SCORE_AN_OCTAVE = 93.0, 6.0


@dataclass(frozen=True)
class Scale:
    """The settings that there are, by position.

    Attributes:
        mode: ``"crf"`` or ``"bitrate"`` (kbit/s).
        values: from the best quality to the worst.
        slope: by how much a level (see `Margin`) usually falls from a position to the next.
        first: the position to begin at.
    """

    mode: str
    values: tuple[float, ...]
    slope: float
    first: int

    def words(self, position: int) -> str:
        """Return the setting in words: "CRF 27.5"."""
        return in_words(self.mode, self.values[position])


def in_words(mode: str, value: float) -> str:
    """Return a setting in words: "CRF 27.5", "1200 kbit/s"."""
    return f"CRF {value:g}" if mode == CRF else f"{value:.0f} kbit/s"


def scale_of(
    encoder: Encoder, mode: str, limits: tuple[float, float] | None, score: float, pixels_a_second: float
) -> Scale:
    """Return what is searched: CRFs or bitrates; `limits` of None are those of the encoder, or usual ones.

    `score` is what is to be reached, by a clip of so many pixels a second. Raises `InvalidArgument` for a
    range that is none, or not the encoder's.
    """
    if mode == CRF:
        return _crfs(encoder, limits or encoder.crf, score)
    return _bitrates(encoder, limits or DEFAULT_BITRATES, score, pixels_a_second)


def _crfs(encoder: Encoder, limits: tuple[float, float], score: float) -> Scale:
    lowest, highest = encoder.crf
    low, high = _checked("crf", limits)
    if not lowest <= low <= high <= highest:
        raise InvalidArgument(
            f"the range of CRF must be within {lowest:g}:{highest:g} for {encoder.name}, got"
            f" {low:g}:{high:g}."
        )
    steps = range(math.ceil(_divided(low, encoder.step)), math.floor(_divided(high, encoder.step)) + 1)
    values = tuple(round(i * encoder.step, _N_DECIMALS) for i in steps)
    if not values:
        raise InvalidArgument(
            f"no CRF of {encoder.name} is from {low:g} to {high:g}: it takes steps of {encoder.step:g}."
        )
    for limit in (low, high):
        if not _divided(limit, encoder.step).is_integer():
            below = round(math.floor(_divided(limit, encoder.step)) * encoder.step, _N_DECIMALS)
            raise InvalidArgument(
                f"the CRF of {encoder.name} takes steps of {encoder.step:g}, got {limit:g}; give {below:g} or"
                f" {round(below + encoder.step, _N_DECIMALS):g}."
            )
    slope = _SLOPE * encoder.step * _X264_CRFS / (highest - lowest)
    return Scale(CRF, values, slope, _nearest(values, encoder.typical_crf(score)))


def _bitrates(encoder: Encoder, limits: tuple[float, float], score: float, pixels_a_second: float) -> Scale:
    """Return bitrates in whole kbit/s, 3 % apart."""
    low, high = _checked("bitrate", limits)
    if low < 1:
        raise InvalidArgument(f"the bitrate must be 1 kbit/s or more, got {low:g}.")
    n_steps = math.floor(math.log2(high / low) * _STEPS_AN_OCTAVE)
    rates = [high * 2 ** (-i / _STEPS_AN_OCTAVE) for i in range(n_steps + 1)]
    values = tuple(dict.fromkeys(float(round(rate)) for rate in (*rates, low)))
    octaves = (score - _TYPICAL_SCORE) / _SCORE_AN_OCTAVE
    typical = encoder.bits_per_pixel * pixels_a_second / 1000 * 2**octaves
    return Scale(BITRATE, values, _SLOPE * _CRFS_AN_OCTAVE / _STEPS_AN_OCTAVE, _nearest(values, typical))


def _divided(crf: float, step: float) -> float:
    return round(crf / step, _N_DECIMALS)  # 20.7 / 0.1 is a little less than 207


def _nearest(values: tuple[float, ...], wanted: float) -> int:
    """Return the position of the value that is nearest."""
    return min(range(len(values)), key=lambda i: abs(values[i] - wanted))


def _checked(name: str, limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    if not all(math.isfinite(limit) for limit in limits):
        raise InvalidArgument(f"the range of {name} must be two numbers, got {low:g}:{high:g}.")
    if low > high:
        raise InvalidArgument(f"the range of {name} is reversed: {low:g}:{high:g}; give {high:g}:{low:g}.")
    return low, high
