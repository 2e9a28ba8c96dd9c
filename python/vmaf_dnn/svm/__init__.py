# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's own fusion, support vector regressions in a JSON file, evaluated by the core."""

from __future__ import annotations

from vmaf_dnn.svm.features import SvmFeature
from vmaf_dnn.svm.library import DIGESTS, MODEL_PATH_VARIABLE, find_model
from vmaf_dnn.svm.model import ScoreTransform, SvmModel
from vmaf_dnn.svm.reading import read_svm_model
from vmaf_dnn.svm.request import ModelRequest, parse_model_flag

__all__ = [
    "DIGESTS",
    "MODEL_PATH_VARIABLE",
    "ModelRequest",
    "ScoreTransform",
    "SvmFeature",
    "SvmModel",
    "find_model",
    "parse_model_flag",
    "read_svm_model",
]
