# SPDX-License-Identifier: BSD-3-Clause
"""A registry beside the files that it lists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import onnx
import pytest

from tests.support.registries import fault, read
from vmaf_dnn.errors import RegistryInvalid
from vmaf_train.files import sha256_of
from vmaf_train.publish.registry import check_registry, update_model, write_registry
from vmaf_train.publish.registry_checks import faults_of
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar


def test_the_registry_is_read_from_the_files(folder: Path, exported: ModelFiles) -> None:
    sidecar = json.loads(exported.sidecar.read_text())
    assert read(folder) == {
        "$schema": "registry.schema.json",
        "schema_version": 1,
        "models": [
            {
                "id": "my_model",
                "kind": "fr",
                "description": "A model of the tests.",
                "onnx": "my_model.onnx",
                "sha256": sha256_of(exported.onnx),
                "opset": 17,
                "contract": {
                    name: sidecar[name]
                    for name in ("input_name", "output_name", "features", "feature_range", "output_range")
                },
                "smoke": False,
                "quant_mode": "dynamic",
                "int8_sha256": sha256_of(exported.int8),
                "quant_accuracy_budget_plcc": 0.01,
                "license": "BSD-3-Clause",
            }
        ],
    }
    assert check_registry(folder / "registry.json") == 1


@pytest.mark.parametrize(
    ("name", "field"), [("my_model.onnx", "sha256"), ("my_model.int8.onnx", "int8_sha256")]
)
def test_other_bytes_are_found(folder: Path, name: str, field: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[-20] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(RegistryInvalid, match=f"'my_model': {name} has the sha256 "):
        check_registry(folder / "registry.json")


def test_a_missing_file_is_found(folder: Path) -> None:
    (folder / "my_model.int8.onnx").unlink()
    with pytest.raises(
        RegistryInvalid, match=r"pins int8_sha256 of my_model\.int8\.onnx, which does not exist"
    ):
        check_registry(folder / "registry.json")


def test_a_missing_sidecar_is_found(folder: Path) -> None:
    (folder / "my_model.json").unlink()
    with pytest.raises(RegistryInvalid, match=r"has no sidecar my_model\.json"):
        check_registry(folder / "registry.json")


def test_another_opset_is_found(folder: Path) -> None:
    assert "the graph has opset 17, the registry says 16" in fault(
        folder, lambda model: model.update(opset=16)
    )


@pytest.mark.parametrize("field", ["sigstore_bundle", "int8_sigstore_bundle"])
def test_a_bundle_that_does_not_exist_is_found(folder: Path, field: str) -> None:
    found = fault(folder, lambda model: model.update({field: "m.sigstore.json"}))
    assert "names the bundle m.sigstore.json, which does not exist" in found


def test_bundles_are_found_beside_their_files_and_the_signer_is_kept(
    folder: Path, exported: ModelFiles
) -> None:
    for path in (exported.onnx, exported.int8):
        Path(f"{path}.sigstore.json").write_text("{}")
    signer = {"sigstore_identity": "me@example.org", "sigstore_issuer": "https://example.org"}
    registry = read(folder)
    registry["models"][0].update(signer)
    (folder / "registry.json").write_text(json.dumps(registry))
    update_model(folder, "my_model")
    (model,) = read(folder)["models"]
    assert model.items() >= signer.items()
    assert model["sigstore_bundle"] == "my_model.onnx.sigstore.json"
    assert model["int8_sigstore_bundle"] == "my_model.int8.onnx.sigstore.json"


@pytest.mark.parametrize("field", ["sigstore_identity", "sigstore_issuer"])
def test_half_a_signer_is_found(folder: Path, field: str) -> None:
    found = fault(folder, lambda model: model.update({field: "https://example.org"}))
    assert f"is a dependency of '{field}'" in found


def test_a_stale_sidecar_is_refused_and_nothing_is_written(folder: Path, exported: ModelFiles) -> None:
    before = (folder / "registry.json").read_bytes()
    amend_sidecar(exported, {"sha256": "0" * 64})
    with pytest.raises(RegistryInvalid, match=r"my_model\.json says sha256 = '0+', the registry"):
        write_registry(folder)
    assert (folder / "registry.json").read_bytes() == before


def test_an_empty_folder_has_no_registry(tmp_path: Path) -> None:
    with pytest.raises(RegistryInvalid, match="There is no model in"):
        write_registry(tmp_path)


def test_a_model_that_does_not_open_is_found(folder: Path, exported: ModelFiles) -> None:
    graph = onnx.load(exported.onnx)
    graph.graph.node[0].op_type = "Sin"
    del graph.graph.node[0].input[1:]
    onnx.save(graph, exported.onnx)
    amend_sidecar(exported, {"sha256": sha256_of(exported.onnx), "size_bytes": exported.onnx.stat().st_size})
    with pytest.raises(RegistryInvalid, match=r"'my_model' does not open in fp32: .*Sin") as refusal:
        write_registry(folder)
    assert "/tmp" not in str(refusal.value).replace(str(folder), "")


def test_a_sidecar_of_another_contract_is_found(folder: Path, exported: ModelFiles) -> None:
    amend_sidecar(exported, {"output_name": "score"})
    assert fault(folder, lambda model: None) == (
        "Model 'my_model': my_model.json says output_name = 'score', the registry 'vmaf'; read its files"
        " again with `vmaf-train registry --update`."
    )
    with pytest.raises(
        RegistryInvalid, match=r"does not open in fp32: The registry registry\.json, entry 0, con"
    ):
        update_model(folder, "my_model")
    registry = read(folder)
    del registry["models"][0]["contract"]
    found = faults_of(registry, folder)
    assert [fault.split(":")[0] for fault in found] == [
        f"Model 'my_model' does not open in {precision}" for precision in ("fp32", "int8")
    ]
    assert "score" in found[0]


@pytest.mark.parametrize("field", ["size_bytes", "int8_size_bytes"])
def test_another_size_is_found(folder: Path, exported: ModelFiles, field: str) -> None:
    amend_sidecar(exported, {field: 5})
    (found,) = faults_of(read(folder), folder)
    assert re.fullmatch(
        r"Model 'my_model': my_model\.(int8\.)?onnx has \d+ bytes, my_model\.json says 5\.", found
    )


def test_a_record_of_the_training_that_is_gone_is_found(folder: Path, exported: ModelFiles) -> None:
    exported.training.unlink()
    expected = "Model 'my_model': my_model.json names my_model.training.json, which does not exist."
    assert faults_of(read(folder), folder) == [expected]


def test_an_int8_default_must_have_been_measured(folder: Path, exported: ModelFiles) -> None:
    drift_of_it = json.loads(exported.sidecar.read_text())["int8_drift"]
    amend_sidecar(exported, {"int8_drift": {}})
    (found,) = faults_of(read(folder), folder)
    assert found.startswith("Model 'my_model' runs int8, and no int8_drift says how far that moves")
    amend_sidecar(exported, {"int8_drift": drift_of_it | {"plcc": 0.98}})
    (found,) = faults_of(read(folder), folder)
    assert found == "Model 'my_model': int8 loses 0.020000 PLCC, its budget is 0.01."
    amend_sidecar(exported, {"quant_mode": "fp32"})
    assert write_registry(folder) == 1
