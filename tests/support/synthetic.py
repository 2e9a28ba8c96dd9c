# SPDX-License-Identifier: BSD-3-Clause
"""Frames made of arithmetic: a clip with the same samples in any language, and pictures of every kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8] | NDArray[np.uint16]
Pair = tuple[Frame, Frame]


def synthetic_pair(width: int, height: int, bit_depth: int, t: int) -> Pair:
    """Frame `t` of a clip: two moving triangle waves with noise, and a coarse quantisation with noise."""
    x, y = np.arange(width, dtype=np.uint32), np.arange(height, dtype=np.uint32)[:, None]
    noise = _hash(x, y, np.uint32(t))
    reference = 40 + 4 * _triangle(x + 2 * t, 64) + 3 * _triangle(y + t, 32) + noise % 16
    distorted = 8 * (reference // 8) + 3 + (noise >> 8) % 4
    scale = np.uint32(1 << (bit_depth - 8))
    dtype = _dtype(bit_depth)
    return (
        (reference * scale + (noise >> 16) % scale).astype(dtype),
        (distorted * scale + (noise >> 12) % scale).astype(dtype),
    )


def pair_of_kind(kind: str, width: int, height: int, bit_depth: int, seed: int) -> Pair:
    """A pair of pictures: natural, noise, inverted, checker, contrast, identical or flat."""
    random = np.random.default_rng(seed)
    peak, dtype = (1 << bit_depth) - 1, _dtype(bit_depth)
    y, x = np.mgrid[:height, :width]
    natural = peak / 2 + peak / 6 * np.sin((x + 3 * seed) / 9) + peak / 8 * np.cos((x - 2 * y) / 13)
    natural += random.normal(0, peak / 90, natural.shape)
    if kind == "noise":
        # Not of the full range: libvmaf's scalar and vector code differ on what follows (adm/numerator.cc).
        reference, distorted = random.integers(peak // 4, 3 * peak // 4, (2, height, width))
    elif kind == "inverted":
        reference = random.integers(0, 2, (height, width)) * peak
        distorted = peak - reference
    elif kind == "checker":
        reference = ((x >> seed % 4) + (y >> seed % 3)) % 2 * peak
        distorted = np.roll(reference, 1, axis=1)
    elif kind == "contrast":
        reference, distorted = natural, (natural - peak / 2) * 1.3 + peak / 2
    elif kind == "flat":
        reference = np.full((height, width), peak)
        distorted = np.full((height, width), peak // 3)
    elif kind == "identical":
        reference = distorted = natural
    else:
        reference, distorted = natural, np.round(natural / peak * 20) * peak / 20
    return tuple(np.clip(picture, 0, peak).astype(dtype) for picture in (reference, distorted))


def write_y4m(path: Path, frames: list[Frame], bit_depth: int) -> Path:
    """Writes luma as 4:2:0 y4m with grey chroma."""
    height, width = frames[0].shape
    space = "420jpeg" if bit_depth == 8 else f"420p{bit_depth} XYSCSS=420P{bit_depth}"
    chroma = np.full(2 * ((width + 1) // 2) * ((height + 1) // 2), 1 << (bit_depth - 1), frames[0].dtype)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C{space}\n".encode())
        for frame in frames:
            file.write(b"FRAME\n" + frame.tobytes() + chroma.tobytes())
    return path


def synthetic_frames(
    width: int, height: int, bit_depth: int, n_distorted: int, n_frames: int = 3
) -> list[list[Frame]]:
    """Frames of `synthetic_pair`, each a reference and then its distorted versions."""
    pairs = [synthetic_pair(width, height, bit_depth, t) for t in range(n_frames + n_distorted)]
    return [[pairs[t][0], *(pairs[t + i][1] for i in range(n_distorted))] for t in range(n_frames)]


def write_raw(path: Path, width: int, height: int, bit_depth: int, n_distorted: int) -> Path:
    """Writes `synthetic_frames` as planes, one after another."""
    frames = synthetic_frames(width, height, bit_depth, n_distorted)
    path.write_bytes(b"".join(plane.tobytes() for frame in frames for plane in frame))
    return path


def _dtype(bit_depth: int) -> type[np.unsignedinteger]:
    return np.uint8 if bit_depth == 8 else np.uint16


def _triangle(u: NDArray[np.uint32], period: int) -> NDArray[np.uint32]:
    v = u % period
    return np.where(v < period // 2, v, period - 1 - v).astype(np.uint32)


def _hash(x: NDArray[np.uint32], y: NDArray[np.uint32], t: np.uint32) -> NDArray[np.uint32]:
    with np.errstate(over="ignore"):
        h = x * np.uint32(73856093) ^ y * np.uint32(19349663) ^ t * np.uint32(83492791)
        h = (h ^ h >> np.uint32(13)) * np.uint32(0x5BD1E995)
        return h ^ h >> np.uint32(15)
