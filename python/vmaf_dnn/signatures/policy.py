# SPDX-License-Identifier: BSD-3-Clause
"""Whose signature a model must carry, and the check of it: offline, by the `sigstore` package."""

from __future__ import annotations

import os
from dataclasses import dataclass

from vmaf_dnn.checks import require_path, require_word
from vmaf_dnn.errors import DigestMismatch, InvalidArgument, SignatureRejected
from vmaf_dnn.registry import ResolvedModel, resolve


@dataclass(frozen=True)
class SignaturePolicy:
    """Whose signature is taken, for ``Session(..., verify=)``.

    Attributes:
        identity: the signer: a mail address, or the URI of a workflow; default the one that the registry
            names.
        issuer: the URL of the OIDC provider that vouched for the identity; goes with `identity`.
        trusted_root: a Sigstore trusted root, a JSON file; default the public one, as the installed
            `sigstore` package ships it.

    A signer named by the registry can be trusted as far as the registry itself; one named here doesn't
    depend on it.
    """

    identity: str | None = None
    issuer: str | None = None
    trusted_root: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        for name, word in (("identity", self.identity), ("issuer", self.issuer)):
            if word is not None:
                require_word(name, word)
        if not (self.names_signer or self.identity is self.issuer is None):
            raise InvalidArgument(
                f"identity and issuer name a signer together, got {self.identity!r} and {self.issuer!r};"
                " give both, or neither to take the registry's."
            )
        if self.trusted_root is not None:
            require_path("trusted_root", self.trusted_root)

    @property
    def names_signer(self) -> bool:
        """Whether the signer is named here rather than by the registry."""
        return bool(self.identity and self.issuer)


@dataclass(frozen=True)
class VerifiedDigest:
    """A digest that its signer put the name to."""

    path: str
    sha256: str
    signed_by: str

    def require(self, sha256: str) -> None:
        """Raise `DigestMismatch` unless the bytes that were opened are those that were signed."""
        if sha256 != self.sha256:
            raise DigestMismatch(
                f"{self.path}: the bytes that were opened have sha256 {sha256}, the signature is of"
                f" {self.sha256}; the files or their registry changed meanwhile, open the model again."
            )


def verify_model(
    model: str | os.PathLike[str],
    precision: str,
    registry: str | os.PathLike[str] | None,
    verify: bool | SignaturePolicy,
) -> VerifiedDigest | None:
    """Check the signature of the file that a session would open; None if `verify` is False."""
    if not isinstance(verify, bool | SignaturePolicy):
        raise InvalidArgument(f"verify must be True, False or a SignaturePolicy, got {verify!r}.")
    if verify is False:
        return None
    return verify_file(resolve(model, precision, registry), SignaturePolicy() if verify is True else verify)


def verify_file(model: ResolvedModel, policy: SignaturePolicy) -> VerifiedDigest:
    """Check the signature over the digest that `model` is pinned to.

    The core opens no other bytes than those of the pinned digest, so it stands for the file.

    Raises:
        SignatureRejected: there is no pin, bundle or named signer, or the bundle doesn't prove that the
            signer signed this digest.
        VerifierMissing: the `sigstore` package is not installed.
        InvalidArgument: the trusted root is none.
    """
    if not model.sha256:
        raise SignatureRejected(
            f"{model.path}: its digest is pinned by no registry or sidecar; register the model"
            " with its digest and its signature, or open it without verifying."
        )
    if model.bundle is None:
        field = "int8_sigstore_bundle" if model.precision == "int8" else "sigstore_bundle"
        raise SignatureRejected(
            f"{model.path}: {model.pinned_by} names no signature of it; sign the file and name the bundle"
            f" as {field}, or open the model without verifying."
        )
    identity, issuer = policy.identity or model.identity, policy.issuer or model.issuer
    if not identity or not issuer:
        raise SignatureRejected(
            f"{model.path}: {model.pinned_by} does not say who signed it; name the signer's identity and"
            " issuer, or have the registry name them as sigstore_identity and sigstore_issuer."
        )
    from vmaf_dnn.signatures.bundle import check_bundle

    check_bundle(model, identity, issuer, policy.trusted_root)
    return VerifiedDigest(str(model.path), model.sha256, f"{identity} ({issuer})")
