# SPDX-License-Identifier: BSD-3-Clause
"""A registry that is written, and changed model by model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.registries import read
from vmaf_dnn.errors import InvalidArgument, RegistryInvalid
from vmaf_train.cli import main
from vmaf_train.files import sha256_of
from vmaf_train.publish.registry import add_model, check_registry, update_model
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar


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
