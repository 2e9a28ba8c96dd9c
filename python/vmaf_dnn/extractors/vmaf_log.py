# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's JSON log: every metric of every frame."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError

_MALFORMED = (OSError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)


@dataclass(frozen=True)
class VmafLog:
    """What libvmaf logged: (n,) int64 frame numbers, and for each metric (n,) float64."""

    version: str
    fps: float | None
    frame_numbers: NDArray[np.int64]
    metrics: dict[str, NDArray[np.float64]]

    def check(self, n_expected: int) -> None:
        """Raise `VideoError` unless there are `n_expected` frames, and every metric of each is finite."""
        n_frames = len(self.frame_numbers)
        if n_frames != n_expected:
            raise VideoError(f"libvmaf scored {n_frames} frames where {n_expected} were decoded.")
        for name, values in self.metrics.items():
            for row in np.flatnonzero(~np.isfinite(values))[:1]:
                number = self.frame_numbers[row]
                raise VideoError(
                    f"frame {number}: libvmaf's {name} is {values[row]}, expected a finite number."
                )


def read_vmaf_log(path: Path, without: Collection[str] = ()) -> VmafLog:
    """Read the log at `path`, metrics named in `without` left out; `VideoError` if it is not one.

    A value that a frame lacks, or that is null, is NaN.
    """
    try:
        return _parsed(json.loads(path.read_text("utf-8")), without)
    except _MALFORMED as error:
        raise VideoError(
            f"libvmaf left no log that can be read ({type(error).__name__}: {error});"
            " try another ffmpeg with --ffmpeg."
        ) from error


def _parsed(log: dict[str, Any], without: Collection[str]) -> VmafLog:
    frames = log["frames"]
    names = dict.fromkeys(name for frame in frames for name in frame["metrics"] if name not in without)
    metrics = {name: np.array([_value(frame["metrics"].get(name)) for frame in frames]) for name in names}
    numbers = np.array([int(frame["frameNum"]) for frame in frames], dtype=np.int64)
    fps = log.get("fps")  # libvmaf 2 does not state it
    return VmafLog(str(log["version"]), None if fps is None else float(fps), numbers, metrics)


def _value(value: float | None) -> float:
    return float("nan") if value is None else float(value)
