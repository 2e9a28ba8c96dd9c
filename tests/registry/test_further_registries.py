# SPDX-License-Identifier: BSD-3-Clause
"""Registries beside the default one: found by VMAF_DNN_REGISTRY_PATH, in its order, never instead of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.shipped import IDS
from vmaf_dnn import ModelNotFound, RegistryInvalid, Session

ROWS = np.full((4, 6), 0.5, np.float32)


def further(folder: Path, id_: str, plus: float) -> Path:
    """A folder whose registry lists one model, which adds so much."""
    folder.mkdir()
    data = make_models.mean_of_six(plus=plus)
    (folder / "m.onnx").write_bytes(data)
    entry: dict[str, object] = {"id": id_, "kind": "fr", "onnx": "m.onnx", "sha256": make_models.sha256(data)}
    make_models.write_registry(folder, [entry])
    return folder


def search(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    monkeypatch.setenv("VMAF_DNN_REGISTRY_PATH", os.pathsep.join(map(str, folders)))


def test_ids_are_found_in_the_order_of_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = further(tmp_path / "one", "mine", 1), further(tmp_path / "two", "mine", 2)
    search(monkeypatch, tmp_path / "missing", one, two)
    assert Session("mine").run(ROWS).tolist() == [1.5] * 4
    search(monkeypatch, two, one)
    assert Session("mine").run(ROWS).tolist() == [2.5] * 4
    assert "mine" in [model.id for model in vmaf_dnn.models()]
    assert len({model.id for model in vmaf_dnn.models()}) == len(vmaf_dnn.models())


def test_the_default_registry_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search(monkeypatch, further(tmp_path / "one", IDS[0], 1))
    assert Session(IDS[0]).info.pinned_by == str(vmaf_dnn.registry_path())


def test_a_registry_that_is_named_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search(monkeypatch, further(tmp_path / "one", "mine", 1))
    with pytest.raises(ModelNotFound, match='There is no model "mine"'):
        Session("mine", registry=vmaf_dnn.registry_path())
    assert "mine" not in [model.id for model in vmaf_dnn.models(vmaf_dnn.registry_path())]


def test_who_looks_in_vain_learns_of_the_variable() -> None:
    with pytest.raises(ModelNotFound, match=r"in the folders of VMAF_DNN_REGISTRY_PATH\.$"):
        Session("mine")


def test_a_broken_further_registry_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "registry.json").write_text("{")
    search(monkeypatch, tmp_path)
    with pytest.raises(RegistryInvalid, match="is not the JSON object"):
        Session("mine")
    assert Session(IDS[0]).info.id == IDS[0]
