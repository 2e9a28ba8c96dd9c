# SPDX-License-Identifier: BSD-3-Clause
"""The encoders that a search can drive: how ffmpeg is told their quality or their bitrate."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vmaf_dnn.errors import InvalidArgument, ToolMissing
from vmaf_dnn.video.ffmpeg.process import answer
from vmaf_dnn.video.ffmpeg.program import FFmpeg

_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Encoder:
    """One encoder of ffmpeg's.

    Attributes:
        name: what ffmpeg calls it.
        crf: from the best quality to the worst that it takes.
        step: from one CRF to the next that is looked at.
        typical: scores, ascending, and the CRF that gives each of them to most clips.
        crf_flag: the flag of the CRF.
        preset_flag: the flag that trades time for size.
        settings: what makes its encodes the same on every machine, and its CRF a constant quality.
        bits_per_pixel: what most clips need for a score of 93.
        needs_no_bitrate: whether a bitrate of 0 makes the CRF the one rule.
    """

    name: str
    crf: tuple[float, float]
    step: float
    typical: tuple[tuple[float, float], ...]
    crf_flag: str = "-crf"
    preset_flag: str = "-preset"
    settings: tuple[str, ...] = ()
    bits_per_pixel: float = 0.05
    needs_no_bitrate: bool = False

    def typical_crf(self, score: float) -> float:
        """Return the CRF that gives most clips such a score."""
        scores, crfs = zip(*self.typical, strict=True)
        return float(np.interp(score, scores, crfs))


# Medians of camera, animation and screen at fast presets.
_X264 = ((60.0, 36.0), (70.0, 33.5), (80.0, 30.5), (90.0, 25.0), (95.0, 19.0), (97.0, 15.0))
_X265 = ((60.0, 40.0), (70.0, 37.5), (80.0, 34.0), (90.0, 29.0), (95.0, 23.0), (97.0, 18.0))
_AV1 = ((70.0, 62.0), (80.0, 58.0), (85.0, 55.0), (90.0, 50.0), (93.0, 44.5), (95.0, 38.5), (97.0, 31.0))
_QP = tuple((score, 4 * crf) for score, crf in _AV1)

# Encodes by these three depend on how many threads they have: without a fixed count, on the machine.
ENCODERS = (
    Encoder("libx264", (0, 51), 0.1, _X264, settings=("-threads", "8"), bits_per_pixel=0.08),
    Encoder("libx265", (0, 51), 0.1, _X265, settings=("-x265-params", "frame-threads=3:log-level=1")),
    Encoder("libsvtav1", (1, 63), 1, _AV1),
    Encoder(
        "libaom-av1",
        (0, 63),
        1,
        _AV1,
        preset_flag="-cpu-used",
        settings=("-threads", "8"),
        needs_no_bitrate=True,
    ),
    Encoder("libvpx-vp9", (0, 63), 1, _AV1, preset_flag="-cpu-used", needs_no_bitrate=True),
    Encoder(
        "librav1e",
        (0, 255),
        1,
        _QP,
        crf_flag="-qp",
        preset_flag="-speed",
    ),
)


def find_encoder(name: str, ffmpeg: FFmpeg) -> Encoder:
    """Return the encoder of that name; raises `InvalidArgument` unless it is known and `ffmpeg` has it."""
    known = {encoder.name: encoder for encoder in ENCODERS}
    there = encoders_of(ffmpeg.path)
    if name in known and name in there:
        return known[name]
    usable = [encoder for encoder in known if encoder in there]
    if not usable:
        raise ToolMissing(
            f"{ffmpeg.path} has none of the encoders that a search drives ({', '.join(known)}); name another"
            " binary with --ffmpeg (ffmpeg=)."
        )
    reason = "is not in this ffmpeg" if name in known else "is none that a search can drive"
    raise InvalidArgument(f"the encoder {name!r} {reason}; there are {', '.join(usable)} in {ffmpeg.path}.")


@lru_cache(maxsize=8)
def encoders_of(path: str) -> frozenset[str]:
    """Ask an ffmpeg which encoders of video it has. Raises `ToolMissing` if it can't be run."""
    try:
        told = answer([path, "-hide_banner", "-encoders"], _TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissing(
            f"{path} -encoders gave no answer ({error}); name another with --ffmpeg."
        ) from error
    lines = (line.split() for line in told.stdout.decode(errors="replace").splitlines())
    return frozenset(words[1] for words in lines if len(words) > 1 and words[0].startswith("V"))
