# SPDX-License-Identifier: BSD-3-Clause
"""libvmaf's own fusion, a support vector regression in a JSON file, evaluated without libvmaf."""

from __future__ import annotations

from vmaf_dnn.svm.features import SvmFeature
from vmaf_dnn.svm.library import DIGESTS, find_model
from vmaf_dnn.svm.model import SvmModel
from vmaf_dnn.svm.reading import read_svm_model
from vmaf_dnn.svm.request import ModelRequest, parse_model_flag
from vmaf_dnn.svm.transform import ScoreTransform

__all__ = [
    "DIGESTS",
    "ModelRequest",
    "ScoreTransform",
    "SvmFeature",
    "SvmModel",
    "find_model",
    "parse_model_flag",
    "read_svm_model",
]
