# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's JSON log: every metric of every frame."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors.long_list import read_with_list

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
    frames = _Frames(without)
    try:
        with path.open(encoding="utf-8") as file:
            log = read_with_list(file, "frames", frames.add)
        log["frames"]  # there is such a list
        fps = log.get("fps")  # libvmaf 2 does not state it
        return VmafLog(
            str(log["version"]), None if fps is None else float(fps), frames.numbers(), frames.metrics()
        )
    except _MALFORMED as error:
        raise VideoError(
            f"libvmaf left no log that can be read ({type(error).__name__}: {error});"
            " try another ffmpeg with --ffmpeg."
        ) from error


class _Frames:
    """The frames so far, a column of doubles for each metric."""

    def __init__(self, without: Collection[str]) -> None:
        self._without = without
        self._numbers = array("q")
        self._columns: dict[str, array[float]] = {}

    def add(self, frame: dict[str, Any]) -> None:
        """Take a frame as libvmaf logs it."""
        metrics = frame["metrics"]
        for name in metrics:
            if name not in self._columns and name not in self._without:
                self._columns[name] = array("d", [nan]) * len(self._numbers)
        for name, column in self._columns.items():
            value = metrics.get(name)
            column.append(nan if value is None else float(value))
        self._numbers.append(int(frame["frameNum"]))

    def numbers(self) -> NDArray[np.int64]:
        return np.array(self._numbers, dtype=np.int64)

    def metrics(self) -> dict[str, NDArray[np.float64]]:
        return {name: np.frombuffer(column) for name, column in self._columns.items()}
