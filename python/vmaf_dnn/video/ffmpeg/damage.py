# SPDX-License-Identifier: BSD-3-Clause
"""What decoders say of streams that were joined or cut, and what helps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from vmaf_dnn.video.pairing.cures import rewritten

_CAUSES = (
    (
        r"corrupt input packet",
        "packets are missing or out of order, as where parts were joined; write them anew first {}",
    ),
    (r"moov atom not found", "the file is not whole, as where a copy was cut short; copy it anew"),
    (
        r"non-existing [SP]PS|[SP]PS id out of range|Invalid frame dimensions 0x0",
        "the stream begins before a frame that can be decoded, as where it was cut; drop what is before it"
        " {}, and as many frames of the other clip (--frame_skip_ref, --frame_skip_dist)",
    ),
)


def likely_causes(complaints: Sequence[str], clips: Sequence[Path]) -> str:
    """Return what probably led to `complaints`, as the end of a sentence; "" if nothing is known."""
    for pattern, cause in _CAUSES:
        if clips and any(re.match(pattern, complaint) for complaint in complaints):
            return ": " + cause.format(" or ".join(f"({rewritten(clip)})" for clip in clips))
    return ""
