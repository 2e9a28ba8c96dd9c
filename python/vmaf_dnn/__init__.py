# SPDX-License-Identifier: BSD-3-Clause
"""VMAF scores from tiny neural fusion models, at the speed of the machine.

>>> import vmaf_dnn
>>> [model.id for model in vmaf_dnn.models()]
['vmaf_tiny_v2', 'vmaf_tiny_v3', 'vmaf_tiny_v4']
"""

from importlib.metadata import version

from vmaf_dnn.errors import (
    DigestMismatch,
    InvalidArgument,
    ModelNotFound,
    ModelRejected,
    RegistryInvalid,
    RuntimeFailure,
    RuntimeMissing,
    ToolMissing,
    Unsupported,
    VideoError,
    VmafDnnError,
)
from vmaf_dnn.extractors import FeatureTable
from vmaf_dnn.registry import ModelInfo, models, registry_path
from vmaf_dnn.report import Report
from vmaf_dnn.runtime import RuntimeInfo, runtime_info
from vmaf_dnn.score import score
from vmaf_dnn.session import Session, SessionInfo
from vmaf_dnn.video import Progress, VideoOptions

__all__ = [
    "DigestMismatch",
    "FeatureTable",
    "InvalidArgument",
    "ModelInfo",
    "ModelNotFound",
    "ModelRejected",
    "Progress",
    "RegistryInvalid",
    "Report",
    "RuntimeFailure",
    "RuntimeInfo",
    "RuntimeMissing",
    "Session",
    "SessionInfo",
    "ToolMissing",
    "Unsupported",
    "VideoError",
    "VideoOptions",
    "VmafDnnError",
    "__version__",
    "models",
    "registry_path",
    "runtime_info",
    "score",
]

__version__ = version("vmaf-dnn")


def __dir__() -> list[str]:
    return __all__
