# SPDX-License-Identifier: BSD-3-Clause
"""Of the ways in which ffmpeg can decode a clip, the one that says most of damage."""

from __future__ import annotations

import subprocess
from functools import lru_cache

from vmaf_dnn.video.ffmpeg.log import Outcome
from vmaf_dnn.video.ffmpeg.program import FFmpeg

_MAPPED = r"  Stream #0:\d+ -> #0:0 \((\w+) \("
_CHECKSUMS = ("-err_detect", "crccheck")  # of HEVC and PNG, where a clip has them
# ffmpeg's own decoders of VP8 and VP9 decode whatever the bits say, without a word.
_INSTEAD = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_STRICT = {"av1": ("-strict", "strict")}  # dav1d then looks at what a tile leaves over, too
_TIMEOUT_S = 20.0


def codec_of(outcome: Outcome) -> str:
    """Return the codec of the clip that `outcome` describes, in ffmpeg's words; "" if it doesn't say."""
    codecs = [match[1] for match in outcome.said(_MAPPED)]
    return codecs[-1] if codecs else ""


def decoding_arguments(codec: str, ffmpeg: FFmpeg) -> tuple[str, ...]:
    """Return what goes before an input of `ffmpeg` that is of this codec."""
    instead = _INSTEAD.get(codec)
    chosen = ("-c:V:0", instead) if instead and _has(ffmpeg.path, instead) else ()
    return (*_CHECKSUMS, *_STRICT.get(codec, ()), *chosen)


@lru_cache(maxsize=8)
def _has(path: str, decoder: str) -> bool:
    """Whether this ffmpeg was built with it; one that doesn't say so in time goes without."""
    words = [path, "-hide_banner", "-h", f"decoder={decoder}"]
    try:
        told = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.stdout.startswith(f"Decoder {decoder} ".encode())
