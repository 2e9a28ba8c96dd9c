# SPDX-License-Identifier: BSD-3-Clause
"""Which models there are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn import _core

DEFAULT_MODEL = "vmaf_tiny_v2"


@dataclass(frozen=True)
class ModelInfo:
    """One entry of a registry, with what its sidecar adds. Files are named, not opened."""

    id: str
    kind: str
    path: Path
    sha256: str
    quant_mode: str
    int8_path: Path | None
    int8_sha256: str | None
    opset: int | None
    smoke: bool
    description: str
    notes: str
    license: str
    arch: str
    n_params: int | None
    features: tuple[str, ...]
    sidecar: Path | None


def models(registry: str | os.PathLike[str] | None = None) -> list[ModelInfo]:
    """List the models of a registry, in its order.

    Args:
        registry: path of a ``registry.json``; default ``VMAF_DNN_REGISTRY``, else the packaged one.

    Raises:
        ModelNotFound: there is no such file.
        RegistryInvalid: it breaks the schema; the text says where.
    """
    entries = _core.read_registry(b"" if registry is None else os.fsencode(registry))
    return [ModelInfo(**entry) for entry in entries]


def registry_path(registry: str | os.PathLike[str] | None = None) -> Path:
    """Tell which ``registry.json`` ids are looked up in."""
    return Path(_core.registry_path(b"" if registry is None else os.fsencode(registry)))
