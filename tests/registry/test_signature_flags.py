# SPDX-License-Identifier: BSD-3-Clause
"""Signatures on the command line."""

from __future__ import annotations

import json

import pytest

from tests.support.clips import Clips
from tests.support.make_bundles import IDENTITY, ISSUER
from tests.support.signed import ID, OTHER_IDENTITY, Signed
from vmaf_dnn.cli import main


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
