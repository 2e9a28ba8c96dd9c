# SPDX-License-Identifier: BSD-3-Clause
"""A session: one model, opened, checked and ready to score."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from vmaf_dnn import _core
from vmaf_dnn.checks import require_path, require_switch, require_whole_number, require_word
from vmaf_dnn.runtime import search_path
from vmaf_dnn.signatures import SignaturePolicy, verify_model

MAX_THREADS = 1024  # ONNX Runtime starts as many as it is told to, until the system gives out


@dataclass(frozen=True)
class SessionInfo:
    """What a session opened, and why it opened that.

    Attributes:
        id: the model's id in its registry or sidecar; the stem of its file if neither names it.
        kind: what the model is for, as its registry or sidecar says: ``"fr"`` scores with a reference.
        path: the file that was read; the int8 one if `precision` is ``"int8"``.
        sha256: the digest of the bytes that were read, in hexadecimal.
        pinned_by: path of the registry or sidecar that states `sha256`; empty if nothing does.
        signed_by: who signed `sha256`, with the issuer; empty unless `verify` asked for a signature.
        size_bytes: the size of the file.
        opset: version of the ONNX operator set that the model imports.
        precision: ``"fp32"`` or ``"int8"``, as opened.
        redirect: why that precision: the one asked for, the registry's choice or a fallback.
        fell_back: whether fp32 was opened because the preferred int8 file could not be; `redirect` says why.
        engine: ``"fused"`` (kernels of this package) or ``"onnxruntime"``.
        engine_reason: why that engine.
        isa: instruction set of the fused kernels (`VMAF_DNN_ISA` chooses it); empty on ONNX Runtime.
        device_requested: the device word that was given.
        device_attached: where the model runs.
        device_reason: why there.
        inputs: each input's name, type and shape, as in ``"features: float32 [N, 6]"``.
        outputs: the same of each output.
        features: what the columns of a row are, in libvmaf's names; empty if the model doesn't take rows.
        feature_options: what each feature is measured with, as in ``"adm_csf_mode=2:adm_min_val=0.5"``; empty
            if the model doesn't say.
        feature_range: lowest and highest value of each feature among the training rows; empty if not known.
        output_range: lowest and highest score; reports clip to it, `Session.run` only where the model states
            a curve over its scores.
        runtime_version: ONNX Runtime's version; empty if it was not needed.
        runtime_library: path of its library; empty if it was not needed.
    """

    id: str
    kind: str
    path: str
    sha256: str
    pinned_by: str
    signed_by: str
    size_bytes: int
    opset: int
    precision: str
    redirect: str
    fell_back: bool
    engine: str
    engine_reason: str
    isa: str
    device_requested: str
    device_attached: str
    device_reason: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    features: tuple[str, ...]
    feature_options: tuple[str, ...]
    feature_range: tuple[tuple[float, float], ...]
    output_range: tuple[float, float]
    runtime_version: str
    runtime_library: str

    @property
    def requests(self) -> tuple[str, ...]:
        """The features with their options, as `FeatureExtractor` takes them; empty if it states none."""
        return tuple(
            f"{name}={options}" if options else name
            for name, options in zip(self.features, self.feature_options, strict=False)
        )


def require_threads(name: str, value: object) -> None:
    """Raise `InvalidArgument` unless `value` is a number of threads that a session takes."""
    require_whole_number(name, value, 0, MAX_THREADS)


class Session(_core.Session):
    """A fusion model, ready to turn feature rows into scores.

    Args:
        model: a registry id (``"vmaf_tiny_v4"``), or the path of an ``.onnx`` file.
        precision: ``"auto"`` follows the registry, ``"fp32"`` and ``"int8"`` override it.
        engine: ``"auto"`` takes the fused kernels for every model that they can run, else ONNX Runtime;
            ``"fused"`` and ``"onnxruntime"`` insist on one.
        device: ``"auto"``, ``"cpu"`` or another device word; see ``info.device_attached``.
        threads: threads that split one big batch, 0 to 1024; rows by the thousand need only one.
        registry: path of a ``registry.json``; default ``VMAF_DNN_REGISTRY``, else the packaged one.
        strict_device: raise instead of attaching another device than the one asked for.
        fp16_io: round arrays to the float16 inputs of a model, which are refused otherwise.
        verify: True opens only a file whose Sigstore signature is by the signer that the registry names, a
            `SignaturePolicy` one signed by the signer it names; it takes the `sigstore` package.

    Raises:
        ModelNotFound: no such id, file or registry.
        ModelRejected: the file is not admitted; `DigestMismatch` if its bytes are not the pinned ones,
            `SignatureRejected` if `verify` was asked for and no signature holds.
        RegistryInvalid: the registry or sidecar breaks its schema.
        RuntimeMissing: no ONNX Runtime could be loaded.
        VerifierMissing: `verify` was asked for, and `sigstore` is not installed.
        InvalidArgument: a word that is not known, or an argument of the wrong type or out of range.

    Attributes:
        info: what was opened and why, a `SessionInfo`.

    A session never changes, so any number of threads may use one.

    >>> session = Session("vmaf_tiny_v2")
    >>> row = [[0.9345, 0.3637, 0.7675, 0.8631, 0.9157, 3.8944]]  # adm2, vif_scale0..3, motion2
    >>> print(session.run(row).round())
    [77.]
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        precision: Literal["auto", "fp32", "int8"] = "auto",
        engine: Literal["auto", "fused", "onnxruntime"] = "auto",
        device: str = "auto",
        threads: int = 1,
        registry: str | os.PathLike[str] | None = None,
        strict_device: bool = False,
        fp16_io: bool = False,
        verify: bool | SignaturePolicy = False,
    ) -> None:
        require_path("model", model)
        for name, word in (("precision", precision), ("engine", engine), ("device", device)):
            require_word(name, word)
        require_threads("threads", threads)
        if registry is not None:
            require_path("registry", registry)
        require_switch("strict_device", strict_device)
        require_switch("fp16_io", fp16_io)
        signed = verify_model(model, precision, registry, verify)
        self._signed_by = signed.signed_by if signed else ""
        super().__init__(
            model=os.fsencode(model),
            precision=precision,
            engine=engine,
            device=device,
            threads=threads,
            registry=b"" if registry is None else os.fsencode(registry),
            strict_device=strict_device,
            fp16_io=fp16_io,
            search_path=search_path(),
        )
        if signed:
            signed.require(self.info.sha256)
        if self._fell_back():
            warnings.warn(f"{self.info.id}: {self.info.redirect}", RuntimeWarning, stacklevel=2)
        if device not in ("auto", "cpu") and self.info.device_attached == "CPU":
            warnings.warn(f"{self.info.id}: {self.info.device_reason}", RuntimeWarning, stacklevel=2)

    @cached_property
    def info(self) -> SessionInfo:
        """What was opened, and why."""
        return SessionInfo(
            **self._info(), signed_by=self._signed_by
        )  # not in __init__: opening should not pay for it

    def __repr__(self) -> str:
        try:
            info = self.info
        except TypeError:  # seen by a debugger while opening, or after it failed
            return "<vmaf_dnn.Session, not open>"
        return f"<vmaf_dnn.Session {info.id} {info.precision} on {info.engine}>"
