# SPDX-License-Identifier: BSD-3-Clause
"""Kinds of models: what each has to state, in a registry and in a sidecar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import vmaf_dnn
from tests.support import make_models
from vmaf_dnn import RegistryInvalid
from vmaf_train.publish.schemas import KINDS

STATED: dict[str, Any] = {"features": ["a"], "output_range": [0, 100]}
OF_CORE = {kind: [name for name in STATED if name in names] for kind, names in KINDS.items()}


def entry(kind: str, **contract: Any) -> dict[str, Any]:
    return {"id": "m", "kind": kind, "onnx": "m.onnx", "sha256": "0" * 64, "contract": contract}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_states_what_it_has_and_no_more_is_asked(kind: str, tmp_path: Path) -> None:
    stated = {name: STATED[name] for name in OF_CORE[kind]}
    (model,) = vmaf_dnn.models(make_models.write_registry(tmp_path, [entry(kind, **stated)]))
    assert model.kind == kind


@pytest.mark.parametrize(("kind", "field"), [(kind, name) for kind in KINDS for name in OF_CORE[kind]])
def test_what_a_kind_has_to_state_is_missed(kind: str, field: str, tmp_path: Path) -> None:
    stated = {name: STATED[name] for name in OF_CORE[kind] if name != field}
    sentence = f'lacks the required "{field}"'
    with pytest.raises(RegistryInvalid, match=sentence):
        vmaf_dnn.models(make_models.write_registry(tmp_path, [entry(kind, **stated)]))
    sidecar = {"schema_version": 1, "id": "m", "kind": kind, **stated}
    (tmp_path / "m.json").write_text(json.dumps(sidecar))
    bare = {key: value for key, value in entry(kind).items() if key != "contract"}
    with pytest.raises(RegistryInvalid, match=sentence):
        vmaf_dnn.models(make_models.write_registry(tmp_path, [bare]))


def test_a_kind_that_nobody_knows_is_refused_in_a_sidecar(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(json.dumps({"schema_version": 1, "id": "m", "kind": "svm"}))
    bare = {key: value for key, value in entry("nr").items() if key != "contract"}
    with pytest.raises(RegistryInvalid, match="one of fr, nr, filter, plan, words is expected"):
        vmaf_dnn.models(make_models.write_registry(tmp_path, [bare]))
