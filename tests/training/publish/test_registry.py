# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import onnx
import pytest

from vmaf_dnn.errors import InvalidArgument, RegistryInvalid
from vmaf_train.arch import Checkpoint
from vmaf_train.cli import main
from vmaf_train.export import export
from vmaf_train.files import sha256_of
from vmaf_train.quantize import drift, quantize
from vmaf_train.registry import add_model, check_registry, update_model, write_registry
from vmaf_train.registry_checks import faults_of
from vmaf_train.schemas import REGISTRY, SIDECAR
from vmaf_train.sidecar import ModelFiles, amend_sidecar, record_quantisation, write_sidecar
from vmaf_train.table import features_of

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(exported: ModelFiles, table: Any) -> Path:
    """A folder of one quantised model with its registry."""
    rows = features_of(table)[:50]
    quantize(exported.onnx, exported.int8, rows)
    record_quantisation(exported, "dynamic", 0.01, drift(exported.onnx, exported.int8, rows))
    assert write_registry(exported.onnx.parent) == 1
    return exported.onnx.parent


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "registry.json").read_text())  # type: ignore[no-any-return]


def fault(folder: Path, change: Change) -> str:
    """The one fault of the folder's registry after a change of its only entry."""
    registry = read(folder)
    change(registry["models"][0])
    (found,) = faults_of(registry, folder)
    return found


def without(*fields: str) -> Change:
    return lambda model: [model.pop(field) for field in fields]


def test_the_registry_is_read_from_the_files(folder: Path, exported: ModelFiles) -> None:
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
    ("name", "schema", "file"),
    [("registry", REGISTRY, "registry.json"), ("sidecar", SIDECAR, "my_model.json")],
)
def test_the_schemas_are_valid_and_beside_what_they_describe(
    folder: Path, name: str, schema: dict[str, Any], file: str
) -> None:
    assert json.loads((folder / f"{name}.schema.json").read_text()) == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads((folder / file).read_text()))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"author": "nobody"}, "'author' was unexpected"),
        (
            {"onnx_has_scaler": False},
            "my_model.json onnx_has_scaler: True was expected (Nobody scales outside",
        ),
        ({"output_range": [0]}, "my_model.json output_range: [0] is too short"),
        ({"n_params": 0}, "my_model.json n_params: 0 is less than the minimum of 1"),
    ],
)
def test_a_sidecar_out_of_its_schema_is_found(
    folder: Path, exported: ModelFiles, change: dict[str, Any], sentence: str
) -> None:
    amend_sidecar(exported, change)
    (found,) = faults_of(read(folder), folder)
    assert sentence in found


@pytest.mark.parametrize("field", ["features", "input_mean", "sha256", "training", "run_provenance"])
def test_a_sidecar_lacks_nothing(folder: Path, exported: ModelFiles, field: str) -> None:
    sidecar = json.loads(exported.sidecar.read_text())
    del sidecar[field]
    exported.sidecar.write_text(json.dumps(sidecar))
    assert faults_of(read(folder), folder) == [f"my_model.json: '{field}' is a required property."]


def test_an_fp32_default_may_pin_its_int8_file(folder: Path, exported: ModelFiles) -> None:
    amend_sidecar(exported, {"quant_mode": "fp32"})
    write_registry(folder)
    (model,) = read(folder)["models"]
    assert (model["quant_mode"], model["int8_sha256"]) == ("fp32", sha256_of(exported.int8))


@pytest.mark.parametrize("mode", ["dynamic", "static", "qat"])
@pytest.mark.parametrize("field", ["int8_sha256", "quant_accuracy_budget_plcc"])
def test_an_int8_default_needs_its_digest_and_budget(folder: Path, mode: str, field: str) -> None:
    def change(model: dict[str, Any]) -> None:
        model.update(quant_mode=mode, quant_calibration_set="rows")
        del model[field]

    expected = f"model 'my_model': '{field}' is a required property (a model whose default is int8 needs"
    assert fault(folder, change).startswith(expected)


def test_a_static_quantisation_names_its_calibration_set(folder: Path) -> None:
    found = fault(folder, lambda model: model.update(quant_mode="static"))
    assert found == (
        "model 'my_model': 'quant_calibration_set' is a required property"
        " (a static quantisation must say what it was calibrated on)."
    )


def test_a_licence_is_required_from_schema_version_1(folder: Path) -> None:
    assert "'license' is a required property (schema_version 1 states a licence)" in fault(
        folder, without("license")
    )
    registry = read(folder)
    del registry["models"][0]["license"]
    assert faults_of(registry | {"schema_version": 0}, folder) == []


@pytest.mark.parametrize("field", ["id", "kind", "onnx", "sha256"])
def test_required_fields_are_required(folder: Path, field: str) -> None:
    assert f"'{field}' is a required property" in fault(folder, without(field))


@pytest.mark.parametrize(
    "path", ["../my_model.onnx", "a/../my_model.onnx", "/my_model.onnx", "My.onnx", "m.bin", "./m.onnx"]
)
def test_a_path_stays_in_the_folder(folder: Path, path: str) -> None:
    assert "model 'my_model' onnx: " in fault(folder, lambda model: model.update(onnx=path))


@pytest.mark.parametrize("path", ["my..model.onnx", "sub/my_model.onnx"])
def test_dots_inside_a_name_and_folders_are_fine(folder: Path, path: str) -> None:
    registry = read(folder)
    registry["models"][0]["onnx"] = path
    assert all("does not exist" in found for found in faults_of(registry, folder))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "svm"),
        ("sha256", "ABC"),
        ("opset", 22),
        ("quant_mode", "int4"),
        ("quant_accuracy_budget_plcc", 2),
        ("notes", "n" * 513),
        ("id", "My Model"),
        ("author", "nobody"),
    ],
)
def test_values_out_of_the_schema_are_named(folder: Path, field: str, value: object) -> None:
    found = fault(folder, lambda model: model.update({field: value}))
    assert field in found
    assert repr(value)[:8] in found or field == "author"


def test_an_id_stands_once(folder: Path) -> None:
    registry = read(folder)
    registry["models"] *= 2
    assert faults_of(registry, folder)[0] == "The id 'my_model' stands more than once; ids are unique."


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
    found = faults_of(read(folder), folder)
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


@pytest.fixture
def second(folder: Path, checkpoint: Checkpoint) -> ModelFiles:
    """A model that the folder's registry does not list."""
    files = ModelFiles(folder / "a_second.onnx")
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {}, provenance={})
    return files


def test_a_model_is_added_in_its_place(folder: Path, second: ModelFiles) -> None:
    (first,) = read(folder)["models"]
    assert add_model(folder, second.id) == 2
    assert [model["id"] for model in read(folder)["models"]] == ["a_second", "my_model"]
    assert read(folder)["models"][1] == first
    with pytest.raises(RegistryInvalid, match=r"lists 'a_second' already; --update reads its files again"):
        add_model(folder, second.id)


def test_a_first_model_begins_a_registry(folder: Path, second: ModelFiles) -> None:
    (folder / "registry.json").unlink()
    assert add_model(folder, second.id) == 1
    assert check_registry(folder / "registry.json") == 1


def test_only_the_model_that_is_named_is_updated(folder: Path, second: ModelFiles) -> None:
    with pytest.raises(RegistryInvalid, match="does not list 'a_second'; --add lists it"):
        update_model(folder, second.id)
    add_model(folder, second.id)
    for model in (second.onnx, folder / "my_model.onnx"):
        amend_sidecar(ModelFiles(model), {"description": "Another."})
    assert update_model(folder, second.id) == 2
    said = [model["description"] for model in read(folder)["models"]]
    assert said == ["Another.", "A model of the tests."]


def test_nothing_is_added_beside_a_fault(folder: Path, second: ModelFiles) -> None:
    (folder / "my_model.json").unlink()
    before = (folder / "registry.json").read_bytes()
    with pytest.raises(RegistryInvalid, match=r"'my_model' has no sidecar"):
        add_model(folder, second.id)
    assert (folder / "registry.json").read_bytes() == before


def test_a_model_without_its_file_is_not_added(folder: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"Can't read .*none\.json"):
        add_model(folder, "none")


def test_the_command_changes_a_registry_in_place(
    folder: Path, second: ModelFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["registry", "--folder", str(folder)]
    assert main(words) == 2
    assert "registry.json exists; --force replaces it" in capsys.readouterr().err
    assert main([*words, "--add", second.id]) == 0
    assert main([*words, "--update", second.id]) == 0
    assert "models: 2; every digest and opset as in the files, and each opens" in capsys.readouterr().out
    report = json.loads((folder / "registry.report.json").read_text())
    assert report["run_provenance"]["outputs"]["registry"]["sha256"] == sha256_of(folder / "registry.json")
    assert main([*words, "--force"]) == main([*words, "--check"]) == 0
