# SPDX-License-Identifier: BSD-3-Clause
"""Photographs moved, turned, mirrored and covered in part, so that few of them teach more."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from vmaf_train.plans.pictures import as_planes

_FARTHEST = 0.2  # of half a side: six pixels of 64
_MOST_TURN = math.radians(10)
_MOST_ZOOM, _MOST_STRETCH = 0.2, 0.1  # logarithms
_PATCH = (8, 24)  # pixels


def shaken(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """(n, h, w, 3) -> the same shape: all of them moved, half mirrored, half covered by a patch.

    Colours stay, because sentences name them.
    """
    moved = _moved(pixels, random)
    _cover(moved, random)
    return moved


def _moved(pixels: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    n = len(pixels)
    turn = random.uniform(-_MOST_TURN, _MOST_TURN, n)
    zoom, stretch = (random.uniform(-most, most, n) for most in (_MOST_ZOOM, _MOST_STRETCH))
    wide, high = np.exp(zoom + stretch), np.exp(zoom - stretch)
    wide = np.where(random.random(n) < 0.5, -wide, wide)  # mirrored
    way = random.uniform(-_FARTHEST, _FARTHEST, (n, 2))
    across = np.stack([wide * np.cos(turn), -high * np.sin(turn), way[:, 0]], axis=1)
    down = np.stack([wide * np.sin(turn), high * np.cos(turn), way[:, 1]], axis=1)
    planes = as_planes(pixels)
    places = torch.from_numpy(np.stack([across, down], axis=1)).float()
    grid = functional.affine_grid(places, list(planes.shape), align_corners=False)
    found = functional.grid_sample(planes, grid, padding_mode="border", align_corners=False)
    moved: NDArray[np.uint8] = found.round().byte().numpy().transpose(0, 2, 3, 1)
    return np.ascontiguousarray(moved)


def _cover(pixels: NDArray[np.uint8], random: np.random.Generator) -> None:
    """Fill a square of half of the pictures with their mean."""
    height, width = pixels.shape[1:3]
    places, sizes = random.random((len(pixels), 3)), random.integers(*_PATCH, len(pixels), endpoint=True)
    for one, (down, across, chance), size in zip(pixels, places, sizes, strict=True):
        if chance < 0.5:
            top, left = int(down * (height - size)), int(across * (width - size))
            one[top : top + size, left : left + size] = one.mean((0, 1))
