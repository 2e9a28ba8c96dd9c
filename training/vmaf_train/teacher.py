# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's SVR as a teacher: the VMAF of any canonical-6 rows, without a video.

vmaf_v0.6.1 is an exact function of the six features, so rows that no clip has given can be labelled;
only the six decimals of libvmaf's log stand between its labels and these.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6

from .files import read_json
from .libsvm import SupportVectors, parse_libsvm
from .metrics import clipped
from .table import column, features_of, with_columns

LARGEST_DIFFERENCE = 1e-3
"""VMAF points between a teacher and libvmaf's own labels; the six decimals of a log cost up to 2e-4."""

_LABEL_DECIMALS = 6
_FIXED = {"model_type": "LIBSVMNUSVR", "norm_type": "linear_rescale"}
_FEATURES = [f"VMAF_integer_feature_{name}_score" for name in CANONICAL_6]


@dataclass(frozen=True)
class Teacher:
    """A nu-SVR over canonical-6 rows; `slopes` and `intercepts` are (7,), the score's first."""

    svr: SupportVectors
    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 6) raw canonical-6 rows -> (n,) VMAF, not clipped, in float64."""
        output = self.svr.predict(self.slopes[1:] * features + self.intercepts[1:])
        return np.asarray((output - self.intercepts[0]) / self.slopes[0])

    def label(self, table: pa.Table) -> pa.Table:
        """The table with new labels: `vmaf_unclipped`, and `vmaf` clipped to 0..100, to six decimals."""
        scores = self.score(features_of(table)).round(_LABEL_DECIMALS)
        return with_columns(table, {"vmaf": clipped(scores), "vmaf_unclipped": scores})

    def difference(self, table: pa.Table) -> float:
        """The largest difference to the `vmaf_unclipped` that the table has."""
        return float(np.abs(self.score(features_of(table)) - column(table, "vmaf_unclipped")).max())


def read_teacher(path: Path) -> Teacher:
    """Reads a model file of libvmaf: one nu-SVR over the features of vmaf_v0.6.1, in any order.

    Raises `InvalidArgument` for anything else: a collection of models, another kernel or scaling,
    features with options, a transform that is switched on, or a file that contradicts itself.
    """
    content = read_json(path)
    try:
        return _teacher(content)
    except ValueError as fault:
        raise InvalidArgument(f"{path} can't teach: {fault}; give libvmaf's vmaf_v0.6.1.json.") from fault


def require_agreement(teacher: Teacher, table: pa.Table, path: Path) -> float:
    """The largest difference between the teacher and the labels of the table read from `path`.

    Raises `InvalidArgument` if it is above `LARGEST_DIFFERENCE`: the labels are another model's.
    """
    difference = teacher.difference(table)
    if not difference <= LARGEST_DIFFERENCE:
        raise InvalidArgument(
            f"The teacher is up to {difference:.3g} VMAF away from the labels of {path}, at most"
            f" {LARGEST_DIFFERENCE} is allowed; give the model that they are from."
        )
    return difference


def _teacher(content: Mapping[str, Any]) -> Teacher:
    model = content.get("model_dict")
    if not isinstance(model, dict):
        raise ValueError("it has no model_dict, as a single model has")
    for name, expected in _FIXED.items():
        if model.get(name) != expected:
            raise ValueError(f"its {name} is {model.get(name)!r}, expected {expected!r}")
    _refuse_options(model)
    order = _order(model.get("feature_names"))
    slopes, intercepts = (_numbers(model, name)[[0, *(order + 1)]] for name in ("slopes", "intercepts"))
    if not slopes.all():
        raise ValueError("it has a slope of 0")
    svr = _support_vectors(model.get("model"))
    in_order = SupportVectors(svr.coefficients, svr.vectors[:, order], svr.gamma, svr.rho)
    return Teacher(in_order, slopes, intercepts)


def _refuse_options(model: Mapping[str, Any]) -> None:
    """What changes the score beside the SVR and is not done here: better refused than mislabelled."""
    options = model.get("feature_opts_dicts", [])
    if not isinstance(options, list) or any(options):
        raise ValueError(f"it wants features with options, {options}, which canonical-6 rows don't have")
    transform = model.get("score_transform") or {}
    if not isinstance(transform, dict) or transform.get("enabled", False) is not False:
        raise ValueError("its score_transform is enabled, and labels are untransformed")


def _order(names: object) -> NDArray[np.intp]:
    """Where each canonical-6 feature is in the file's own order."""
    if not isinstance(names, list) or sorted(map(str, names)) != sorted(_FEATURES):
        raise ValueError(f"its feature_names are {names}, expected {', '.join(_FEATURES)} in any order")
    return np.array([names.index(name) for name in _FEATURES])


def _numbers(model: Mapping[str, Any], name: str) -> NDArray[np.float64]:
    values, n_expected = model.get(name), len(CANONICAL_6) + 1
    if not isinstance(values, list) or len(values) != n_expected or not all(map(_is_finite, values)):
        raise ValueError(f"its {name} are {values}, expected {n_expected} finite numbers")
    return np.array(values, np.float64)


def _is_finite(value: object) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max  # type: ignore[arg-type]


def _support_vectors(text: object) -> SupportVectors:
    if not isinstance(text, str):
        raise ValueError("it has no model, the text of libsvm")
    try:
        return parse_libsvm(text, len(CANONICAL_6))
    except ValueError as fault:
        raise ValueError(f"its libsvm text {fault}") from fault
