# SPDX-License-Identifier: BSD-3-Clause
from ._core import __version__ as __version__
from .batch.parts import score_in_parts as score_in_parts
from .batch.progress import BatchProgress as BatchProgress
from .batch.progress import BatchResult as BatchResult
from .batch.run import score_batch as score_batch
from .errors import DigestMismatch as DigestMismatch
from .errors import InvalidArgument as InvalidArgument
from .errors import ModelNotFound as ModelNotFound
from .errors import ModelRejected as ModelRejected
from .errors import RegistryInvalid as RegistryInvalid
from .errors import RuntimeFailure as RuntimeFailure
from .errors import RuntimeMissing as RuntimeMissing
from .errors import SignatureRejected as SignatureRejected
from .errors import ToolMissing as ToolMissing
from .errors import Unsupported as Unsupported
from .errors import VerifierMissing as VerifierMissing
from .errors import VideoError as VideoError
from .errors import VmafDnnError as VmafDnnError
from .extractor import CANONICAL_6 as CANONICAL_6
from .extractor import FeatureExtractor as FeatureExtractor
from .extractor import FeatureOptions as FeatureOptions
from .extractors.table import FeatureTable as FeatureTable
from .registry import ModelInfo as ModelInfo
from .registry import models as models
from .registry import registry_path as registry_path
from .report.report import Report as Report
from .runtime import RuntimeInfo as RuntimeInfo
from .runtime import runtime_info as runtime_info
from .scoring import features as features
from .scoring import score as score
from .session import Session as Session
from .session import SessionInfo as SessionInfo
from .signatures.policy import SignaturePolicy as SignaturePolicy
from .video.clip import Progress as Progress
from .video.options import VideoOptions as VideoOptions

__all__: list[str]
