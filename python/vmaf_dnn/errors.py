# SPDX-License-Identifier: BSD-3-Clause
"""Every exception that vmaf_dnn raises on purpose.

Each one is a `VmafDnnError` and also the standard type that people already catch for that kind of
fault, so ``except FileNotFoundError`` and ``except ValueError`` keep working.
"""

from __future__ import annotations

import os


class VmafDnnError(Exception):
    """Base of every error of this package; its text says what, got, expected and the cure."""


class InvalidArgument(VmafDnnError, ValueError):
    """An argument is outside what the call takes (wrong shape, dtype, word or range)."""


class ModelNotFound(VmafDnnError, FileNotFoundError):
    """No model of that id, or no file at that path."""


class ModelRejected(VmafDnnError, ValueError):
    """The model file is not admitted: malformed, too large, outside the jail or off contract."""


class DigestMismatch(ModelRejected):
    """The bytes of a model file are not the ones its registry or sidecar pins."""


class SignatureRejected(ModelRejected):
    """No signature proves that a model file comes from the signer who was named."""


class RegistryInvalid(VmafDnnError, ValueError):
    """A registry or sidecar breaks its schema."""


class RuntimeMissing(VmafDnnError, ImportError):
    """No usable ONNX Runtime library was found; the text lists every place tried."""


class RuntimeFailure(VmafDnnError, RuntimeError):
    """A model failed to load or to run: ONNX Runtime refused it, or it gave a score that is no number."""


class Unsupported(VmafDnnError, NotImplementedError):
    """The model or device asks for something that this build does not do."""


class VideoError(VmafDnnError, ValueError):
    """A clip can't be scored: unreadable, truncated, or not comparable with its reference."""


class ToolMissing(VmafDnnError, FileNotFoundError):
    """No ffmpeg with the libvmaf filter was found."""


class VerifierMissing(VmafDnnError, ImportError):
    """The `sigstore` package, which checks signatures, is not installed."""


class ClipWarning(RuntimeWarning):
    """A warning of one distorted clip, which may be scored beside others.

    Attributes:
        clip: its path.
    """

    def __init__(self, text: str, clip: str | os.PathLike[str]) -> None:
        super().__init__(text)
        self.clip = os.fspath(clip)
