# SPDX-License-Identifier: BSD-3-Clause
"""Sigstore bundles, checked by the `sigstore` package against a trusted root on this disk.

Nothing here asks the network: a bundle carries its proof of the transparency log.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn._resolved import ResolvedModel
from vmaf_dnn.errors import InvalidArgument, SignatureRejected, VerifierMissing, VmafDnnError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore.models import TrustedRoot

MAX_BUNDLE_BYTES = 1 << 20  # a bundle of one signature has about 4 KB
_PUBLIC_ROOT = ("_store", "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev", "trusted_root.json")


def check_bundle(
    model: ResolvedModel, identity: str, issuer: str, trusted_root: str | os.PathLike[str] | None
) -> None:
    """Raise unless the bundle of `model` proves that `identity` signed its pinned digest."""
    document = _read_bundle(model)
    try:
        from sigstore.hashes import Hashed
        from sigstore.models import Bundle
        from sigstore.verify import Verifier
        from sigstore_models.common.v1 import HashAlgorithm
    except ImportError as error:
        raise VerifierMissing(
            f"a signature can't be checked without the sigstore package ({error});"
            ' pip install "vmaf-dnn[verify]"'
        ) from error

    root = _trusted_root(trusted_root)
    digest = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=bytes.fromhex(model.sha256))
    try:
        verifier = Verifier(trusted_root=root)
        verifier.verify_artifact(digest, Bundle.from_json(document), _Signer(model, identity, issuer))
    except VmafDnnError:
        raise
    except Exception as error:  # a bundle is hostile: parsers below sigstore raise their own types, too
        words = " ".join(str(error).split())[:300] or type(error).__name__
        raise SignatureRejected(
            f"{model.bundle} does not prove who signed {model.path} with sha256 {model.sha256}: {words};"
            " restore the bundle, or have the file signed again"
        ) from error


class _Signer:
    """sigstore's policy of one identity, with a sentence of ours: it asks after the chain is verified."""

    def __init__(self, model: ResolvedModel, identity: str, issuer: str) -> None:
        self._model, self._identity, self._issuer = model, identity, issuer

    def verify(self, cert: Certificate) -> None:
        """Raise `SignatureRejected` unless the certificate is that identity's, from that issuer."""
        from sigstore.errors import VerificationError
        from sigstore.verify.policy import Identity

        try:
            Identity(identity=self._identity, issuer=self._issuer).verify(cert)
        except VerificationError as error:
            raise SignatureRejected(
                f"{self._model.path} is not signed by {self._identity} ({self._issuer}): {error};"
                " name the signer you trust, or take the file from there"
            ) from error


def _read_bundle(model: ResolvedModel) -> bytes:
    bundle = model.bundle
    assert bundle is not None
    named = f"{model.path}: {model.pinned_by} names the signature {bundle}, which"
    try:
        if bundle.exists() and not bundle.is_file():
            raise SignatureRejected(f"{named} is not a regular file; put the bundle there")
        with bundle.open("rb") as stream:
            document = stream.read(MAX_BUNDLE_BYTES + 1)
    except FileNotFoundError:
        sentence = f"{named} does not exist; restore it, or have the file signed again"
        raise SignatureRejected(sentence) from None
    except OSError as error:
        raise SignatureRejected(f"{named} can't be read ({error.strerror}); mend that") from error
    if len(document) > MAX_BUNDLE_BYTES:
        raise SignatureRejected(f"{named} has more than {MAX_BUNDLE_BYTES} bytes; a bundle is smaller")
    return document


def _trusted_root(named: str | os.PathLike[str] | None) -> TrustedRoot:
    if named is not None:
        return _read_root(Path(named))
    # Not Verifier.production(offline=True): that writes a cache under HOME, and speaks on stderr.
    with resources.as_file(resources.files("sigstore").joinpath(*_PUBLIC_ROOT)) as shipped:
        return _read_root(shipped)


def _read_root(path: Path) -> TrustedRoot:
    from sigstore.models import TrustedRoot

    try:
        return TrustedRoot.from_file(str(path))
    except Exception as error:  # as above
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise InvalidArgument(
            f"trusted_root {path} is not a Sigstore trusted root ({reason}); name a trusted_root.json"
        ) from error
