# SPDX-License-Identifier: BSD-3-Clause
"""Which models there are, and which file a session would open."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_dnn import _core

DEFAULT_MODEL = "vmaf_tiny_v2"


@dataclass(frozen=True)
class ModelInfo:
    """One entry of a registry, with what its sidecar adds. Files are named, not opened.

    Attributes:
        id: the name that `Session` opens it by.
        kind: what the model is for: ``"fr"`` scores with a reference, ``"nr"`` without; ``"filter"`` makes
            planes of planes, ``"plan"`` says in vectors what is on a picture, ``"words"`` reads such a plan.
        path: the fp32 file.
        sha256: the digest that `path` must have, in hexadecimal.
        quant_mode: what ``precision="auto"`` opens: ``"fp32"`` the fp32 file, any other word the int8 one.
        int8_path: the int8 file; None if the registry pins none.
        int8_sha256: the digest that `int8_path` must have; None if the registry pins none.
        opset: version of the ONNX operator set, as the registry states it.
        smoke: whether the model exists to test the plumbing, not to score.
        description: one line on the model.
        notes: what else there is to know about it.
        license: SPDX expression of the model's license.
        arch: name of the network's shape, from the sidecar; empty if it names none.
        n_params: number of trained parameters, from the sidecar; None if it doesn't tell.
        features: what the columns of a row are, in libvmaf's names; from the registry, else from the
            sidecar, empty if neither says.
        feature_options: what each is measured with, in libvmaf's words; from the same place.
        sidecar: the ``.json`` beside the model; None if there is none.
    """

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
    feature_options: tuple[str, ...]
    sidecar: Path | None


def models(registry: str | os.PathLike[str] | None = None) -> list[ModelInfo]:
    """List the models of a registry, in its order.

    Args:
        registry: path of a ``registry.json``; default ``VMAF_DNN_REGISTRY``, else the packaged one, and after
            it those in the folders of ``VMAF_DNN_REGISTRY_PATH``.

    Raises:
        ModelNotFound: there is no such file.
        RegistryInvalid: it breaks the schema; the text says where.
    """
    entries = _core.read_registry(b"" if registry is None else os.fsencode(registry))
    return [ModelInfo(**entry) for entry in entries]


def registry_path(registry: str | os.PathLike[str] | None = None) -> Path:
    """Tell which ``registry.json`` ids are looked up in."""
    return Path(_core.registry_path(b"" if registry is None else os.fsencode(registry)))


@dataclass(frozen=True)
class ResolvedModel:
    """One file of a model, the redirect to int8 followed.

    Attributes:
        id: the model's id.
        path: the file that would be read.
        precision: ``"fp32"`` or ``"int8"``.
        sha256: the digest that it must have; empty if nobody pins one.
        pinned_by: the registry or sidecar that pins it.
        bundle: the Sigstore bundle that the registry names for it.
        identity: who signed it, as the registry says; empty if it doesn't say.
        issuer: who vouches for that identity, as the registry says.
        opset: as the registry or the sidecar states it.
        sidecar: the ``.json`` beside the model; None if there is none, and none is named.
        contract: what the registry, else the sidecar, states of its rows and scores.
        wants_int8: whether the model promises an int8 file.
    """

    id: str
    path: Path
    precision: str
    sha256: str
    pinned_by: Path | None
    bundle: Path | None
    identity: str
    issuer: str
    opset: int | None
    sidecar: Path | None
    contract: dict[str, Any]
    wants_int8: bool


def resolve(
    model: str | os.PathLike[str], precision: str, registry: str | os.PathLike[str] | None
) -> ResolvedModel:
    """Find the file that `Session` would open. Raises as it does for names that lead nowhere."""
    place = b"" if registry is None else os.fsencode(registry)
    return ResolvedModel(**_core.resolve_model(os.fsencode(model), precision, place))
