# SPDX-License-Identifier: BSD-3-Clause
"""Bundles that are missing, damaged or of another kind, and trusted roots likewise."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.signed import Signed
from vmaf_dnn import (
    InvalidArgument,
    SignaturePolicy,
    SignatureRejected,
)


def test_missing_bundle(signed: Signed) -> None:
    signed.bundle().unlink()
    with pytest.raises(
        SignatureRejected, match=r"int8\.onnx\.sigstore\.json, which does not exist; restore it"
    ):
        signed.open()


def test_a_registry_that_names_no_bundle(signed: Signed) -> None:
    signed.edit_entry(int8_sigstore_bundle=None)
    with pytest.raises(
        SignatureRejected, match=r"registry\.json names no signature of it; .* int8_sigstore_bundle"
    ):
        signed.open()
    assert signed.open(precision="fp32").info.signed_by


BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no log entry": lambda bundle: bundle["verificationMaterial"].update(tlogEntries=[]),
    "no certificate": lambda bundle: bundle["verificationMaterial"].pop("certificate"),
    "a certificate of garbage": lambda bundle: bundle["verificationMaterial"]["certificate"].update(
        rawBytes="AAAA"
    ),
    "another media type": lambda bundle: bundle.update(mediaType="text/plain"),
    "no signature": lambda bundle: bundle.pop("messageSignature"),
    "no digest and a foreign signature": lambda bundle: bundle["messageSignature"].update(
        messageDigest=None, signature="MAYCAQECAQE="
    ),
    "no checkpoint": lambda bundle: entry_of(bundle)["inclusionProof"].pop("checkpoint"),
    "no proof of inclusion": lambda bundle: entry_of(bundle).pop("inclusionProof"),
    "another tree": lambda bundle: entry_of(bundle)["inclusionProof"].update(rootHash="A" * 43 + "="),
    "another time": lambda bundle: entry_of(bundle).update(integratedTime="1"),
    "no promise": lambda bundle: entry_of(bundle).pop("inclusionPromise"),
}


def entry_of(bundle: dict[str, Any]) -> dict[str, Any]:
    return bundle["verificationMaterial"]["tlogEntries"][0]


@pytest.mark.parametrize("what", BREAKS)
def test_a_bundle_with(signed: Signed, what: str) -> None:
    signed.open()
    signed.edit_bundle(BREAKS[what])
    with pytest.raises(SignatureRejected, match="does not prove who signed"):
        signed.open()


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"not JSON", b"\xff\xfe", b"null"])
def test_malformed_bundle(signed: Signed, document: bytes) -> None:
    signed.bundle().write_bytes(document)
    with pytest.raises(SignatureRejected, match=r"does not prove who signed .*; restore the bundle"):
        signed.open()


def test_bundle_that_is_no_file(signed: Signed) -> None:
    signed.bundle().unlink()
    signed.bundle().mkdir()
    with pytest.raises(SignatureRejected, match="which is not a regular file; restore it, or"):
        signed.open()


def test_bundle_that_can_not_be_read(signed: Signed) -> None:
    signed.edit_entry(int8_sigstore_bundle="a" * 242 + ".sigstore.json")  # a letter more than names may have
    with pytest.raises(SignatureRejected, match=r"which can't be read \(File name too long\); restore it"):
        signed.open()


def test_bundle_that_is_too_large(signed: Signed) -> None:
    signed.bundle().write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(SignatureRejected, match="which has more than 1048576 bytes"):
        signed.open()


def test_default_root_is_the_public_one_as_installed(signed: Signed) -> None:
    with pytest.raises(SignatureRejected, match="does not prove who signed"):
        signed.open(True)


@pytest.mark.parametrize("document", ["{}", '{"certificateAuthorities": "hunter2"}', "hunter2"])
def test_trusted_root_that_is_none(signed: Signed, tmp_path: Path, document: str) -> None:
    root = tmp_path / "root.json"
    root.write_text(document)
    with pytest.raises(InvalidArgument, match=r"root\.json is not a Sigstore trusted root") as refusal:
        signed.open(SignaturePolicy(trusted_root=root))
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize("document", [b"hunter2", b'{"mediaType": "hunter2"}'])
def test_a_malformed_bundle_is_not_quoted(signed: Signed, document: bytes) -> None:
    signed.bundle().write_bytes(document)
    with pytest.raises(SignatureRejected, match="it is no bundle") as refusal:
        signed.open()
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


def make_nothing(_: Path) -> None:
    pass


def make_large(path: Path) -> None:
    path.write_bytes(b" " * ((1 << 20) + 1))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make_nothing, "does not exist"),
        (os.mkfifo, "is not a regular file"),
        (os.mkdir, "is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a regular file"),
        (make_large, "has more than 1048576 bytes"),
    ],
    ids=["nothing", "fifo", "folder", "device", "large"],
)
def test_trusted_root_that_is_not_read(
    signed: Signed, tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    root = tmp_path / "root.json"
    make(root)
    with pytest.raises(InvalidArgument, match=rf"root\.json {sentence}; name a trusted_root\.json"):
        signed.open(SignaturePolicy(trusted_root=root))
    signed.bundle().unlink()
    make(signed.bundle())
    with pytest.raises(SignatureRejected, match=f"which {sentence}; restore it, or have the file signed"):
        signed.open()
