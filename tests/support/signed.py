# SPDX-License-Identifier: BSD-3-Clause
"""Signed models."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.make_bundles import IDENTITY, PrivateSigstore
from vmaf_dnn import (
    Session,
    SignaturePolicy,
)

OTHER_IDENTITY = "someone@example.org"
OTHER_ISSUER = "https://accounts.example.org"
ID = "vmaf_tiny_v4"  # its default is int8


@dataclass
class Signed:
    """A private copy of the shipped models, both files of one signed by a private Sigstore."""

    folder: Path
    sigstore: PrivateSigstore
    root: Path

    @property
    def registry(self) -> Path:
        return self.folder / "registry.json"

    def file(self, precision: str = "int8") -> Path:
        return self.folder / (f"{ID}.int8.onnx" if precision == "int8" else f"{ID}.onnx")

    def bundle(self, precision: str = "int8") -> Path:
        return self.file(precision).with_suffix(".onnx.sigstore.json")

    def sign(self, precision: str, *, data: bytes | None = None, identity: str = IDENTITY) -> None:
        signed = self.file(precision).read_bytes() if data is None else data
        self.bundle(precision).write_text(json.dumps(self.sigstore.bundle(signed, identity)))

    def edit_entry(self, **changes: Any) -> None:
        """Change fields of the registry's entry; None takes one out."""
        registry = json.loads(self.registry.read_text())
        entry = next(model for model in registry["models"] if model["id"] == ID)
        entry.update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del entry[name]
        self.registry.write_text(json.dumps(registry))

    def edit_bundle(self, edit: Callable[[dict[str, Any]], object]) -> None:
        bundle = json.loads(self.bundle().read_text())
        edit(bundle)
        self.bundle().write_text(json.dumps(bundle))

    def policy(self, identity: str | None = None, issuer: str | None = None) -> SignaturePolicy:
        return SignaturePolicy(identity, issuer, trusted_root=self.root)

    def open(self, policy: SignaturePolicy | bool | None = None, **keywords: Any) -> Session:
        verify = self.policy() if policy is None else policy
        return Session(ID, registry=self.registry, verify=verify, **keywords)
