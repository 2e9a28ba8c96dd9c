# SPDX-License-Identifier: BSD-3-Clause
"""From a table of features to a report: each model's scores, their names, and where a model extrapolates."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn._core import __version__
from vmaf_dnn.errors import ClipWarning, InvalidArgument, RuntimeFailure
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.report import ClipNames, Report, TinyModel
from vmaf_dnn.report.blocks import blocks
from vmaf_dnn.report.statistics import DEFAULT_POOLING
from vmaf_dnn.session import Session, SessionInfo


def fuse(
    table: FeatureTable, sessions: dict[str, Session], clips: ClipNames, pool: str = DEFAULT_POOLING
) -> Report:
    """Return the report of a table; `sessions` maps the name of each model's metric to the model."""
    scores = {metric: _clipped_scores(session, table) for metric, session in sessions.items()}
    models = [
        TinyModel(metric, session.info, _extrapolated(session, table, clips.distorted))
        for metric, session in sessions.items()
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
        clips,
        pool,
        scene_cuts=table.scene_cuts,
    )


def _rows(info: SessionInfo, table: FeatureTable) -> NDArray[np.float32]:
    return table.rows_as_asked(info.requests) if info.requests else table.rows(info.features)


def _extrapolated(session: Session, table: FeatureTable, clip: str) -> int:
    """How many rows lie outside what the model was trained on; some are worth a warning."""
    info, n_frames = session.info, len(table.frame_numbers)
    if not info.feature_range:
        return 0
    lowest, highest = np.asarray(info.feature_range).T
    n_outside, found = 0, _Farthest(info)
    for block in blocks(n_frames):
        rows = _rows(info, table.part(block))
        is_outside: NDArray[np.bool_] = (rows < lowest) | (rows > highest)
        n_outside += int(is_outside.any(axis=1).sum())
        found.add(rows, is_outside)
    if n_outside:
        text = (
            f"{info.id} extrapolates on {n_outside} of {n_frames} frames, which are unlike its training rows"
            f" ({found}); compare them with libvmaf's own score"
        )
        warnings.warn(ClipWarning(text, clip), stacklevel=4)
    return n_outside


class _Farthest:
    """Of each feature that leaves its range among the training rows, the value farthest from it."""

    def __init__(self, info: SessionInfo) -> None:
        self._info = info
        self._found: dict[int, np.floating] = {}

    def add(self, rows: NDArray[np.floating], is_outside: NDArray[np.bool_]) -> None:
        for k in np.flatnonzero(is_outside.any(axis=0)).tolist():
            lowest, highest = self._info.feature_range[k]
            values = rows[is_outside[:, k], k]
            if k in self._found:
                values = np.append(self._found[k], values)
            self._found[k] = values[np.argmax(np.maximum(lowest - values, values - highest))]

    def __str__(self) -> str:
        return "; ".join(self._describe(k) for k in sorted(self._found))

    def _describe(self, k: int) -> str:
        lowest, highest = self._info.feature_range[k]
        return f"{self._info.features[k]} {self._found[k]:.4g}, trained {lowest:.4g} to {highest:.4g}"


def _clipped_scores(session: Session, table: FeatureTable) -> NDArray[np.float64]:
    scores = np.empty(len(table.frame_numbers))
    for block in blocks(len(scores)):
        scores[block] = _scores(session, table.part(block))
    return np.clip(scores, *session.info.output_range, out=scores)


def _scores(session: Session, table: FeatureTable) -> NDArray[np.float32]:
    scores: NDArray[np.float32] = np.asarray(session.run(_rows(session.info, table)))
    for row in np.flatnonzero(~np.isfinite(scores))[:1]:
        raise RuntimeFailure(
            f"{session.info.id} scores frame {table.frame_numbers[row]} {scores[row]}, expected a finite"
            f" number; the model is not fit for this clip ({session.info.path})."
        )
    return scores


def metric_names(sessions: Sequence[Session], taken: Collection[str]) -> list[str]:
    """Name each session: its model's id, with the precision added where the id alone is taken."""
    infos = [session.info for session in sessions]
    ids = [_as_identifier(info.id) for info in infos]
    count = Counter([*taken, *ids])
    names = [id if count[id] == 1 else f"{id}.{info.precision}" for id, info in zip(ids, infos, strict=True)]
    for name, n_uses in Counter([*taken, *names]).items():
        if n_uses > 1:
            _refuse_name(name, [info.id for info, used in zip(infos, names, strict=True) if used == name])
    return names


def _refuse_name(name: str, ids: Sequence[str]) -> NoReturn:
    if len(ids) > len(set(ids)):
        raise InvalidArgument(f"tiny_model names {name} more than once; name each model and precision once.")
    owners = " and ".join(map(repr, ids)) if len(ids) > 1 else f"{ids[0]!r} and a metric of libvmaf"
    raise InvalidArgument(f"{owners} would both be called {name} in the report; give the model another id.")


def _as_identifier(name: str) -> str:
    """Return the name with what an XML attribute or a CSV cell can't hold replaced by underscores."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"
