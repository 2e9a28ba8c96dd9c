# SPDX-License-Identifier: BSD-3-Clause
"""VMAF scores from tiny neural fusion models, at the speed of the machine.

>>> import vmaf_dnn
>>> [model.id for model in vmaf_dnn.models()]
['vmaf_tiny_v2', 'vmaf_tiny_v3', 'vmaf_tiny_v4']
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "CANONICAL_6",
    "DigestMismatch",
    "FeatureExtractor",
    "FeatureOptions",
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
    "SignaturePolicy",
    "SignatureRejected",
    "ToolMissing",
    "Unsupported",
    "VerifierMissing",
    "VideoError",
    "VideoOptions",
    "VmafDnnError",
    "__version__",
    "features",
    "models",
    "registry_path",
    "runtime_info",
    "score",
]

# A name is imported when it is first used: the command handles signals before NumPy and the core load.
_NAMES = {
    "_core": ("__version__",),
    "errors": (
        "DigestMismatch",
        "InvalidArgument",
        "ModelNotFound",
        "ModelRejected",
        "RegistryInvalid",
        "RuntimeFailure",
        "RuntimeMissing",
        "SignatureRejected",
        "ToolMissing",
        "Unsupported",
        "VerifierMissing",
        "VideoError",
        "VmafDnnError",
    ),
    "extractors": ("FeatureTable",),
    "feature_extractor": ("FeatureExtractor",),
    "feature_options": ("CANONICAL_6", "FeatureOptions"),
    "registry": ("ModelInfo", "models", "registry_path"),
    "report": ("Report",),
    "runtime": ("RuntimeInfo", "runtime_info"),
    "scoring": ("features", "score"),
    "session": ("Session", "SessionInfo"),
    "signatures": ("SignaturePolicy",),
    "video": ("Progress", "VideoOptions"),
}
_LAZY = {name: f"vmaf_dnn.{module}" for module, names in _NAMES.items() for name in names}

if TYPE_CHECKING:
    from vmaf_dnn._core import __version__
    from vmaf_dnn.errors import (
        DigestMismatch,
        InvalidArgument,
        ModelNotFound,
        ModelRejected,
        RegistryInvalid,
        RuntimeFailure,
        RuntimeMissing,
        SignatureRejected,
        ToolMissing,
        Unsupported,
        VerifierMissing,
        VideoError,
        VmafDnnError,
    )
    from vmaf_dnn.extractors import FeatureTable
    from vmaf_dnn.feature_extractor import FeatureExtractor
    from vmaf_dnn.feature_options import CANONICAL_6, FeatureOptions
    from vmaf_dnn.registry import ModelInfo, models, registry_path
    from vmaf_dnn.report import Report
    from vmaf_dnn.runtime import RuntimeInfo, runtime_info
    from vmaf_dnn.scoring import features, score
    from vmaf_dnn.session import Session, SessionInfo
    from vmaf_dnn.signatures import SignaturePolicy
    from vmaf_dnn.video import Progress, VideoOptions
else:

    def __getattr__(name: str) -> object:
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_LAZY[name]), name)
        return value


def __dir__() -> list[str]:
    return __all__
