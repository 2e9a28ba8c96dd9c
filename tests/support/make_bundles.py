# SPDX-License-Identifier: BSD-3-Clause
"""A private Sigstore: its certificate authority, its two logs, and bundles that it signs.

Everything is as the public one makes it (RFC 6962 certificate timestamps, a Rekor entry of kind hashedrekord
with its promise, proof and checkpoint), only the keys are ours: so the checks of the `sigstore` package run
unmocked, against the trusted root that `write_root` writes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

IDENTITY = "https://github.com/example/models/.github/workflows/release.yml@refs/tags/v1"
ISSUER = "https://token.actions.githubusercontent.com"

_ISSUER_OID = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_TIMESTAMPS_OID = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_SHA256_ECDSA = bytes([4, 3])  # RFC 5246, SignatureAndHashAlgorithm
_BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_ROOT_TYPE = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
_ORIGIN = "log.example.org"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _public_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, form)


def _id_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(_public_der(key)).digest()


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment"]
    names += ["key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    wanted = "key_cert_sign" if signs_certificates else "digital_signature"
    return x509.KeyUsage(**{name: name == wanted for name in names})


class PrivateSigstore:
    """An authority and its logs; `bundle` signs as whom you like."""

    def __init__(self) -> None:
        self._authority, self._certificate_log, self._signature_log = (
            ec.generate_private_key(ec.SECP256R1()) for _ in range(3)
        )
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._root = self._make_root()

    def write_root(self, path: Path) -> Path:
        """The trusted root of this Sigstore, as a file."""
        since = {"start": (self._now - timedelta(days=1)).isoformat().replace("+00:00", "Z")}

        def log(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
            details = {"rawBytes": _text(_public_der(key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256"}
            return {
                "baseUrl": f"https://{_ORIGIN}",
                "hashAlgorithm": "SHA2_256",
                "publicKey": details | {"validFor": since},
                "logId": {"keyId": _text(_id_of(key))},
            }

        chain = [{"rawBytes": _text(self._root.public_bytes(serialization.Encoding.DER))}]
        authority = {
            "subject": {"organization": "example.org", "commonName": "test"},
            "uri": "https://ca.example.org",
            "certChain": {"certificates": chain},
            "validFor": since,
        }
        root = {
            "mediaType": _ROOT_TYPE,
            "tlogs": [log(self._signature_log)],
            "certificateAuthorities": [authority],
            "ctlogs": [log(self._certificate_log)],
            "timestampAuthorities": [],
        }
        path.write_text(json.dumps(root))
        return path

    def bundle(self, data: bytes, identity: str = IDENTITY, issuer: str = ISSUER) -> dict[str, Any]:
        """A bundle in which `identity` signs `data`."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._make_leaf(key, identity, issuer)
        signature, digest = _sign(key, data), hashlib.sha256(data).digest()
        return {
            "mediaType": _BUNDLE_TYPE,
            "verificationMaterial": {
                "certificate": {"rawBytes": _text(certificate.public_bytes(serialization.Encoding.DER))},
                "tlogEntries": [self._log_entry(certificate, signature, digest)],
            },
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": _text(digest)},
                "signature": _text(signature),
            },
        }

    def _make_root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        public = self._authority.public_key()
        builder = self._builder(name, name, public, lifetime=timedelta(days=3650))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        return builder.sign(self._authority, hashes.SHA256())

    def _make_leaf(self, key: ec.EllipticCurvePrivateKey, identity: str, issuer: str) -> x509.Certificate:
        builder = self._builder(
            x509.Name([]), self._root.subject, key.public_key(), lifetime=timedelta(minutes=10)
        )
        is_uri = "://" in identity
        name = x509.UniformResourceIdentifier(identity) if is_uri else x509.RFC822Name(identity)
        builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
        builder = builder.add_extension(purpose, critical=False)
        parent = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._authority.public_key())
        builder = builder.add_extension(parent, critical=False)
        vouching = x509.UnrecognizedExtension(_ISSUER_OID, issuer.encode())
        builder = builder.add_extension(vouching, critical=False)
        logged = builder.sign(self._authority, hashes.SHA256()).tbs_certificate_bytes
        timestamps = x509.UnrecognizedExtension(_TIMESTAMPS_OID, self._certificate_timestamps(logged))
        return builder.add_extension(timestamps, critical=False).sign(self._authority, hashes.SHA256())

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, lifetime: timedelta
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        begin = self._now - timedelta(minutes=1)
        return builder.not_valid_before(begin).not_valid_after(begin + lifetime)

    def _certificate_timestamps(self, logged: bytes) -> bytes:
        """The list of one timestamp over a certificate that lacks that list (RFC 6962, 3.2 and 3.3)."""
        when = int(self._now.timestamp() * 1000)
        entry = _id_of(self._authority) + len(logged).to_bytes(3) + logged
        signed = struct.pack("!BBQH", 0, 0, when, 1) + entry + struct.pack("!H", 0)
        signature = _sign(self._certificate_log, signed)
        timestamp = struct.pack("!B32sQH", 0, _id_of(self._certificate_log), when, 0)
        timestamp += _SHA256_ECDSA + struct.pack("!H", len(signature)) + signature
        items = struct.pack("!H", len(timestamp)) + timestamp
        octets = struct.pack("!H", len(items)) + items
        return bytes([0x04, len(octets)]) + octets  # DER of fewer than 128 octets

    def _log_entry(self, certificate: x509.Certificate, signature: bytes, digest: bytes) -> dict[str, Any]:
        """The only leaf of a tree: its hash is the root's."""
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        spec = {
            "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
            "signature": {"content": _text(signature), "publicKey": {"content": _text(pem)}},
        }
        body = _canonical({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": spec})
        when, log_id = int(self._now.timestamp()), _id_of(self._signature_log)
        promised = {"body": _text(body), "integratedTime": when, "logID": log_id.hex(), "logIndex": 0}
        tree = hashlib.sha256(b"\0" + body).digest()
        note = f"{_ORIGIN}\n1\n{_text(tree)}\n"
        note_signature = _text(log_id[:4] + _sign(self._signature_log, note.encode()))
        return {
            "logIndex": "0",
            "logId": {"keyId": _text(log_id)},
            "kindVersion": {"kind": "hashedrekord", "version": "0.0.1"},
            "integratedTime": str(when),
            "inclusionPromise": {
                "signedEntryTimestamp": _text(_sign(self._signature_log, _canonical(promised)))
            },
            "inclusionProof": {
                "logIndex": "0",
                "treeSize": "1",
                "rootHash": _text(tree),
                "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\u2014 {_ORIGIN} {note_signature}\n"},
            },
            "canonicalizedBody": _text(body),
        }


def _canonical(value: object) -> bytes:
    """RFC 8785, of what is ASCII and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
