# SPDX-License-Identifier: BSD-3-Clause
"""Score a pair of clips: features, fusion models over them, pooling."""

from __future__ import annotations

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal, NoReturn, Unpack

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn._checks import require_path, require_switch
from vmaf_dnn._core import __version__
from vmaf_dnn._domain import describe, outside
from vmaf_dnn.errors import InvalidArgument, RuntimeFailure
from vmaf_dnn.extractors import FeatureTable
from vmaf_dnn.extractors.libvmaf import extract
from vmaf_dnn.registry import DEFAULT_MODEL
from vmaf_dnn.report import SVM_METRIC, Report, TinyModel
from vmaf_dnn.session import Session
from vmaf_dnn.video import Progress, VideoKeywords, video_options

ModelName = str | os.PathLike[str] | Session
_SVM = ("version=vmaf_v0.6.1",)
_TAKEN = {SVM_METRIC, "Frame", "frame", "frameNum"}  # what libvmaf's layouts call the score and the frame


def score(
    reference: str | os.PathLike[str],
    distorted: str | os.PathLike[str],
    *,
    tiny_model: ModelName | Sequence[ModelName] | None = DEFAULT_MODEL,
    precision: Literal["auto", "fp32", "int8"] = "auto",
    registry: str | os.PathLike[str] | None = None,
    device: str = "auto",
    tiny_threads: int = 1,
    fp16_io: bool = False,
    prediction: bool = True,
    progress: Callable[[Progress], None] | None = None,
    **video: Unpack[VideoKeywords],
) -> Report:
    """Score `distorted` against `reference`, both read once whatever the number of models.

    `tiny_model` is a registry id, a path, an open `Session`, several of these, or None for features only;
    `precision`, `registry`, `device`, `tiny_threads` and `fp16_io` are `Session`'s. ``prediction=False``
    leaves out libvmaf's own `vmaf`. The other keywords are the fields of `VideoOptions`. Scores are
    clipped to each model's output range; frames whose features lie outside what a model was trained on
    are counted in the report and warned of. Raises `VmafDnnError`; models are opened before a clip is read.
    """
    options = video_options(**video)
    require_path("reference", reference)
    require_path("distorted", distorted)
    require_switch("prediction", prediction)
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress must be a callable, got {progress!r}")

    def opened(model: ModelName) -> Session:
        if isinstance(model, Session):
            return model
        return Session(
            model,
            precision=precision,
            registry=registry,
            device=device,
            threads=tiny_threads,
            fp16_io=fp16_io,
        )

    sessions = [opened(model) for model in _as_list(tiny_model)]
    for session in sessions:
        _check_states_features(session)
    _metric_names(sessions, _TAKEN)  # refuses, before the long work, models that can't stand in one report
    table = extract(
        reference, distorted, options=options, models=_SVM if prediction else (), progress=progress
    )
    metrics = _metric_names(sessions, _TAKEN | table.metrics.keys())
    return _fuse(table, dict(zip(metrics, sessions, strict=True)))


def _as_list(models: ModelName | Sequence[ModelName] | None) -> list[ModelName]:
    if models is None:
        return []
    if isinstance(models, (str, os.PathLike, Session)):
        return [models]
    if not isinstance(models, Iterable):
        raise InvalidArgument(f"tiny_model must be an id, a path, a Session or several, got {models!r}")
    return list(models)


def _check_states_features(session: Session) -> None:
    info = session.info
    if not info.features:
        raise InvalidArgument(
            f"{info.id} states no features (it takes {', '.join(info.inputs)}); give it a sidecar with"
            ' "features", or run it with Session.run'
        )


def _metric_names(sessions: Sequence[Session], taken: Collection[str]) -> list[str]:
    """A name a session: its model's id, with the precision added where the id alone is taken."""
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
        raise InvalidArgument(f"tiny_model names {name} more than once; name each model and precision once")
    owners = " and ".join(map(repr, ids)) if len(ids) > 1 else f"{ids[0]!r} and a metric of libvmaf"
    raise InvalidArgument(f"{owners} would both be called {name} in the report; give the model another id")


def _as_identifier(name: str) -> str:
    """The name with what an XML attribute or a CSV cell can't hold replaced by underscores."""
    safe = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"


def _fuse(table: FeatureTable, sessions: dict[str, Session]) -> Report:
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
