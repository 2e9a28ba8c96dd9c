# SPDX-License-Identifier: BSD-3-Clause
"""From the JSON file of a model to the model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vmaf_dnn.checks import require_path, require_switch
from vmaf_dnn.errors import ModelRejected, Unsupported
from vmaf_dnn.svm.chroma import parse_chroma_correction
from vmaf_dnn.svm.document import parse_object, read_bytes, sha256_of
from vmaf_dnn.svm.faults import Malformed, NotComputed, finite_numbers, refuse
from vmaf_dnn.svm.features import parse_features
from vmaf_dnn.svm.libsvm import parse_libsvm
from vmaf_dnn.svm.model import SvmModel
from vmaf_dnn.svm.svr import parse_scaling
from vmaf_dnn.svm.transform import parse_transform
from vmaf_dnn.text import require_metric_name

_MODEL_TYPE = "LIBSVMNUSVR"
_BOOTSTRAP = ("BOOTSTRAP_LIBSVMNUSVR", "RESIDUEBOOTSTRAP_LIBSVMNUSVR")


def read_svm_model(
    path: str | os.PathLike[str],
    *,
    name: str = "vmaf",
    clip: bool = True,
    transform: bool | None = None,
    overloads: Mapping[str, str] = MappingProxyType({}),
    sha256: str | None = None,
) -> SvmModel:
    """Read a model of libvmaf: the JSON file of one nu-SVR with an RBF kernel.

    `name` is what its score is called. ``clip=False`` leaves scores beyond the file's `score_clip` as they
    are (libvmaf's `disable_clip`). `transform` applies the file's `score_transform` (libvmaf's
    `enable_transform`), or not; None leaves that to the file. `overloads` set options of its features, by
    ``extractor.option``. `sha256` is what the file has to be. Fields that libvmaf ignores are ignored.
    Raises `ModelNotFound`, `ModelRejected` for a malformed file, and `Unsupported` for what is not computed:
    features that there are not, options of theirs that can't be followed, collections of models.
    """
    require_path("path", path)
    require_metric_name("name", name)
    require_switch("clip", clip)
    if transform is not None:
        require_switch("transform", transform)
    file = Path(path)
    data = read_bytes(file)
    if sha256 not in (None, sha256_of(data)):
        raise ModelRejected(
            f"{file} is not the model that libvmaf has under this name: its sha256 is {sha256_of(data)},"
            f" expected {sha256}; give it by path={file} if it is meant."
        )
    try:
        model = _model_dict(parse_object(data))
        features = parse_features(model, overloads)
        return SvmModel(
            name=name,
            path=file,
            sha256=sha256_of(data),
            features=features,
            clip=_clip(model) if clip else None,
            transform=parse_transform(model, transform),
            chroma_correction=parse_chroma_correction(model, [feature.name for feature in features]),
            _scaling=parse_scaling(model, len(features)),
            _svr=parse_libsvm(model.get("model"), len(features)),
        )
    except Malformed as fault:
        raise ModelRejected(
            f"{file} is no model as libvmaf writes them: {fault}; correct the file, or give another."
        ) from fault
    except NotComputed as fault:
        raise Unsupported(
            f"{file} can't be scored natively: {fault}; score it with libvmaf itself."
        ) from fault


def _model_dict(content: Mapping[str, Any]) -> Mapping[str, Any]:
    if "0" in content and "model_dict" not in content:
        raise NotComputed("it is a collection of models, and only single ones are computed")
    model = content.get("model_dict")
    if not isinstance(model, dict):
        refuse("its model_dict", model, "an object")
    model_type = model.get("model_type")
    if model_type in _BOOTSTRAP:
        raise NotComputed(f"its model_type is {model_type}, and only {_MODEL_TYPE} is computed")
    if model_type != _MODEL_TYPE:
        refuse("its model_type", model_type, repr(_MODEL_TYPE))
    return model


def _clip(model: Mapping[str, Any]) -> tuple[float, float] | None:
    if "score_clip" not in model:
        return None
    lowest, highest = finite_numbers("its score_clip", model["score_clip"], 2)
    if lowest > highest:
        refuse("its score_clip", [lowest, highest], "the lowest score, then the highest")
    return lowest, highest
