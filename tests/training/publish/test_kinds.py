# SPDX-License-Identifier: BSD-3-Clause
"""Models of every kind are stated, registered, opened and described as what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.kind_models import GRAPHS, QUALITY, STATED, WORDS, samples, statement, write_model
from tests.support.registries import read
from vmaf_dnn import Session, models
from vmaf_dnn.errors import InvalidArgument, ModelRejected, RegistryInvalid
from vmaf_train.files import read_json, sha256_of, write_bytes, write_json
from vmaf_train.onnx_files.graph import serialised
from vmaf_train.onnx_files.nodes import Nodes
from vmaf_train.publish.kind_cards import write_kind_cards
from vmaf_train.publish.quality import sentence, state_quality
from vmaf_train.publish.registry import check_registry, write_registry
from vmaf_train.publish.registry_checks import faults_of
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar
from vmaf_train.publish.statement import write_statement


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A registry of one model a kind, each with its quality."""
    for kind in GRAPHS:
        state_quality(write_model(tmp_path, kind), "the truth", 50, 3, QUALITY[kind])
    assert write_registry(tmp_path) == len(GRAPHS)
    return tmp_path


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_sidecar_states_what_its_kind_has(kind: str, tmp_path: Path) -> None:
    files = write_model(tmp_path, kind)
    sidecar = read_json(files.sidecar)
    assert (sidecar["kind"], sidecar["id"], sidecar["opset"]) == (kind, f"toy_{kind}", 17)
    assert sidecar["sha256"] == sha256_of(files.onnx)
    for name, value in STATED[kind].items():
        assert sidecar[name] == (list(value) if isinstance(value, tuple) else value)
    assert "features" not in sidecar
    assert read_json(files.training)["seed"] == 0


def test_any_size_of_a_plane_is_stated_as_such(tmp_path: Path) -> None:
    sidecar = read_json(write_model(tmp_path, "filter").sidecar)
    assert sidecar["input_shape"] == sidecar["output_shape"] == [1, 1, -1, -1]
    assert (sidecar["input_name"], sidecar["output_name"]) == ("degraded", "filtered")


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_registered_model_opens_by_id(folder: Path, kind: str) -> None:
    session = Session(f"toy_{kind}", registry=folder / "registry.json")
    assert session.info.kind == kind
    (made,) = session.run({name: array[:1] for name, array in samples(kind, 1).items()}).values()
    assert made.shape[0] == 1


def test_the_library_lists_them_as_what_they_are(folder: Path) -> None:
    listed = {model.id: model for model in models(folder / "registry.json")}
    assert {id_: model.kind for id_, model in listed.items()} == {f"toy_{kind}": kind for kind in GRAPHS}
    assert listed["toy_nr"].n_params == 1000


@pytest.mark.parametrize(("kind", "field"), [(kind, name) for kind in STATED for name in STATED[kind]])
def test_what_a_kind_states_is_not_forgotten(kind: str, field: str, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path / "m.onnx")
    write_bytes(files.onnx, serialised(GRAPHS[kind]()))
    with pytest.raises(ModelRejected, match=rf"'{field}' is a required property \(a model of kind {kind}"):
        write_statement(files, statement(kind, **{field: ()}), {}, {})
    assert not files.sidecar.exists()


@pytest.mark.parametrize(
    ("kind", "stated", "fault"),
    [
        ("plan", {"plan_shape": (4, 31)}, r"The output plan is \[1, 4, 32\], but plan_shape says \[4, 31\]"),
        ("words", {"plan_shape": (5, 32)}, r"The input plan is \[1, 4, 32\], but plan_shape says \[5, 32\]"),
        ("words", {"words": WORDS[:-1]}, r"The output scores is \[1, 4, 7\], but there are 6 words"),
    ],
)
def test_a_statement_is_of_its_graph(kind: str, stated: dict[str, Any], fault: str, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path / "m.onnx")
    write_bytes(files.onnx, serialised(GRAPHS[kind]()))
    with pytest.raises(ModelRejected, match=f"The statement of m is wrong: {fault}"):
        write_statement(files, statement(kind, **stated), {}, {})


def _filter(out: list[int | str], **inputs: list[int | str]) -> bytes:
    nodes = Nodes(**inputs)
    nodes.relu("filtered", "degraded")
    return serialised(nodes.model(filtered=out))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (_filter(["N", 1, 8, 8], degraded=["N", 1, 8, 8]), "takes one thing a run, so that nothing depends"),
        (
            _filter([1, 1, 8, 8], degraded=[1, 1, "H", 8]),
            "makes .1, 1, 8, 8. of .1, 1, -1, 8.; a plane keeps",
        ),
    ],
)
def test_a_graph_is_of_its_kind(data: bytes, fault: str, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path / "m.onnx")
    write_bytes(files.onnx, data)
    with pytest.raises(ModelRejected, match=fault):
        write_statement(files, statement("filter"), {}, {})


def test_a_registry_finds_a_sidecar_that_its_graph_contradicts(folder: Path) -> None:
    amend_sidecar(ModelFiles(folder / "toy_words.onnx"), {"words": list(WORDS[1:])})
    assert faults_of(read(folder), folder) == [
        "toy_words.json: The output scores is [1, 4, 7], but there are 6 words."
    ]


@pytest.mark.parametrize(("kind", "figure"), [("filter", "l1"), ("nr", "plcc"), ("plan", "exact")])
def test_quality_is_told_by_the_figures_of_the_kind(folder: Path, kind: str, figure: str) -> None:
    files = ModelFiles(folder / f"toy_{kind}.onnx")
    figures = {name: value for name, value in QUALITY[kind].items() if name != figure}
    state_quality(files, "the truth", 50, 0, {"srocc": 0.5, **figures})
    with pytest.raises(RegistryInvalid, match=rf"'{figure}' is a required property \(a model of kind {kind}"):
        write_registry(folder)


def test_quality_in_words() -> None:
    quality = {"against": "the reference", "n_rows": 9, "n_sources": 2, "fp32": QUALITY["filter"]}
    figures = "L1 0.0180, PSNR +1.70 dB, worst source +0.10 dB"
    assert sentence(quality) == f"Against the reference on 9 frames of 2 held-out sources: {figures}."
    drawn = {"against": "what was drawn", "n_rows": 9, "fp32": {"exact": 0.5}, "int8": {"exact": 0.25}}
    said = "Against what was drawn on 9 pictures: 50.00% of sentences exact; int8 25.00% of sentences exact."
    assert sentence(drawn) == said


def test_cards_say_what_each_is(folder: Path) -> None:
    text = write_kind_cards(folder).read_text()
    assert "| `toy_filter` | filter | fp32 |" in text
    assert "`degraded [1, 1, any, any]` → `filtered [1, 1, any, any]`" in text
    assert "| model | kind | precision | bytes | PLCC | RMSE | L1 |" in text  # no column that nobody fills
    for kind in GRAPHS:
        assert f"## toy_{kind}" in text
        assert f"Made by `vmaf-train {kind}`" in text
    assert text.count("It knows nothing.") == len(GRAPHS)


def test_cards_of_fusion_models_are_the_builds(folder: Path) -> None:
    write_json(folder / "toy_nr.json", read_json(folder / "toy_nr.json") | {"kind": "fr"})
    with pytest.raises(InvalidArgument, match="cards `vmaf-train all` writes"):
        write_kind_cards(folder)


def test_registries_without_figures_of_kinds_read_as_before(folder: Path) -> None:
    registry = json.loads((folder / "registry.json").read_text())
    for model in registry["models"]:
        model.pop("quality")
    write_json(folder / "registry.json", registry)
    assert check_registry(folder / "registry.json") == len(GRAPHS)
