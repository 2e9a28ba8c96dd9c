# SPDX-License-Identifier: BSD-3-Clause
"""Several ids over one network: each has a sidecar of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmaf_dnn import Session
from vmaf_dnn.errors import RegistryInvalid
from vmaf_dnn.signatures import SignaturePolicy
from vmaf_dnn.verification import check_model
from vmaf_train.files import read_json, write_json
from vmaf_train.publish.registry import add_model, check_registry, update_model, write_registry


@pytest.fixture
def variant(folder: Path) -> str:
    """A second sidecar beside the folder's model."""
    (first,) = [model["id"] for model in read_json(folder / "registry.json")["models"]]
    sidecar = read_json(folder / f"{first}.json")
    write_json(folder / "variant.json", sidecar | {"id": "variant", "score_transform": {"p0": 1, "p1": 1}})
    return "variant"


def entries(folder: Path) -> dict[str, dict[str, object]]:
    return {model["id"]: model for model in read_json(folder / "registry.json")["models"]}


def test_a_variant_is_listed_with_its_sidecar(folder: Path, variant: str) -> None:
    assert write_registry(folder) == check_registry(folder / "registry.json") == 2
    listed = entries(folder)
    (first,) = listed.keys() - {variant}
    assert listed[variant]["sidecar"] == "variant.json"
    assert "sidecar" not in listed[first]
    for name in ("onnx", "sha256", "int8_sha256"):
        assert listed[variant][name] == listed[first][name]
    session = Session(variant, precision="fp32", registry=folder / "registry.json")
    assert (session.info.id, session.info.path) == (variant, str(folder / f"{first}.onnx"))


def test_a_variant_is_added_and_updated(folder: Path, variant: str) -> None:
    assert add_model(folder, variant) == 2
    sidecar = read_json(folder / "variant.json")
    write_json(folder / "variant.json", sidecar | {"description": "Another."})
    assert update_model(folder, variant) == 2
    assert entries(folder)[variant]["description"] == "Another."


def test_every_file_of_a_variant_is_checked(folder: Path, variant: str) -> None:
    write_registry(folder)
    checks = list(check_model(variant, folder / "registry.json", SignaturePolicy()))
    assert [(check.precision, check.failures) for check in checks] == [("fp32", []), ("int8", [])]


def test_a_variant_of_other_bytes_is_a_fault(folder: Path, variant: str) -> None:
    sidecar = read_json(folder / "variant.json")
    write_json(folder / "variant.json", sidecar | {"sha256": "0" * 64})
    with pytest.raises(RegistryInvalid, match=r"variant\.json says sha256"):
        write_registry(folder)
