# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support.clips import Clips
from tests.support.make_bundles import IDENTITY, ISSUER, PrivateSigstore
from vmaf_dnn import (
    DigestMismatch,
    InvalidArgument,
    RegistryInvalid,
    Session,
    SignaturePolicy,
    SignatureRejected,
    VerifierMissing,
)
from vmaf_dnn.cli import main

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


@pytest.fixture(scope="module")
def sigstore() -> PrivateSigstore:
    return PrivateSigstore()


@pytest.fixture
def signed(tmp_path: Path, sigstore: PrivateSigstore) -> Signed:
    folder = Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))
    models = Signed(folder, sigstore, sigstore.write_root(tmp_path / "trusted_root.json"))
    models.sign("fp32")
    models.sign("int8")
    models.edit_entry(
        sigstore_bundle=models.bundle("fp32").name,
        int8_sigstore_bundle=models.bundle("int8").name,
        sigstore_identity=IDENTITY,
        sigstore_issuer=ISSUER,
    )
    return models


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
    from vmaf_dnn import _sigstore

    check = _sigstore.check_bundle

    def check_then_exchange(*arguments: Any) -> None:
        check(*arguments)
        signed.file().write_bytes(signed.file("fp32").read_bytes())
        signed.edit_entry(int8_sha256=next(model.sha256 for model in vmaf_dnn.models() if model.id == ID))

    monkeypatch.setattr(_sigstore, "check_bundle", check_then_exchange)
    with pytest.raises(
        DigestMismatch, match=r"the bytes that were opened have sha256 .* the signature is of"
    ):
        signed.open()


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
    return bundle["verificationMaterial"]["tlogEntries"][0]  # type: ignore[no-any-return]


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


def test_signer_of_another_sigstore(signed: Signed, tmp_path: Path) -> None:
    """Same identity and issuer, by an authority that the trusted root does not hold."""
    stranger = PrivateSigstore()
    signed.bundle().write_text(json.dumps(stranger.bundle(signed.file().read_bytes())))
    with pytest.raises(SignatureRejected, match="does not prove who signed"):
        signed.open()
    root = stranger.write_root(tmp_path / "stranger.json")
    assert signed.open(SignaturePolicy(trusted_root=root)).info.signed_by


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


def test_without_the_sigstore_package(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sigstore", None)
    with pytest.raises(VerifierMissing, match=r'pip install "vmaf-dnn\[verify\]"'):
        signed.open()
    with pytest.raises(ImportError):
        signed.open()


OFFLINE = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        print("asked the network:", event, arguments)
        sys.stdout.flush()
        import os
        os._exit(3)
sys.addaudithook(refuse)
from vmaf_dnn import Session, SignaturePolicy, SignatureRejected
model, registry, root = sys.argv[1:]
print(Session(model, registry=registry, verify=SignaturePolicy(trusted_root=root)).info.signed_by)
try:
    Session(model, registry=registry, verify=True)
except SignatureRejected:
    print("refused")
"""


def test_asks_no_network_writes_nothing_under_home_and_prints_nothing(signed: Signed, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, ID, str(signed.registry), str(signed.root)],
        capture_output=True,
        text=True,
        env=os.environ | {"HOME": str(home)},
    )
    assert done.stdout.splitlines() == [f"{IDENTITY} ({ISSUER})", "refused"]
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.iterdir()) == []


def test_opening_without_verify_imports_no_sigstore() -> None:
    words = "import sys, vmaf_dnn; vmaf_dnn.Session('vmaf_tiny_v2'); print('sigstore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


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


def assert_fails(words: list[object], capsys: pytest.CaptureFixture[str], sentence: str) -> None:
    assert main([str(word) for word in words]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert sentence in err


def test_info_tells_the_signer(signed: Signed, capsys: pytest.CaptureFixture[str]) -> None:
    words: list[object] = ["info", ID, "--registry", signed.registry, "--trusted-root", signed.root]
    assert main([*map(str, words), "--tiny-model-verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signed_by"] == f"{IDENTITY} ({ISSUER})"
    other = ["--tiny-verify-identity", OTHER_IDENTITY, "--tiny-verify-issuer", ISSUER]
    assert_fails([*words, *other], capsys, f"is not signed by {OTHER_IDENTITY}")


@pytest.mark.parametrize(
    "flags", [["--tiny-model-verify"], ["--tiny-verify-identity", "a", "--tiny-verify-issuer", "b"]]
)
def test_a_command_that_asks_for_a_signature_gets_no_model_without(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Naming a signer asks for the signature, so that a forgotten switch opens nothing."""
    assert_fails(["info", "vmaf_tiny_v2", *flags], capsys, "registry.json names no signature of it")
    assert_fails(["-r", "a", "-d", "b", *flags], capsys, "registry.json names no signature of it")


def test_scores_with_a_verified_model(
    signed: Signed, clips: Clips, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["-r", clips.reference, "-d", clips.distorted, "--tiny-model", ID, "--registry", signed.registry]
    words += ["--trusted-root", signed.root, "--tiny-model-verify"]
    assert main([*map(str, words)]) == 0
    assert capsys.readouterr().out.startswith(f"{ID}: ")
    assert_fails([*words, "-o", signed.root], capsys, "this run reads it")
    signed.sign("int8", identity=OTHER_IDENTITY)
    assert_fails(words, capsys, "is not signed by")


def test_half_a_signer_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["-r", "a", "-d", "b", "--tiny-verify-identity", IDENTITY])
    assert stop.value.code == 2
    assert "identity and issuer name a signer together" in capsys.readouterr().err
