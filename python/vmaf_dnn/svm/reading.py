# SPDX-License-Identifier: BSD-3-Clause
"""From the JSON file of a model to the model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from vmaf_dnn import _core
from vmaf_dnn.checks import require_path, require_switch
from vmaf_dnn.svm.features import SvmFeature
from vmaf_dnn.svm.model import ChromaCorrection, ScoreTransform, SvmModel
from vmaf_dnn.text import require_metric_name


def read_svm_model(
    path: str | os.PathLike[str],
    *,
    name: str = "vmaf",
    clip: bool = True,
    transform: bool | None = None,
    overloads: Mapping[str, str] = MappingProxyType({}),
    sha256: str | None = None,
) -> SvmModel:
    """Read a model of libvmaf: the JSON file of one nu-SVR with an RBF kernel, or of a collection of them.

    `name` is what its score is called. ``clip=False`` leaves scores beyond the file's `score_clip` as they
    are (libvmaf's `disable_clip`). `transform` applies the file's `score_transform` (libvmaf's
    `enable_transform`), or not; None leaves that to the file. `overloads` set options of its features, by
    ``extractor.option``. `sha256` is what the file has to be. Fields that libvmaf ignores are ignored.
    Raises `ModelNotFound`, `ModelRejected` for a malformed file, and `Unsupported` for what is not computed:
    features that there are not, options of theirs that can't be followed, other kinds of regression.
    """
    require_path("path", path)
    require_metric_name("name", name)
    require_switch("clip", clip)
    if transform is not None:
        require_switch("transform", transform)
    evaluator = _core.SvmModel(
        path=os.fsencode(path),
        name=name,
        clip=clip,
        transform=transform,
        overloads=list(overloads.items()),
        sha256=sha256 or "",
    )
    info = evaluator.info()
    curve, correction = info["transform"], info["chroma_correction"]
    return SvmModel(
        name=name,
        path=Path(path),
        sha256=info["sha256"],
        features=tuple(SvmFeature(*feature) for feature in info["features"]),
        score_names=info["score_names"],
        clip=info["clip"],
        transform=None if curve is None else ScoreTransform(*curve),
        chroma_correction=None if correction is None else ChromaCorrection(*correction),
        n_support_vectors=info["n_support_vectors"],
        _evaluator=evaluator,
    )
