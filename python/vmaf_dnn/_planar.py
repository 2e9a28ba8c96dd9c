# SPDX-License-Identifier: BSD-3-Clause
"""How many bytes a frame of planar video takes."""

from __future__ import annotations

# chroma layout -> how many luma samples share one chroma sample, across and down
SUBSAMPLING = {"420": (2, 2), "411": (4, 1), "422": (2, 1), "444": (1, 1)}


def frame_bytes(width: int, height: int, chroma: str, bitdepth: int, *, has_alpha: bool = False) -> int:
    """Bytes of one frame: 8 bits in a byte, more in two; chroma planes round up, "mono" has none."""
    n_samples = width * height * (2 if has_alpha else 1)
    if chroma != "mono":
        across, down = SUBSAMPLING[chroma]
        n_samples += 2 * -(-width // across) * -(-height // down)
    return n_samples * (2 if bitdepth > 8 else 1)
