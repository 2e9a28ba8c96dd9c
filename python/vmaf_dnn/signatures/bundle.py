# SPDX-License-Identifier: BSD-3-Clause
"""Sigstore bundles, checked by the `sigstore` package against a trusted root on this disk.

Nothing here asks the network: a bundle carries its proof of the transparency log.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from vmaf_dnn.errors import InvalidArgument, SignatureRejected, VerifierMissing, VmafDnnError
from vmaf_dnn.files import UnfitFile, read_bounded
from vmaf_dnn.registry import ResolvedModel

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore.models import TrustedRoot

MAX_BUNDLE_BYTES = 1 << 20  # a bundle of one signature has about 4 KB
MAX_ROOT_BYTES = 1 << 20  # the public root has about 7 KB
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
            ' install it (pip install "vmaf-dnn[verify]").'
        ) from error

    root = _trusted_root(trusted_root)
    digest = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=bytes.fromhex(model.sha256))
    failed = f"{model.bundle} does not prove who signed {model.path} with sha256 {model.sha256}"
    cure = "restore the bundle, or have the file signed again"
    try:
        bundle = Bundle.from_json(document)
    except Exception as error:  # whose words, and whose cause, quote the file, which may be a secret one
        raise SignatureRejected(f"{failed}: it is no bundle ({type(error).__name__}); {cure}.") from None
    try:
        Verifier(trusted_root=root).verify_artifact(digest, bundle, _Signer(model, identity, issuer))
    except VmafDnnError:
        raise
    except Exception as error:  # a bundle is hostile: parsers below sigstore raise their own types, too
        words = " ".join(str(error).split())[:300] or type(error).__name__
        raise SignatureRejected(f"{failed}: {words}; {cure}.") from error


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
                " name the signer you trust, or take the file from there."
            ) from error


def _read_bundle(model: ResolvedModel) -> bytes:
    bundle = model.bundle
    assert bundle is not None
    named = f"{model.path}: {model.pinned_by} names the signature {bundle}, which"
    try:
        return read_bounded(bundle, MAX_BUNDLE_BYTES)
    except UnfitFile as reason:
        sentence = f"{named} {reason}; restore it, or have the file signed again."
        raise SignatureRejected(sentence) from reason


def _trusted_root(named: str | os.PathLike[str] | None) -> TrustedRoot:
    if named is not None:
        return _read_root(Path(named))
    # Not Verifier.production(offline=True): that writes a cache under HOME, and speaks on stderr.
    with resources.as_file(resources.files("sigstore").joinpath(*_PUBLIC_ROOT)) as shipped:
        return _read_root(shipped)


def _read_root(path: Path) -> TrustedRoot:
    from sigstore.models import TrustedRoot
    from sigstore_models.trustroot import v1

    try:
        return TrustedRoot(v1.TrustedRoot.from_json(read_bounded(path, MAX_ROOT_BYTES)))
    except UnfitFile as reason:
        raise InvalidArgument(f"trusted_root {path} {reason}; name a trusted_root.json.") from reason
    except Exception as error:  # whose words, and whose cause, quote the file, which may be a secret one
        raise InvalidArgument(
            f"trusted_root {path} is not a Sigstore trusted root ({type(error).__name__}); name a"
            " trusted_root.json."
        ) from None
