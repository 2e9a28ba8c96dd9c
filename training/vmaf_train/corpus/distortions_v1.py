# SPDX-License-Identifier: BSD-3-Clause
"""The distortions for VMAF v1: those of v0 in part, and what banding, chroma and sample depth add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from vmaf_train.corpus.distortions import AV1, DISTORTIONS, LOSSLESS, X264, X265, Distortion

_LEFT_OUT = frozenset({"x264-crf6-1", "x264-crf51-1", "x265-crf18-1", "vp9-crf24-1", "mpeg2-q12-1"})
_DARK = "eq=brightness=-0.15:contrast=0.5"
_TEN_BIT = "format=yuv420p10le"
_SMOOTH = "gblur=sigma=12:planes=1"


def _banding() -> Iterator[Distortion]:
    yield Distortion("banding", "bits6", LOSSLESS, _posterise(6))
    yield Distortion("banding", "10bit_smooth12", LOSSLESS, _posterise(8), reference=_smooth(12))
    yield Distortion("banding", "bits4", LOSSLESS, _posterise(4))
    yield Distortion("banding", "10bit_smooth4", LOSSLESS, _posterise(8), reference=_smooth(4))
    yield Distortion("banding", "smooth_bits6", LOSSLESS, f"{_SMOOTH},{_posterise(6)}", reference=_SMOOTH)
    yield Distortion("banding", "smooth_bits5", LOSSLESS, f"{_SMOOTH},{_posterise(5)}")
    for crf in (28, 38):
        yield Distortion(
            "x264", f"dark_crf{crf}", (*X264, "-preset", "veryfast", "-crf", str(crf)), reference=_DARK
        )


def _chroma() -> Iterator[Distortion]:
    filters = {
        "hue15": "hue=h=15",
        "hue60": "hue=h=60",
        "saturation0.6": "hue=s=0.6",
        "saturation1.6": "hue=s=1.6",
        "none": "hue=s=0",
        "blur4": "gblur=sigma=4:planes=6",
        "noise12": "noise=c1s=12:c1f=t:c2s=12:c2f=t:all_seed=1",
        "shift6": "chromashift=cbh=6:crv=4",
    }
    for quality, words in filters.items():
        yield Distortion("chroma", quality, LOSSLESS, words)
    for crf in (24, 34):
        qp = ("-x264-params", "chroma-qp-offset=12")
        yield Distortion("x264", f"chroma12_crf{crf}", (*X264, "-preset", "fast", "-crf", str(crf), *qp))


def _ten_bit() -> Iterator[Distortion]:
    for crf in (24, 36):
        yield Distortion("x265", f"10bit_crf{crf}", (*X265, "-crf", str(crf)), reference=_TEN_BIT)
    yield Distortion("svtav1", "10bit_crf46", (*AV1, "-crf", "46"), reference=_TEN_BIT)
    yield Distortion("x265", "10bit_smooth12_crf38", (*X265, "-crf", "38"), reference=_smooth(12))


def _displayed_larger() -> Iterator[Distortion]:
    yield Distortion("x264", "at1080_crf27", (*X264, "-preset", "fast", "-crf", "27"), lines=1080)
    yield Distortion("x265", "at1080_crf30", (*X265, "-crf", "30"), scale=2, lines=1080)
    yield Distortion("x264", "at2160_crf24", (*X264, "-preset", "fast", "-crf", "24"), lines=2160)


def _smooth(sigma: int) -> str:
    """Gradients in 10 bits, of which 8 leave bands that CAMBI sees: steps of one code of 8 bits."""
    return f"{_TEN_BIT},gblur=sigma={sigma}:planes=1"


def _posterise(bits: int) -> str:
    return f"lutyuv=y='trunc(val*{1 << bits}/(maxval+1))*(maxval+1)/{1 << bits}'"


def _as_v0() -> Iterator[Distortion]:
    for distortion in DISTORTIONS:
        if distortion.name not in _LEFT_OUT:
            is_odd = distortion.encoder[:2] == ("-c:v", "ffv1")
            yield replace(distortion, encoder=LOSSLESS) if is_odd else distortion


V1_DISTORTIONS: tuple[Distortion, ...] = tuple(
    chain(_as_v0(), _banding(), _chroma(), _ten_bit(), _displayed_larger())
)
