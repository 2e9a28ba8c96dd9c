# SPDX-License-Identifier: BSD-3-Clause
"""The distortions that each reference clip is put through.

Coverage matters more than depth: four codecs from near-lossless to ruin, two smaller resolutions, and
distortions that no encoder makes (a fusion model that has never seen them is off by ten points there).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

# One thread everywhere: several of these encoders give other bits with other thread counts.
X264 = ("-c:v", "libx264", "-threads", "1")
X265 = ("-c:v", "libx265", "-preset", "medium", "-x265-params", "log-level=none:pools=none:frame-threads=1")
VP9 = ("-c:v", "libvpx-vp9", "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-threads", "1")
AV1 = ("-c:v", "libsvtav1", "-preset", "8", "-svtav1-params", "lp=1")
MPEG2 = ("-c:v", "mpeg2video", "-threads", "1")
LOSSLESS = ("-c:v", "ffv1", "-threads", "1")


@dataclass(frozen=True)
class Distortion:
    """One distortion: ffmpeg filters, then an encoder; `scale` divides width and height.

    `reference` are filters that the reference itself goes through before; `lines` is the height that
    both clips are brought to before they are compared, 0 the reference's own. Either is measured by our
    own extractor alone.
    """

    codec: str
    quality: str
    encoder: tuple[str, ...]
    filters: str = ""
    scale: int = 1
    reference: str = ""
    lines: int = 0

    @property
    def name(self) -> str:
        """Unique; fit for a file name."""
        return f"{self.codec}-{self.quality}-{self.scale}"

    @property
    def filter_graph(self) -> str:
        """The filters with the downscale to even sizes that 4:2:0 needs; `null` if there are none."""
        shrink = f"scale=w=2*round(iw/{2 * self.scale}):h=2*round(ih/{2 * self.scale}):flags=bicubic"
        return ",".join(filter(None, (self.filters, shrink if self.scale > 1 else ""))) or "null"


def _encodes() -> Iterator[Distortion]:
    for crf in (6, 16, 21, 26, 31, 36, 41, 47, 51):
        yield _crf("x264", (*X264, "-preset", "medium"), crf)
    yield Distortion("x264", "ultrafast_crf28", (*X264, "-preset", "ultrafast", "-crf", "28"))
    for crf in (18, 26, 34, 42):
        yield _crf("x265", X265, crf)
    for crf in (24, 40, 52, 62):
        yield _crf("vp9", VP9, crf)
    for crf in (24, 38, 50, 62):
        yield _crf("svtav1", AV1, crf)
    for qscale in (12, 31):
        yield Distortion("mpeg2", f"q{qscale}", (*MPEG2, "-q:v", str(qscale)))


def _scaled_encodes() -> Iterator[Distortion]:
    for crf, scale in ((20, 2), (32, 2), (18, 4), (28, 4)):
        yield _crf("x264", (*X264, "-preset", "medium"), crf, scale)
    yield _crf("x265", X265, 26, 2)


def _odd_distortions() -> Iterator[Distortion]:
    for sigma in (0.8, 2.5):
        yield _odd("blur", f"sigma{sigma}", f"gblur=sigma={sigma}")
    for amount in (0.6, 1.8):
        yield _odd("sharpen", f"amount{amount}", f"unsharp=5:5:{amount}")
    for strength in (8, 24):
        yield _odd("noise", f"strength{strength}", f"noise=alls={strength}:allf=t:all_seed=1")
    for contrast in (0.8, 1.25):
        yield _odd("contrast", f"gain{contrast}", f"eq=contrast={contrast}")
    yield _odd("brightness", "offset0.2", "eq=brightness=0.2")
    for period in (2, 4):
        yield _odd("drop", f"keep1of{period}", f"select='not(mod(n,{period}))',fps=source_fps")
    yield _odd("freeze", "frames6to13", "select='not(between(n,6,13))',fps=source_fps")


def _crf(codec: str, encoder: tuple[str, ...], crf: int, scale: int = 1) -> Distortion:
    return Distortion(codec, f"crf{crf}", (*encoder, "-crf", str(crf)), scale=scale)


def _odd(codec: str, quality: str, filters: str) -> Distortion:
    return Distortion(codec, quality, LOSSLESS, filters)


DISTORTIONS: tuple[Distortion, ...] = tuple(chain(_encodes(), _scaled_encodes(), _odd_distortions()))
ODD_CODECS = frozenset(distortion.codec for distortion in _odd_distortions()) | {"mpeg2", "banding", "chroma"}
"""Families that are not ordinary encodes; the rest is x264, x265, vp9, svtav1 at any scale."""
