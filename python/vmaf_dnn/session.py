# SPDX-License-Identifier: BSD-3-Clause
"""A session: one model, opened, checked and ready to score."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from vmaf_dnn import _core
from vmaf_dnn.runtime import search_path


@dataclass(frozen=True)
class SessionInfo:
    """What a session opened, and why it opened that."""

    id: str
    kind: str
    path: str
    sha256: str
    pinned_by: str
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
    output_range: tuple[float, float]
    runtime_version: str
    runtime_library: str


class Session(_core.Session):
    """A fusion model, ready to turn feature rows into scores.

    Args:
        model: a registry id (``"vmaf_tiny_v4"``), or the path of an ``.onnx`` file.
        precision: ``"auto"`` follows the registry, ``"fp32"`` and ``"int8"`` override it.
        engine: ``"auto"`` takes the fused kernels for every model that they can run, else ONNX Runtime;
            ``"fused"`` and ``"onnxruntime"`` insist on one.
        device: ``"auto"``, ``"cpu"`` or another device word; see ``info.device_attached``.
        threads: threads inside one call; these models are tiny, so one is the best.
        registry: path of a ``registry.json``; default ``VMAF_DNN_REGISTRY``, else the packaged one.
        strict_device: raise instead of attaching another device than the one asked for.
        fp16_io: no effect: this version refuses models with float16 tensors.

    Raises:
        ModelNotFound: no such id, file or registry.
        ModelRejected: the file is not admitted; `DigestMismatch` if its bytes are not the pinned ones.
        RegistryInvalid: the registry or sidecar breaks its schema.
        RuntimeMissing: no ONNX Runtime could be loaded.
        InvalidArgument: a word that is not known.

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
    ) -> None:
        super().__init__(
            model=os.fsencode(model),
            precision=precision,
            engine=engine,
            device=device,
            threads=threads,
            registry=b"" if registry is None else os.fsencode(registry),
            strict_device=strict_device,
            search_path=search_path(),
        )
        if self.info.fell_back:
            warnings.warn(f"{self.info.id}: {self.info.redirect}", RuntimeWarning, stacklevel=2)

    @cached_property
    def info(self) -> SessionInfo:
        """What was opened and why: model, digest, precision, engine, device, contract."""
        return SessionInfo(**self._info())

    def __repr__(self) -> str:
        return f"<vmaf_dnn.Session {self.info.id} {self.info.precision} on {self.info.engine}>"
