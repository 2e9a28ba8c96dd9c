# SPDX-License-Identifier: BSD-3-Clause
"""Pairs kept in a file, since making them takes longer than a fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import whole_file
from vmaf_train.frames.filter_data import Pair

_WORDS = ("source", "how")


def write_pairs(path: Path, pairs: Sequence[Pair]) -> None:
    """Write an .npz, whole or not at all: the planes one after the other, and what they are."""
    arrays = {word: np.array([getattr(pair, word) for pair in pairs]) for word in _WORDS}
    planes = {
        name: np.concatenate([getattr(pair, name).ravel() for pair in pairs])
        for name in ("degraded", "clean")
    }
    shapes = np.array([pair.clean.shape for pair in pairs])
    with whole_file(path) as unfinished, unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays, **planes, shapes=shapes)


def read_pairs(path: Path) -> list[Pair]:
    """Read what `write_pairs` wrote. Raises `InvalidArgument` for anything else."""
    try:
        with np.load(path) as arrays:
            shapes = arrays["shapes"]
            ends = np.cumsum(shapes.prod(axis=1))[:-1]
            parts = (np.split(arrays[name], ends) for name in ("degraded", "clean"))
            return [
                Pair(str(source), str(how), degraded.reshape(shape), clean.reshape(shape))
                for source, how, degraded, clean, shape in zip(
                    arrays["source"], arrays["how"], *parts, shapes, strict=True
                )
            ]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise InvalidArgument(
            f"{path} holds no pairs of `vmaf-train filter`: {error}; remove it, or name another."
        ) from error
