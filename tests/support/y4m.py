# SPDX-License-Identifier: BSD-3-Clause
"""The frames of a y4m file, taken apart and put together in another order."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vmaf_dnn.video.y4m import open_y4m


def reordered(clip: Path, other: Path, order: Iterable[int], rate: str = "25:1") -> Path:
    """Write those frames of `clip` as another clip."""
    data, offsets = clip.read_bytes(), open_y4m(clip).frame_offsets
    assert offsets is not None
    head = data[: data.index(b"\n") + 1].split(b" ")
    head = [f"F{rate}".encode() if word.startswith(b"F") else word for word in head]
    n_bytes = len(data) - offsets[-1]
    frames = [b"FRAME\n" + data[offsets[index] : offsets[index] + n_bytes] for index in order]
    other.write_bytes(b" ".join(head) + b"".join(frames))
    return other
