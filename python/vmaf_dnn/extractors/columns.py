# SPDX-License-Identifier: BSD-3-Clause
"""What has been measured so far: a column of doubles for each feature of each clip."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray


class Columns:
    """Grows by a frame at a time, without a Python object a frame."""

    def __init__(self, n_clips: int, n_features: int) -> None:
        self._n_features = n_features
        self._columns = [array("d") for _ in range(n_clips * n_features)]

    def add(self, rows: NDArray[np.float64] | None) -> None:
        """Take what an extractor gives: (clips, features), of a frame or several; or None."""
        if rows is None:
            return
        for frame in rows.reshape(-1, len(self._columns)).tolist():
            for column, value in zip(self._columns, frame, strict=True):
                column.append(value)

    def of_clip(self, index: int) -> list[NDArray[np.float64]]:
        """Return a clip's columns, (frames,) each; after that no frame can be added."""
        start = index * self._n_features
        return [np.frombuffer(column) for column in self._columns[start : start + self._n_features]]
