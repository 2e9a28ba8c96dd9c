# SPDX-License-Identifier: BSD-3-Clause
"""From a table of features to a report: each model's scores, and on how many frames it extrapolates."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn._core import __version__
from vmaf_dnn._domain import describe, outside
from vmaf_dnn.errors import RuntimeFailure
from vmaf_dnn.extractors import FeatureTable
from vmaf_dnn.report import Report, TinyModel
from vmaf_dnn.session import Session


def fuse(table: FeatureTable, sessions: dict[str, Session]) -> Report:
    """The report of a table; `sessions` maps the name of each model's metric to the model."""
    scores = {metric: _clipped_scores(session, table) for metric, session in sessions.items()}
    models = [
        TinyModel(metric, session.info, _extrapolated(session, table)) for metric, session in sessions.items()
    ]
    return Report(
        table.frame_numbers,
        table.metrics | scores,
        table.width,
        table.height,
        table.fps,
        f"vmaf_dnn {__version__}, {table.extractor}",
        tuple(models),
        table.scores,
    )


def _extrapolated(session: Session, table: FeatureTable) -> int:
    """How many rows lie outside what the model was trained on; some are worth a warning."""
    rows = table.rows(session.info.features)
    is_outside = outside(rows, session.info)
    if is_outside.any():
        warnings.warn(describe(rows, is_outside, session.info), RuntimeWarning, stacklevel=4)
    return int(is_outside.any(axis=1).sum())


def _clipped_scores(session: Session, table: FeatureTable) -> NDArray[np.float64]:
    lowest, highest = session.info.output_range
    scores = np.asarray(session.run(table.rows(session.info.features)), dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(scores))[:1]:
        raise RuntimeFailure(
            f"{session.info.id} scores frame {table.frame_numbers[row]} {scores[row]}, expected a finite"
            f" number; the model is not fit for this clip ({session.info.path})"
        )
    return np.clip(scores, lowest, highest)
