# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's SVR as a teacher: the VMAF of any canonical-6 rows, without a video.

vmaf_v0.6.1 is an exact function of the six features, so rows that no clip has given can be labelled;
only the six decimals of libvmaf's log stand between its labels and these.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_dnn.svm import SvmFeature, SvmModel, read_svm_model
from vmaf_train.data.table import column, features_of, with_columns
from vmaf_train.metrics import clipped

LARGEST_DIFFERENCE = 1e-3
"""VMAF points between a teacher and libvmaf's own labels; the six decimals of a log cost up to 2e-4."""

_LABEL_DECIMALS = 6


@dataclass(frozen=True)
class Teacher:
    """A model over canonical-6 rows, not clipped and not transformed."""

    model: SvmModel

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 6) raw canonical-6 rows -> (n,) VMAF, not clipped, in float64."""
        columns = [CANONICAL_6.index(feature.name) for feature in self.model.features]
        return self.model.predict(features[:, columns])

    def label(self, table: pa.Table) -> pa.Table:
        """Label the table anew: `vmaf_unclipped`, and `vmaf` clipped to 0..100, to six decimals."""
        scores = self.score(features_of(table)).round(_LABEL_DECIMALS)
        return with_columns(table, {"vmaf": clipped(scores), "vmaf_unclipped": scores})

    def difference(self, table: pa.Table) -> float:
        """Return the largest difference to the `vmaf_unclipped` that the table has."""
        return float(np.abs(self.score(features_of(table)) - column(table, "vmaf_unclipped")).max())


def read_teacher(path: Path) -> Teacher:
    """Read a model file of libvmaf: one nu-SVR over the features of vmaf_v0.6.1, in any order.

    Raises what `read_svm_model` raises, and `InvalidArgument` for a model that would mislabel: other
    features, features with options, a transform that is switched on, or a collection.
    """
    model = read_svm_model(path, clip=False)
    metrics = [feature.metric for feature in model.features]
    if sorted(metrics) != sorted(SvmFeature(name).metric for name in CANONICAL_6):
        fault = f"it is over {', '.join(metrics)}"
        raise _unfit(path, f"{fault}, expected all of {', '.join(CANONICAL_6)}, without options")
    if model.transform is not None:
        raise _unfit(path, "its score_transform is enabled, and labels are untransformed")
    if len(model.score_names) > 1:
        raise _unfit(path, "it is a collection of models, and labels are of one")
    return Teacher(model)


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
    return InvalidArgument(f"{path} can't teach: {fault}; give libvmaf's vmaf_v0.6.1.json.")
