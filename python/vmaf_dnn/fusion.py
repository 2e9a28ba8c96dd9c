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
from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.report import ClipNames, Report, TinyModel
from vmaf_dnn.session import Session, SessionInfo


def fuse(table: FeatureTable, sessions: dict[str, Session], clips: ClipNames) -> Report:
    """Return the report of a table; `sessions` maps the name of each model's metric to the model."""
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
        clips,
    )


def _rows(info: SessionInfo, table: FeatureTable) -> NDArray[np.float32]:
    return table.rows_as_asked(info.requests) if info.requests else table.rows(info.features)


def _extrapolated(session: Session, table: FeatureTable) -> int:
    """How many rows lie outside what the model was trained on; some are worth a warning."""
    rows = _rows(session.info, table)
    is_outside = outside(rows, session.info)
    if is_outside.any():
        warnings.warn(describe(rows, is_outside, session.info), RuntimeWarning, stacklevel=4)
    return int(is_outside.any(axis=1).sum())


def _clipped_scores(session: Session, table: FeatureTable) -> NDArray[np.float64]:
    lowest, highest = session.info.output_range
    scores = np.asarray(session.run(_rows(session.info, table)), dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(scores))[:1]:
        raise RuntimeFailure(
            f"{session.info.id} scores frame {table.frame_numbers[row]} {scores[row]}, expected a finite"
            f" number; the model is not fit for this clip ({session.info.path})."
        )
    return np.clip(scores, lowest, highest)


def outside(rows: NDArray[np.floating], info: SessionInfo) -> NDArray[np.bool_]:
    """(n, k) rows -> (n, k): where a feature is outside its range among the training rows, if known."""
    if not info.feature_range:
        return np.zeros(rows.shape, dtype=np.bool_)
    lowest, highest = np.asarray(info.feature_range).T
    is_outside: NDArray[np.bool_] = (rows < lowest) | (rows > highest)
    return is_outside


def describe(rows: NDArray[np.floating], is_outside: NDArray[np.bool_], info: SessionInfo) -> str:
    """One sentence on the rows that are outside, with the features that put them there."""
    found = []
    for k in np.flatnonzero(is_outside.any(axis=0)):
        lowest, highest = info.feature_range[k]
        values = rows[is_outside[:, k], k]
        farthest = values[np.argmax(np.maximum(lowest - values, values - highest))]
        found.append(f"{info.features[k]} {farthest:.4g}, trained {lowest:.4g} to {highest:.4g}")
    n_frames = int(is_outside.any(axis=1).sum())
    return (
        f"{info.id} extrapolates on {n_frames} of {len(rows)} frames, which are unlike its training rows"
        f" ({'; '.join(found)}); compare them with libvmaf's own score"
    )


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
