# SPDX-License-Identifier: BSD-3-Clause
"""Which extractor measures, and the scores of libvmaf's own models beside the features."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument, VideoError
from vmaf_dnn.extractor import FeatureOptions, feature_name, require_features
from vmaf_dnn.extractors import native
from vmaf_dnn.extractors.measuring import Measure
from vmaf_dnn.extractors.native import canonical_requests
from vmaf_dnn.extractors.table import FeatureTable
from vmaf_dnn.report import SVM_METRIC
from vmaf_dnn.report.blocks import blocks
from vmaf_dnn.svm import (
    DIGESTS,
    MODEL_PATH_VARIABLE,
    ModelRequest,
    SvmModel,
    find_model,
    parse_model_flag,
    read_svm_model,
)
from vmaf_dnn.svm.request import AUTO as AUTO_MODEL
from vmaf_dnn.video.clip import Progress
from vmaf_dnn.video.encode import AUTO, NONE
from vmaf_dnn.video.misfits import Misfits
from vmaf_dnn.video.once import ClipPath, Once
from vmaf_dnn.video.options import VideoOptions

SvmName = str | os.PathLike[str] | ModelRequest
ProgressHook = Callable[[Progress], None]
_DEFAULT = "version=vmaf_v0.6.1"
_OF_FEATURES = ("integer_", "VMAF_", "cambi", "speed_chroma")  # how libvmaf's log names them
OF_FRAMES = ("Frame", "frame", "frameNum")  # what its layouts call a frame's number
_SPECIAL = frozenset(":|'\\,;[]")  # what separates the words of ffmpeg's filters


def as_requests(models: SvmName | Sequence[SvmName] | None) -> list[ModelRequest]:
    """libvmaf's models by its texts or by their files; `InvalidArgument` if two would have one name."""
    if models is None:
        return []
    several = [models] if isinstance(models, (str, os.PathLike, ModelRequest)) else models
    if not isinstance(several, Iterable):
        raise InvalidArgument(f"svm_model must be a model of libvmaf or several, got {models!r}.")
    requests = [_as_request(model) for model in several]
    for name, n_uses in Counter(_name_of(request) for request in requests).items():
        if n_uses > 1 and name is None:
            raise InvalidArgument(f"the model auto is asked for {n_uses} times; ask for it once.")
        if name is None:
            continue
        if n_uses > 1:
            raise InvalidArgument(f"{n_uses} models are called {name}; name one of them with :name=NAME.")
        if name.startswith(_OF_FEATURES) or name in OF_FRAMES:
            whose = "the number of a frame is" if name in OF_FRAMES else "features are"
            raise InvalidArgument(f"a model can't be called {name}, as {whose}; give it another :name=NAME.")
    return requests


def _name_of(request: ModelRequest) -> str | None:
    """Say what it will be called; None where that is the name of a model that is still to be chosen."""
    is_open = request.version == AUTO_MODEL and not request.is_named
    return None if is_open else request.name


def _as_request(model: SvmName) -> ModelRequest:
    if isinstance(model, ModelRequest):
        return model
    if isinstance(model, os.PathLike):
        return ModelRequest(None, Path(model), SVM_METRIC, False, False, f"path={os.fspath(model)}")
    return parse_model_flag(model)


def extract(
    reference: ClipPath,
    distorted: Sequence[ClipPath],
    options: VideoOptions,
    requests: Sequence[ModelRequest],
    *,
    prediction: bool,
    canonical: bool = True,
    features: Sequence[str] = (),
    progress: ProgressHook | None,
    misfits: Misfits | None = None,
    measure: Measure | None = None,
) -> list[FeatureTable]:
    """Return a table for each distorted clip, by the extractor that `options` or the models call for.

    It holds `features` and those of libvmaf's models, and, if wanted or if there are none, the canonical six.
    Clips that `misfits` drops have none. `measure` measures in the place of this process.
    """
    asked = list(requests) if prediction else []
    built_in = [request for request in requests if _file_of(request) is None]
    if options.extractor == "libvmaf" or (built_in and options.extractor is None):
        _refuse_collections(asked, built_in)
        if measure is not None:
            raise InvalidArgument(
                "libvmaf's extractor measures a clip whole, and not in parts; leave it out, or the split."
            )
        if prediction and not asked:
            asked = [parse_model_flag(_DEFAULT)]
        _check_measured(features, requests if prediction else ())
        return _by_libvmaf(reference, distorted, options, asked, progress, misfits)
    if built_in:
        _refuse_collections(built_in, built_in)
        raise InvalidArgument(
            f"the model {built_in[0].text} is built into libvmaf, and its file was not found: name it,"
            " path=FILE.json, or pip install 'vmaf-dnn[models]', or choose the extractor libvmaf."
        )
    models = [_read(request) for request in asked]
    _check_names(models)
    asked_features = [*features, *(feature.request for model in models for feature in model.features)]
    if canonical or not asked_features:
        asked_features = [*canonical_requests(options.feature_options), *asked_features]
    tables = native.extract(
        reference,
        distorted,
        options=options,
        features=asked_features,
        progress=progress,
        misfits=misfits,
        measure=measure,
    )
    return [_with_scores(table, models) for table in tables]


def native_features(
    reference: ClipPath,
    distorted: ClipPath,
    options: VideoOptions,
    features: Sequence[str],
    progress: ProgressHook | None,
) -> FeatureTable:
    """Return a table of chosen features."""
    if options.extractor == "libvmaf":
        raise InvalidArgument("features are chosen for the native extractor; leave extractor out with them.")
    require_features(features)
    if options.encoded == AUTO:  # features that are spelt out state all that they are over
        options = replace(options, encoded=NONE)
    return native.extract(reference, [distorted], options=options, features=features, progress=progress)[0]


def _check_measured(features: Sequence[str], requests: Sequence[ModelRequest]) -> None:
    """Raise `InvalidArgument` for features that libvmaf measures for its own models, if none is asked."""
    usual = {feature_name(request) for request in canonical_requests(FeatureOptions())}
    for feature in () if requests else features:
        if feature_name(feature) not in usual:
            raise InvalidArgument(
                f"a fusion model is over {feature}, which the extractor libvmaf measures for models of its"
                " own alone; leave the extractor out, or ask for a model over it with svm_model (-m)."
            )


def _by_libvmaf(
    reference: ClipPath,
    distorted: Sequence[ClipPath],
    options: VideoOptions,
    requests: Sequence[ModelRequest],
    progress: ProgressHook | None,
    misfits: Misfits | None,
) -> list[FeatureTable]:
    misfits = misfits or Misfits(len(distorted))
    if options.feature_options != FeatureOptions():
        raise InvalidArgument(
            f"the extractor libvmaf, for {requests[0].text}, takes no adm_enhn_gain_limit,"
            " vif_enhn_gain_limit or motion_rule; name a model's file, path=FILE.json, to measure natively."
        )
    from vmaf_dnn.extractors import libvmaf

    for path in (reference, *distorted):
        if isinstance(path, Once):
            raise VideoError(
                f"{path} is {path.what}, which the extractor libvmaf does not read; leave the extractor"
                " out, or write a file first."
            )
    models = tuple(_for_libvmaf(request) for request in requests)
    tables = []
    for i, clip in enumerate(distorted):
        with misfits.dropping(i):
            tables.append(libvmaf.extract(reference, clip, options=options, models=models, progress=progress))
    names = [request.name for request in requests]
    return [replace(table, scores=tuple(name for name in names if name in table.metrics)) for table in tables]


def _for_libvmaf(request: ModelRequest) -> str:
    """Return the model's text with an absolute path, since ffmpeg runs in a folder of its own."""
    if request.path is None:
        return request.text
    path = str(request.path.absolute())
    if _SPECIAL & set(path):
        raise InvalidArgument(
            f"{path}: libvmaf takes no path with one of {''.join(sorted(_SPECIAL))}; rename it."
        )
    switches = (":disable_clip=true" if request.disable_clip else "") + (
        ":enable_transform=true" if request.enable_transform else ""
    )
    overloads = "".join(f":{key}={value}" for key, value in request.overloads.items())
    return f"path={path}:name={request.name}{switches}{overloads}"


def _file_of(request: ModelRequest) -> Path | None:
    return find_model(request.version) if request.version is not None else request.path


def _read(request: ModelRequest) -> SvmModel:
    path = _file_of(request)
    assert path is not None
    return read_svm_model(
        path,
        name=request.name,
        clip=not request.disable_clip,
        transform=request.enable_transform or None,
        overloads=request.overloads,
        sha256=DIGESTS.get(request.version or ""),
    )


def _refuse_collections(requests: Sequence[ModelRequest], built_in: Sequence[ModelRequest]) -> None:
    """Raise `InvalidArgument` for a collection that libvmaf in ffmpeg would have to score.

    `built_in` are the models whose files were not found, and which only libvmaf can score.
    """
    for request in requests:
        if not request.is_collection:
            continue
        fault = f"the model {request.text} is a collection, which libvmaf's filter in ffmpeg can't load"
        if _file_of(request) is None:
            raise InvalidArgument(
                f"{fault}, and its file was not found; put libvmaf's {request.version}.json into a folder of"
                f" {MODEL_PATH_VARIABLE}, or name it, path=FILE.json."
            )
        if built_in:
            raise InvalidArgument(
                f"{fault}, and {built_in[0].text} needs it, as its file was not found; name that file,"
                " path=FILE.json, or pip install 'vmaf-dnn[models]'."
            )
        raise InvalidArgument(f"{fault}; leave the extractor libvmaf out, and it is scored natively.")


def _check_names(models: Sequence[SvmModel]) -> None:
    for name, n_uses in Counter(name for model in models for name in model.score_names).items():
        if n_uses > 1:
            raise InvalidArgument(
                f"{n_uses} models have a score called {name}; name one of them with :name=NAME."
            )


def _with_scores(table: FeatureTable, models: Sequence[SvmModel]) -> FeatureTable:
    scores: dict[str, NDArray[np.float64]] = {}
    for model in models:
        scores |= _scores(table, model)
    names = tuple(name for model in models for name in model.summary_names)
    return replace(table, metrics=table.metrics | scores, scores=names)


def _scores(table: FeatureTable, model: SvmModel) -> dict[str, NDArray[np.float64]]:
    n_frames = len(table.frame_numbers)
    scores = {name: np.empty(n_frames) for name in model.score_names}
    columns = [table.column(feature.request) for feature in model.features]
    for block in blocks(n_frames):
        rows = np.stack([column[block] for column in columns], axis=1)
        for name, values in model.predict_all(rows).items():
            scores[name][block] = values
    return scores
