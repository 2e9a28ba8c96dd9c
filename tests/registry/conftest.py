# SPDX-License-Identifier: BSD-3-Clause
"""Models that a private Sigstore signed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.make_bundles import IDENTITY, ISSUER, PrivateSigstore
from tests.support.signed import Signed


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
