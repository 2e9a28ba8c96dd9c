# SPDX-License-Identifier: BSD-3-Clause
"""The file that a session would open, and what is stated about it; found as the core finds it, not opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vmaf_dnn import _core


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
        sidecar: the ``.json`` beside the model.
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
    wants_int8: bool


def resolve(
    model: str | os.PathLike[str], precision: str, registry: str | os.PathLike[str] | None
) -> ResolvedModel:
    """Find the file that `Session` would open. Raises as it does for names that lead nowhere."""
    place = b"" if registry is None else os.fsencode(registry)
    return ResolvedModel(**_core.resolve_model(os.fsencode(model), precision, place))
