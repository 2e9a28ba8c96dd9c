# SPDX-License-Identifier: BSD-3-Clause
"""Who must have signed a model, and what was signed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support.make_bundles import IDENTITY, ISSUER, PrivateSigstore
from tests.support.signed import ID, OTHER_IDENTITY, OTHER_ISSUER, Signed
from vmaf_dnn import (
    DigestMismatch,
    InvalidArgument,
    RegistryInvalid,
    Session,
    SignaturePolicy,
    SignatureRejected,
)
from vmaf_dnn.signatures import bundle


@pytest.mark.parametrize("precision", ["fp32", "int8", "auto"])
def test_opens_what_its_signer_signed(signed: Signed, precision: str) -> None:
    info = signed.open(precision=precision).info
    assert info.signed_by == f"{IDENTITY} ({ISSUER})"
    assert info.precision == ("fp32" if precision == "fp32" else "int8")


def test_opens_by_the_signer_that_the_caller_names(signed: Signed) -> None:
    signed.edit_entry(sigstore_identity=None, sigstore_issuer=None)
    assert signed.open(signed.policy(IDENTITY, ISSUER)).info.signed_by == f"{IDENTITY} ({ISSUER})"
    with pytest.raises(
        SignatureRejected, match=r"registry\.json does not say who signed it; name the signer's"
    ):
        signed.open()


def test_a_mail_address_may_be_the_signer(signed: Signed) -> None:
    signed.sign("int8", identity=OTHER_IDENTITY)
    assert signed.open(signed.policy(OTHER_IDENTITY, ISSUER)).info.signed_by.startswith(OTHER_IDENTITY)


def test_nobody_is_asked_unless_verify_says_so(signed: Signed) -> None:
    signed.bundle().unlink()
    assert signed.open(False).info.signed_by == ""


def test_the_caller_overrules_the_registry_on_who_must_have_signed(signed: Signed) -> None:
    with pytest.raises(SignatureRejected, match=f"is not signed by {OTHER_IDENTITY}") as caught:
        signed.open(signed.policy(OTHER_IDENTITY, ISSUER))
    assert IDENTITY in str(caught.value)  # who did sign it


def test_wrong_identity(signed: Signed) -> None:
    signed.sign("int8", identity=OTHER_IDENTITY)
    with pytest.raises(
        SignatureRejected, match=r"int8\.onnx is not signed by https://github.com/example"
    ) as caught:
        signed.open()
    assert OTHER_IDENTITY in str(caught.value)


@pytest.mark.parametrize("near", [IDENTITY + "0", IDENTITY[:-1], IDENTITY.upper(), ".*"])
def test_an_identity_is_compared_whole(signed: Signed, near: str) -> None:
    with pytest.raises(SignatureRejected, match="is not signed by"):
        signed.open(signed.policy(near, ISSUER))


def test_wrong_issuer(signed: Signed) -> None:
    with pytest.raises(SignatureRejected, match="is not signed by") as caught:
        signed.open(signed.policy(IDENTITY, OTHER_ISSUER))
    assert f"got '{ISSUER}', expected '{OTHER_ISSUER}'" in str(caught.value)


def test_the_shipped_models_carry_no_signature_yet() -> None:
    with pytest.raises(SignatureRejected, match="names no signature of it"):
        Session("vmaf_tiny_v2", verify=True)


def test_the_fp32_bundle_is_no_signature_of_the_int8_file(signed: Signed) -> None:
    signed.edit_entry(int8_sigstore_bundle=signed.bundle("fp32").name)
    with pytest.raises(SignatureRejected, match=r"does not prove who signed .*int8"):
        signed.open()


def test_fallback_to_fp32_is_verified_as_fp32(signed: Signed) -> None:
    signed.file("int8").unlink()
    signed.bundle("fp32").unlink()
    with pytest.raises(SignatureRejected, match=rf"{ID}\.onnx\.sigstore\.json, which does not exist"):
        signed.open()


def test_wrong_digest_of_the_file(signed: Signed) -> None:
    signed.file().write_bytes(signed.file().read_bytes() + b"\0")
    with pytest.raises(DigestMismatch, match=r"registry\.json pins"):
        signed.open()


def test_a_changed_file_with_its_new_digest_pinned_is_not_the_signed_one(signed: Signed) -> None:
    signed.file().write_bytes(signed.file("fp32").read_bytes())
    fp32_digest = next(model.sha256 for model in vmaf_dnn.models() if model.id == ID)
    signed.edit_entry(int8_sha256=fp32_digest)
    assert signed.open(False)
    with pytest.raises(SignatureRejected, match=f"with sha256 {fp32_digest}: Bundle message digest mismatch"):
        signed.open()


def test_a_model_that_nothing_pins(signed: Signed, tmp_path: Path) -> None:
    loose = shutil.copy(signed.file("fp32"), tmp_path / "loose.onnx")
    with pytest.raises(
        SignatureRejected, match=r"loose\.onnx: its digest is pinned by no registry or sidecar"
    ):
        Session(loose, verify=signed.policy(IDENTITY, ISSUER))


def test_files_exchanged_between_check_and_opening(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry and the file are both replaced once the signature was checked."""

    check = bundle.check_bundle

    def check_then_exchange(*arguments: Any) -> None:
        check(*arguments)
        signed.file().write_bytes(signed.file("fp32").read_bytes())
        signed.edit_entry(int8_sha256=next(model.sha256 for model in vmaf_dnn.models() if model.id == ID))

    monkeypatch.setattr(bundle, "check_bundle", check_then_exchange)
    with pytest.raises(
        DigestMismatch, match=r"the bytes that were opened have sha256 .* the signature is of"
    ):
        signed.open()


def test_signer_of_another_sigstore(signed: Signed, tmp_path: Path) -> None:
    """Same identity and issuer, by an authority that the trusted root does not hold."""
    stranger = PrivateSigstore()
    signed.bundle().write_text(json.dumps(stranger.bundle(signed.file().read_bytes())))
    with pytest.raises(SignatureRejected, match="does not prove who signed"):
        signed.open()
    root = stranger.write_root(tmp_path / "stranger.json")
    assert signed.open(SignaturePolicy(trusted_root=root)).info.signed_by


@pytest.mark.parametrize(("identity", "issuer"), [("a", None), (None, "b"), ("", ""), ("a", "")])
def test_half_a_signer_is_refused(identity: str | None, issuer: str | None) -> None:
    with pytest.raises(InvalidArgument, match="identity and issuer name a signer together"):
        SignaturePolicy(identity, issuer)


@pytest.mark.parametrize("verify", [1, None, "yes", IDENTITY])
def test_verify_is_a_switch_or_a_policy(verify: Any) -> None:
    with pytest.raises(InvalidArgument, match="verify must be True, False or a SignaturePolicy"):
        Session("vmaf_tiny_v2", verify=verify)


def test_score_refuses_an_open_session_that_no_signature_was_asked_of(signed: Signed) -> None:
    with pytest.raises(InvalidArgument, match="that no signature was asked of; open it with verify="):
        vmaf_dnn.score("a.y4m", "b.y4m", tiny_model=Session("vmaf_tiny_v2"), verify=True)
    with pytest.raises(SignatureRejected):
        vmaf_dnn.score("a.y4m", "b.y4m", tiny_model="vmaf_tiny_v2", verify=True)
    with pytest.raises(vmaf_dnn.VideoError, match=r"a\.y4m"):
        vmaf_dnn.score("a.y4m", "b.y4m", tiny_model=signed.open(), verify=True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"sigstore_bundle": "model.sig"},
            r'"sigstore_bundle": "model.sig", which does not end in .sigstore.json',
        ),
        (
            {"sigstore_bundle": "../a.sigstore.json"},
            r'"sigstore_bundle": "../a.sigstore.json", where 1 to 256',
        ),
        ({"sigstore_bundle": "a/../../b.sigstore.json"}, "which leaves the registry's folder"),
        ({"int8_sigstore_bundle": 3}, r'"int8_sigstore_bundle": 3, where a string is expected'),
        ({"int8_sha256": None, "quant_mode": "fp32"}, 'has "int8_sigstore_bundle" but no "int8_sha256"'),
        ({"sigstore_issuer": None}, 'has only one of "sigstore_identity" and "sigstore_issuer"'),
    ],
)
def test_registry_fields_are_checked(signed: Signed, changes: dict[str, Any], sentence: str) -> None:
    signed.edit_entry(**changes)
    with pytest.raises(RegistryInvalid) as caught:
        signed.open(False)
    assert sentence in str(caught.value)
