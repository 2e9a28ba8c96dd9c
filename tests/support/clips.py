# SPDX-License-Identifier: BSD-3-Clause
"""What the shared clips are, and the types of the fixtures that make and read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_dnn.extractors import CANONICAL_6, FeatureTable

FfmpegRunner = Callable[..., None]
LogReader = Callable[..., dict[str, Any]]
MakeClip = Callable[..., Path]

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


def assert_equals_log(table: FeatureTable, log: dict[str, Any]) -> None:
    """Every metric of every frame, to all six decimals that libvmaf logs."""
    assert table.frame_numbers.tolist() == [frame["frameNum"] for frame in log["frames"]]
    names = [name for name in log["frames"][0]["metrics"] if name in table.metrics]
    assert len(names) >= len(CANONICAL_6)
    for name in names:
        values = [round(value, 6) for value in table.metrics[name].tolist()]
        assert values == [frame["metrics"][name] for frame in log["frames"]], name
