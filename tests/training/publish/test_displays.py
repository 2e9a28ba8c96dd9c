# SPDX-License-Identifier: BSD-3-Clause
"""One net of VMAF v1 under several ids: a sidecar each, one registry with the models that were there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.small_models import SOURCES
from tests.support.small_v1 import V1, make_v1_table, write_v1_svr
from vmaf_dnn import Session
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.cli import main
from vmaf_train.data.table import write_table
from vmaf_train.publish.displays import DISPLAYS
from vmaf_train.publish.plan import read_plan
from vmaf_train.publish.registry import check_registry, write_registry

pytestmark = pytest.mark.long

IDS = {"tiny": "3d0h", "tiny_phone": "5d0h", "tiny_4k_3h_hfr": "hfr_3d0h_2160"}


def make_plan(folder: Path, **changes: Any) -> Path:
    svr = write_v1_svr(folder / "v1.json")
    write_table(folder / "v1.parquet", make_v1_table(svr))
    (folder / "held_out.json").write_text(json.dumps({"sources": [SOURCES[0]]}))
    model = {
        "id": "tiny",
        "arch": "mlp_medium",
        "description": "For {model}.",
        "quant_mode": "fp32",
        "recipe": {"epochs": 40, "polish": 150},
        "displays": IDS,
    }
    plan = {
        "data": ["v1.parquet"],
        "held_out": "held_out.json",
        "against": "vmaf_v1.0.16",
        "cards": f"{changes.get('id', 'v1')}.md",
        "gate": {"min_plcc": 0.99, "max_rmse": 3.0, "max_plcc_drop": 0.01},
        "models": [model | changes],
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    return folder / "plan.json"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    out = folder / "models"
    assert main(["all", "--config", str(make_plan(folder)), "--out", str(out)]) == 0
    return out


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def test_ids_share_the_files_and_have_a_contract_each(models: Path) -> None:
    assert check_registry(models / "registry.json") == len(IDS)
    entries = {entry["id"]: entry for entry in read(models / "registry.json")["models"]}
    assert {entry["onnx"] for entry in entries.values()} == {"tiny.onnx"}
    assert "sidecar" not in entries["tiny"]
    assert entries["tiny_phone"]["sidecar"] == "tiny_phone.json"
    for id_, display in IDS.items():
        sidecar = read(models / f"{id_}.json")
        assert sidecar["id"] == id_
        assert sidecar["feature_options"] == list(DISPLAYS[display].features.options)
        assert sidecar["chroma_correction"] == {
            "parameter": 120,
            "guided": "speed_chroma_uv",
            "guide": "adm3",
        }
        assert sidecar["quality"]["against"] == f"vmaf_v1.0.16_{display}"
        assert sidecar["description"] == f"For vmaf_v1.0.16_{display}."
    assert read(models / "tiny.json")["output_range"] == [0, 100]
    assert read(models / "tiny_4k_3h_hfr.json")["output_range"] == [0, 110]
    assert read(models / "tiny_4k_3h_hfr.json")["score_transform"] == {"p0": 5, "p1": 1, "p2": 0}


@pytest.mark.parametrize("id_", IDS)
def test_the_library_opens_each(models: Path, id_: str) -> None:
    session = Session(id_, registry=models / "registry.json")
    assert tuple(session.info.features) == V1.names
    assert np.isfinite(session.run(np.array([[0.1, 3, 0.95, 4]], np.float32))).all()


def test_a_registry_is_written_again_as_it_was(models: Path) -> None:
    before = (models / "registry.json").read_bytes()
    assert write_registry(models) == len(IDS)
    assert (models / "registry.json").read_bytes() == before


def test_a_second_plan_keeps_the_models_of_the_first(models: Path, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, id="other", displays={"other": "3d0h"})
    assert main(["all", "--config", str(plan), "--out", str(models), "--force"]) == 0
    ids = [entry["id"] for entry in read(models / "registry.json")["models"]]
    assert ids == sorted([*IDS, "other"])
    for name in ("other.onnx", "other.int8.onnx", "other.json", "other.training.json", "other.md"):
        (models / name).unlink()
    write_registry(models)


def test_cards_say_what_each_id_is_for(models: Path) -> None:
    cards = (models / "v1.md").read_text()
    assert "One net over the four features of VMAF v1" in cards
    assert "clipped to 0..110 as reports clip" in cards
    for id_ in IDS:
        assert f"| `{id_}` |" in cards


@pytest.mark.parametrize(
    ("displays", "sentence"),
    [
        ({"tiny": "9d0h"}, "display '9d0h' is none of 3d0h, 5d0h"),
        ({"phone": "5d0h"}, "the displays of tiny do not name tiny itself"),
    ],
)
def test_displays_that_are_none_are_named(displays: dict[str, str], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        read_plan(make_plan(tmp_path, displays=displays))


def test_scores_are_bent_and_clipped_as_the_file_does() -> None:
    raw = np.array([-10, 0, 83.3199014129, 102.34910936, 114.8])
    assert DISPLAYS["3d0h"].scores(raw)[2] == pytest.approx(83.6187313935)
    assert DISPLAYS["1d5h_2160"].scores(raw).tolist() == [0, 0, 83.3199014129, 100, 100]
    assert DISPLAYS["hfr_3d0h_2160"].scores(raw).tolist() == pytest.approx(
        [0, 5, 88.3199014129, 107.34910936, 110]
    )
