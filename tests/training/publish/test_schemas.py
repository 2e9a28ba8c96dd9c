# SPDX-License-Identifier: BSD-3-Clause
"""Sidecars and entries that lack a field, or hold another value than their schema has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.registries import fault, read, without
from vmaf_train.files import sha256_of
from vmaf_train.publish.registry import write_registry
from vmaf_train.publish.registry_checks import faults_of
from vmaf_train.publish.schemas import REGISTRY, SIDECAR
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar


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


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        *((name, " (a model of kind fr states them)") for name in ("features", "input_mean")),
        *((name, "") for name in ("sha256", "training", "run_provenance")),
    ],
)
def test_a_sidecar_lacks_nothing(folder: Path, exported: ModelFiles, field: str, reason: str) -> None:
    sidecar = json.loads(exported.sidecar.read_text())
    del sidecar[field]
    exported.sidecar.write_text(json.dumps(sidecar))
    assert faults_of(read(folder), folder) == [f"my_model.json: '{field}' is a required property{reason}."]


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
