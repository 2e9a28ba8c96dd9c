# SPDX-License-Identifier: BSD-3-Clause
"""What the shared clips are, and the types of the fixtures that make and read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FfmpegRunner = Callable[..., None]
LogReader = Callable[..., dict[str, Any]]

SCENE = "testsrc2=size=176x144:rate=25,noise=alls=14:allf=t:all_seed=5"
N_FRAMES = 10


@dataclass(frozen=True)
class Clips:
    """One pair: a reference as y4m, and a real encode of it."""

    reference: Path
    distorted: Path


@dataclass(frozen=True)
class SpyFfmpeg:
    """An ffmpeg that writes down what it is asked, and does it."""

    path: Path
    notes: Path

    @property
    def calls(self) -> list[str]:
        """The words of each call so far, one line a call."""
        return self.notes.read_text().splitlines()
