# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's SVR as a teacher: the score of any rows of its features, without a video.

Such a model is an exact function of its features, so rows that no clip has given can be labelled; only
the six decimals of libvmaf's log stand between its labels and these.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractor import feature_name
from vmaf_dnn.svm import SvmModel, read_svm_model
from vmaf_train.data.feature_set import CANONICAL, V1_DISPLAYS, ChromaCorrection, FeatureSet
from vmaf_train.data.table import column, features_of, task_of, with_columns
from vmaf_train.metrics import clipped

LARGEST_DIFFERENCE = 1e-3
"""VMAF points between a teacher and libvmaf's own labels; the six decimals of a log cost up to 2e-4."""

_LABEL_DECIMALS = 6
_V1 = tuple(V1_DISPLAYS.values())


@dataclass(frozen=True)
class Teacher:
    """A model over the features of a set, not clipped and not transformed."""

    model: SvmModel
    features: FeatureSet

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) rows in the order of the set -> (n,) scores, not clipped, in float64."""
        columns = [self.features.names.index(feature.name) for feature in self.model.features]
        return self.model.predict(features[:, columns])

    def label(self, table: pa.Table) -> pa.Table:
        """Label the table anew: `vmaf_unclipped`, and `vmaf` clipped to its range, to six decimals."""
        scores = self.score(features_of(table)).round(_LABEL_DECIMALS)
        vmaf = clipped(scores, task_of(table).output_range)
        return with_columns(table, {"vmaf": vmaf, "vmaf_unclipped": scores})

    def difference(self, table: pa.Table) -> float:
        """Return the largest difference to the `vmaf_unclipped` that the table has."""
        return float(np.abs(self.score(features_of(table)) - column(table, "vmaf_unclipped")).max())


def read_teacher(path: Path, features: FeatureSet = CANONICAL) -> Teacher:
    """Read a model file of libvmaf: one nu-SVR over `features`, in any order.

    The eight files of VMAF v1 hold one SVR, whatever display they are for, and a transform, which is left
    out: the SVR's own scores are what one net can learn for all of them. Raises what `read_svm_model` raises,
    and `InvalidArgument` for a model that would mislabel: other features, features measured otherwise, or
    any other transform that is switched on, or a collection.
    """
    model = read_svm_model(path, clip=False)
    own = _features_of(model)
    if not _are_alike(own, features):
        fault = f"it is over {', '.join(sorted(_metrics(own)))}"
        raise _unfit(path, f"{fault}, expected all of {_listed(features)}")
    if model.transform is not None and not any(_are_alike(own, display) for display in _V1):
        raise _unfit(path, "its score_transform is enabled, and labels are untransformed")
    if len(model.score_names) > 1:
        raise _unfit(path, "it is a collection of models, and labels are of one")
    return Teacher(read_svm_model(path, clip=False, transform=False), features)


def _features_of(model: SvmModel) -> FeatureSet:
    names = tuple(feature.name for feature in model.features)
    options = tuple(feature.options for feature in model.features)
    correction = model.chroma_correction
    return FeatureSet(
        names,
        options if any(options) else (),
        None
        if correction is None
        else ChromaCorrection(correction.parameter, names[correction.guided], names[correction.guide]),
    )


def _listed(features: FeatureSet) -> str:
    """Return the features in a table's order; with options by libvmaf's own names, which tell them."""
    if not features.options:
        return f"{', '.join(features.names)}, without options"
    return ", ".join(feature_name(request) for request in features.requests)


def _are_alike(own: FeatureSet, features: FeatureSet) -> bool:
    if own.chroma_correction != features.chroma_correction:
        return False
    of_v1 = [_metrics(display) for display in _V1]
    found = [_metrics(own), _metrics(features)]
    return found[0] == found[1] or all(metrics in of_v1 for metrics in found)


def _metrics(features: FeatureSet) -> set[str]:
    """Return libvmaf's names of the features, which tell how they are measured; else their own."""
    try:
        return {feature_name(request) for request in features.requests}
    except InvalidArgument:
        return set(features.names)


def require_agreement(teacher: Teacher, table: pa.Table, path: Path) -> float:
    """Return the largest difference between the teacher and the labels of the table read from `path`.

    Raises `InvalidArgument` if it is above `LARGEST_DIFFERENCE`: the labels are another model's.
    """
    difference = teacher.difference(table)
    if not difference <= LARGEST_DIFFERENCE:
        raise InvalidArgument(
            f"The teacher is up to {difference:.3g} VMAF away from the labels of {path}, at most"
            f" {LARGEST_DIFFERENCE} is allowed; give the model that they are from."
        )
    return difference


def _unfit(path: Path, fault: str) -> InvalidArgument:
    return InvalidArgument(
        f"{path} can't teach: {fault}; give the file of libvmaf that is over the features of the table."
    )
