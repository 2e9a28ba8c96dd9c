# SPDX-License-Identifier: BSD-3-Clause
"""The package `sigstore`: offline, quiet, and imported only when a signature is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.make_bundles import IDENTITY, ISSUER
from tests.support.signed import ID, Signed
from vmaf_dnn import (
    VerifierMissing,
)


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
