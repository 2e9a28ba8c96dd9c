# SPDX-License-Identifier: BSD-3-Clause
"""Reports are equal if what they state is, in the decimals that are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.floats import default_floats
from vmaf_dnn.report.blocks import blocks
from vmaf_dnn.report.formats import as_written
from vmaf_dnn.report.reading.members import typed

if TYPE_CHECKING:
    from vmaf_dnn.report.report import Report


@default_floats()
def are_equal(one: Report, other: Report) -> bool:
    """Whether two reports say the same of the same clips and models, and of each frame in the same order."""
    if _stated(one) != _stated(other) or not np.array_equal(one.frame_numbers, other.frame_numbers):
        return False
    pairs = zip(one.metrics.values(), other.metrics.values(), strict=True)
    return all(_are_written_alike(mine, theirs) for mine, theirs in pairs)


def _stated(report: Report) -> tuple[Any, ...]:
    """Return what is stated beside the frames; what a clip leaves open may stand as None or not at all."""
    clips = report.clips and {
        role: {name: typed(name, str(value)) for name, value in states.items() if value is not None}
        for role, states in report.clips.as_dict().items()
    }
    models = [model.as_dict(0, {}) for model in report.models]
    fps = None if report.fps is None else round(report.fps, 2)
    sizes = report.width, report.height
    return list(report.metrics), sizes, fps, report.version, models, report.svm_metrics, report.pool, clips


def _are_written_alike(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    if np.array_equal(mine, theirs, equal_nan=True):
        return True
    return len(mine) == len(theirs) and all(
        [as_written(a) for a in mine[part].tolist()] == [as_written(b) for b in theirs[part].tolist()]
        for part in blocks(len(mine))
    )
