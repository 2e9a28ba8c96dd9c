# SPDX-License-Identifier: BSD-3-Clause
"""Contracts that a registry states, so that no sidecar has to be opened."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.json_files import edit_entries, edit_json
from tests.support.make_models import write_model_of_v1
from tests.support.shipped import ALL_IDS, PRECISIONS
from vmaf_dnn import ModelRejected, RegistryInvalid, Session

CONTRACT = {"features": ["cambi", "speed_chroma_uv", "adm3", "motion3"], "output_range": [0, 100]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the shipped models."""
    return Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))


def everything(folder: Path) -> list[object]:
    """What is told of each model, opened by id and by path."""
    registry = folder / "registry.json"
    by_id = [Session(id_, precision=p, registry=registry).info for id_ in ALL_IDS for p in PRECISIONS]
    by_path = [Session(path).info for path in sorted(folder.glob("*.onnx"))]
    return [*map(asdict, by_id + by_path), *vmaf_dnn.models(registry)]


def test_an_old_registry_opens_with_the_same_result(folder: Path) -> None:
    before = everything(folder)
    edit_entries(folder / "registry.json", lambda entry: entry.pop("contract"))
    assert everything(folder) == before


def test_no_sidecar_is_opened_for_an_entry_with_a_contract(folder: Path) -> None:
    registry = folder / "registry.json"
    expected = {id_: Session(id_, registry=registry).info for id_ in ALL_IDS}
    for sidecar in folder.glob("vmaf_tiny_*.json"):
        sidecar.write_text("no JSON")
    assert {id_: Session(id_, registry=registry).info for id_ in ALL_IDS} == expected
    assert Session(folder / "vmaf_tiny_v4.onnx").info == expected["vmaf_tiny_v4"]
    edit_entries(registry, lambda entry: entry.pop("contract"))
    for model in ("vmaf_tiny_v4", "vmaf_tiny_v5_4k", folder / "vmaf_tiny_v4.onnx"):
        with pytest.raises(RegistryInvalid, match=r"v[45]\w*\.json is not the JSON object it should be"):
            Session(model, registry=registry)


def registry_of(folder: Path, contract: object, **fields: object) -> Path:
    """Write a model of VMAF v1's features, and a registry that states this contract of it."""
    model = write_model_of_v1(folder)
    entry = make_models.write_entry(folder, "mean", model.read_bytes(), contract=contract, **fields)
    return make_models.write_registry(folder, [entry])


def test_the_contract_is_followed(tmp_path: Path) -> None:
    transform = {"score_transform": {"p0": 5, "p1": 2}, "feature_range": [[0, 1]] * 4, "output_range": [0, 9]}
    options = {"feature_options": ["", "", "adm_csf_mode=2", ""]}
    registry = registry_of(tmp_path, CONTRACT | transform | options)
    session = Session("mean", registry=registry)
    rows = np.linspace(0, 1, 40, dtype=np.float32).reshape(10, 4)
    raw = Session(tmp_path / "mean.onnx", registry=registry_of(tmp_path, CONTRACT)).run(rows)
    expected = np.clip(5 + 2 * raw.astype(np.float64), 0, 9).astype(np.float32)
    np.testing.assert_array_equal(session.run(rows), expected)
    assert session.info.feature_options == tuple(options["feature_options"])
    assert session.info.feature_range == ((0, 1),) * 4
    assert session.info.output_range == (0, 9)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"input_name": "rows"}, ModelRejected, 'names the input "rows", but the graph has features'),
        ({"features": ["adm2"]}, ModelRejected, "names 1 features, but the graph takes features: float32"),
        ({"feature_range": [[0, 1]]}, ModelRejected, "has a feature_range of 1 features, but names 4"),
        ({"feature_options": ["a"]}, ModelRejected, "has feature_options of 1 features, but names 4"),
        ({"output_range": [100, 0]}, RegistryInvalid, r'has an "output_range" that is not \[lowest, high'),
        (
            {"features": "adm2"},
            RegistryInvalid,
            'has "features": "adm2", where a list of strings is expected',
        ),
        ({"chroma_correction": {}}, RegistryInvalid, 'chroma_correction, lacks the required "parameter"'),
        ({"n_params": 7}, RegistryInvalid, 'has the unknown field "n_params"'),
    ],
)
def test_refusals_name_the_entry(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    registry = registry_of(tmp_path, CONTRACT | changes)
    where = f"The registry {registry}, entry 0, contract, "
    with pytest.raises(error, match=f"{where}.*{sentence.removeprefix('chroma_correction, ')}") as caught:
        Session("mean", registry=registry)
    cure = "correct the registry or export again." if error is ModelRejected else "correct the file."
    assert str(caught.value).endswith(cure)
    assert ",," not in str(caught.value)


@pytest.mark.parametrize("member", sorted(CONTRACT))
def test_a_contract_is_whole(tmp_path: Path, member: str) -> None:
    contract = {name: value for name, value in CONTRACT.items() if name != member}
    with pytest.raises(RegistryInvalid, match=f'entry 0, contract, lacks the required "{member}"'):
        vmaf_dnn.models(registry_of(tmp_path, contract))


def test_a_contract_is_an_object(tmp_path: Path) -> None:
    with pytest.raises(RegistryInvalid, match='has "contract": 7, where an object is expected'):
        vmaf_dnn.models(registry_of(tmp_path, 7))


def test_a_file_has_the_contract_of_its_own_name(tmp_path: Path) -> None:
    """An entry with another sidecar states what holds for that id alone."""
    (tmp_path / "tv.json").write_text("{}")
    registry = registry_of(tmp_path, CONTRACT | {"output_range": [0, 50]}, id="tv", sidecar="tv.json")
    assert Session("tv", registry=registry).info.output_range == (0, 50)
    assert Session(tmp_path / "mean.onnx").info.output_range == (0, 100)


def test_models_tell_the_features_that_a_session_takes(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, CONTRACT | {"features": ["a", "b", "c", "d"]})
    assert vmaf_dnn.models(registry)[0].features == Session("mean", registry=registry).info.features


def test_one_id_is_one_entry_whatever_its_contract(folder: Path) -> None:
    listed = json.loads((folder / "registry.json").read_text())
    assert all(set(entry["contract"]) >= set(CONTRACT) for entry in listed["models"])
    edit_json(folder / "registry.json", models=[listed["models"][0]] * 2)
    with pytest.raises(RegistryInvalid, match="two entries with the id"):
        Session("vmaf_tiny_v2", registry=folder / "registry.json")
