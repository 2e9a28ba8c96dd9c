# SPDX-License-Identifier: BSD-3-Clause
"""What rows cover: how far each feature reaches, and how near unseen content is to what was trained on.

No label has a part in it, so looking at held-out content here chooses nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vmaf_train.data.table import column, features_of, sources_of, task_of
from vmaf_train.files import Progress, no_progress

HIGH_MOTION2 = 21.0
"""The motion2 that one real row of 140 exceeds."""


@dataclass(frozen=True)
class Nearness:
    """Distance of a row to the nearest row of other sources, in standard deviations of the real rows."""

    mean: float
    p95: float
    max: float


@dataclass(frozen=True)
class Coverage:
    """Least and largest of each feature, share of rows above `HIGH_MOTION2`, and nearness.

    `high_motion2` is None for rows without motion2, `nearness` for a table of one source.
    """

    n_rows: int
    feature_min: list[float]
    feature_max: list[float]
    high_motion2: float | None
    nearness: Nearness | None

    def to_json(self) -> dict[str, object]:
        """As in a report; the order of the features is the table's."""
        return asdict(self)


def coverage(real: pa.Table, rows: pa.Table, progress: Progress = no_progress) -> Coverage:
    """How `rows` cover `real`, of which each source is left out in turn.

    Nearness is between a real row and the rows of all other sources.
    """
    features, names = features_of(rows), task_of(rows).features.names
    motion2 = features[:, names.index("motion2")] if "motion2" in names else None
    return Coverage(
        n_rows=rows.num_rows,
        feature_min=features.min(axis=0).tolist(),
        feature_max=features.max(axis=0).tolist(),
        high_motion2=None if motion2 is None else float((motion2 > HIGH_MOTION2).mean()),
        nearness=_nearness(real, rows, progress),
    )


def _nearness(real: pa.Table, rows: pa.Table, progress: Progress) -> Nearness | None:
    names = sources_of(real)
    if len(names) == 1:
        return None
    unit = np.maximum(features_of(real).std(axis=0), np.finfo(np.float32).eps)
    left_out, source = (column(table, "source") for table in (real, rows))
    queries, points = (features_of(table) / unit for table in (real, rows))
    distances: list[NDArray[np.float64]] = []
    for n_done, name in enumerate(names, start=1):
        distances.append(cKDTree(points[source != name]).query(queries[left_out == name])[0])
        progress(n_done, len(names))
    distance = np.concatenate(distances)
    return Nearness(float(distance.mean()), float(np.percentile(distance, 95)), float(distance.max()))
