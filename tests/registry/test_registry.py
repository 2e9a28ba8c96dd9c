# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support import make_models
from tests.support.json_files import edit_entries, edit_json
from tests.support.shipped import IDS, V5_IDS
from vmaf_dnn import DigestMismatch, ModelNotFound, ModelRejected, RegistryInvalid, Session

ROWS = np.full((4, 6), 0.5, np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the shipped models."""
    return Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))


def test_lists_the_shipped_models() -> None:
    models = [model for model in vmaf_dnn.models() if model.kind == "fr"]
    assert [(m.id, m.arch, m.n_params) for m in models] == [
        ("vmaf_tiny_v2", "mlp_small", 257),
        ("vmaf_tiny_v3", "mlp_medium", 769),
        ("vmaf_tiny_v4", "mlp_large", 3073),
        ("vmaf_tiny_v4_4k", "mlp_large", 3073),
        ("vmaf_tiny_v4_neg", "mlp_large", 3073),
        *((id_, "mlp_large", 2945) for id_ in V5_IDS),
    ]
    for model in models:
        assert model.sha256 == make_models.sha256(model.path.read_bytes())
        assert model.int8_path is not None
        assert model.int8_sha256 == make_models.sha256(model.int8_path.read_bytes())


def test_environment_names_the_registry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMAF_DNN_REGISTRY", str(folder / "registry.json"))
    assert vmaf_dnn.registry_path() == folder / "registry.json"
    assert Session("vmaf_tiny_v2").info.path == str(folder / "vmaf_tiny_v2.onnx")


@pytest.mark.parametrize("name", ["vmaf_tiny_v2.onnx", "vmaf_tiny_v4.int8.onnx"])
def test_one_flipped_byte_is_a_digest_mismatch(folder: Path, name: str) -> None:
    path = folder / name
    data = bytearray(path.read_bytes())
    before = make_models.sha256(bytes(data))
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DigestMismatch) as caught:
        Session(name.split(".")[0], registry=folder / "registry.json")
    assert before in str(caught.value)
    assert make_models.sha256(bytes(data)) in str(caught.value)


def test_missing_int8_file_falls_back_with_one_warning(folder: Path) -> None:
    (folder / "vmaf_tiny_v4.int8.onnx").unlink()
    with pytest.warns(RuntimeWarning, match=r"vmaf_tiny_v4\.int8\.onnx is missing, so fp32 runs") as caught:
        session = Session("vmaf_tiny_v4", registry=folder / "registry.json")
    assert len(caught) == 1
    assert session.info.precision == "fp32"
    assert "is missing, so fp32 runs" in session.info.redirect
    with pytest.raises(
        ModelNotFound, match=r"precision=int8 was asked for, but there is no .*v4\.int8\.onnx"
    ):
        Session("vmaf_tiny_v4", precision="int8", registry=folder / "registry.json")


def test_precision_overrides_the_registry() -> None:
    assert Session("vmaf_tiny_v2").info.precision == "fp32"
    assert Session("vmaf_tiny_v2", precision="int8").info.precision == "int8"
    assert Session("vmaf_tiny_v4").info.precision == "int8"
    assert Session("vmaf_tiny_v4", precision="fp32").info.redirect == "fp32 was asked for"


def test_int8_file_by_its_own_path() -> None:
    path = vmaf_dnn.models()[0].int8_path
    assert path is not None
    info = Session(path).info
    assert (info.id, info.precision, info.redirect) == (
        "vmaf_tiny_v2",
        "int8",
        "the int8 file itself was named",
    )
    assert Session(path, precision="fp32").info.path == str(vmaf_dnn.models()[0].path)


def test_path_finds_the_registry_beside_it(folder: Path) -> None:
    path = folder / "vmaf_tiny_v3.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DigestMismatch, match=r"registry\.json pins"):
        Session(path, precision="fp32")


def test_a_sidecar_that_is_named_must_be_there(folder: Path) -> None:
    """Without it a model whose entry has no contract would score, but not as its maker means."""
    registry = folder / "registry.json"
    edit_entries(registry, lambda entry: entry.pop("contract"))
    listed = json.loads(registry.read_text())
    for entry in listed["models"]:
        entry["sidecar"] = f"{entry['id']}_tv.json"
        shutil.copyfile(folder / f"{entry['id']}.json", folder / entry["sidecar"])
    registry.write_text(json.dumps(listed))
    assert Session("vmaf_tiny_v2", registry=registry).info.features == vmaf_dnn.CANONICAL_6
    (folder / "vmaf_tiny_v2_tv.json").unlink()
    with pytest.raises(
        ModelNotFound,
        match=r"no sidecar .*v2_tv\.json, which the registry .* names for vmaf_tiny_v2; restore",
    ):
        Session("vmaf_tiny_v2", registry=registry)
    assert vmaf_dnn.models(registry)[0].sidecar is None
    (folder / "vmaf_tiny_v2.json").unlink()
    assert Session(folder / "vmaf_tiny_v2.onnx", registry=registry).info.id == "vmaf_tiny_v2"


def test_a_file_of_several_ids_is_the_one_with_its_own_sidecar(folder: Path) -> None:
    registry = folder / "registry.json"
    listed = json.loads(registry.read_text())
    shutil.copyfile(folder / "vmaf_tiny_v4.json", folder / "phone.json")
    (entry,) = [entry for entry in listed["models"] if entry["id"] == "vmaf_tiny_v4"]
    listed["models"].insert(0, entry | {"id": "phone", "sidecar": "phone.json"})
    registry.write_text(json.dumps(listed))
    for name in ("vmaf_tiny_v4.onnx", "vmaf_tiny_v4.int8.onnx"):
        assert Session(folder / name).info.id == "vmaf_tiny_v4"
    assert Session("phone", registry=registry).info.path == str(folder / "vmaf_tiny_v4.int8.onnx")


def test_link_to_a_listed_file_is_that_file(tmp_path: Path) -> None:
    link = tmp_path / "link.onnx"
    link.symlink_to(vmaf_dnn.models()[0].path)
    assert Session(link).info.id == "vmaf_tiny_v2"


def test_sidecar_pins_a_file_without_registry(folder: Path) -> None:
    (folder / "registry.json").unlink()
    path = folder / "vmaf_tiny_v2.onnx"
    assert Session(path).info.id == "vmaf_tiny_v2"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(DigestMismatch, match=r"vmaf_tiny_v2\.json pins"):
        Session(path)


def published_folder(folder: Path) -> Path:
    """The models laid out as the published system does: its registry fields, its sidecar dialect."""
    keep = [
        "id",
        "kind",
        "onnx",
        "opset",
        "sha256",
        "input_name",
        "input_shape",
        "output_name",
        "output_shape",
    ]
    keep += ["features", "input_mean", "input_std", "notes", "arch", "n_params", "quant_mode", "int8_sha256"]
    entries = []
    for model in vmaf_dnn.models(vmaf_dnn.registry_path()):
        ours = json.loads((folder / f"{model.id}.json").read_text())
        quantised = {
            "quant_mode": "dynamic",
            "quant_accuracy_budget_plcc": 0.01,
            "int8_sha256": model.int8_sha256,
        }
        entries.append(
            {
                "id": model.id,
                "kind": "fr",
                "onnx": f"{model.id}.onnx",
                "opset": 17,
                "sha256": model.sha256,
                "description": "a tiny model",
                "license": "BSD-3-Clause-Plus-Patent",
                "license_url": "https://opensource.org/license/bsdpluspatent",
                "sigstore_bundle": f"{model.id}.onnx.sigstore.json",
                "notes": "published layout",
                **({} if model.id == "vmaf_tiny_v2" else quantised),
            }
        )
        published = {key: ours[key] for key in keep if key in ours}
        (folder / f"{model.id}.json").write_text(json.dumps(published))
    registry = folder / "registry.json"
    registry.write_text(
        json.dumps({"$schema": "./registry.schema.json", "schema_version": 1, "models": entries})
    )
    return registry


def test_published_layout_opens_unchanged(folder: Path) -> None:
    registry = published_folder(folder)
    for model in vmaf_dnn.models():
        if model.id not in IDS:  # published before there were others
            continue
        for precision in ("auto", "fp32"):
            theirs, ours = (
                Session(model.id, registry=registry, precision=precision),
                Session(model.id, precision=precision),
            )
            np.testing.assert_array_equal(theirs.run(ROWS), ours.run(ROWS))
            assert theirs.info.features == ours.info.features


def test_published_second_dialect(tmp_path: Path) -> None:
    entry = make_models.write_entry(tmp_path, "mean", make_models.mean_of_six())
    (tmp_path / "mean.json").write_text(json.dumps({"name": "other", "kind": "fr", "onnx_opset": 17}))
    session = Session("mean", registry=make_models.write_registry(tmp_path, [entry]))
    np.testing.assert_allclose(session.run(ROWS), 1.5)


def broken(**changes: object) -> dict[str, object]:
    entry: dict[str, object] = {"id": "m", "kind": "fr", "onnx": "m.onnx", "sha256": "0" * 64}
    return {key: value for key, value in (entry | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (broken(id=None), 'entry 0, lacks the required "id"'),
        (broken(id="UPPER"), '"id": "UPPER", where 1 to 64 of a-z, 0-9 and _- are expected'),
        (broken(id=7), '"id": 7, where a string is expected'),
        (broken(kind="svm"), '"kind": "svm", where one of fr, nr, filter, plan, words is expected'),
        (broken(onnx="../m.onnx"), "a-z or 0-9 first"),
        (broken(onnx="m.json"), r"which does not end in \.onnx"),
        (broken(onnx="a/../../m.onnx"), "leaves the registry's folder"),
        (broken(sha256=None), 'lacks the required "sha256"'),
        (broken(sha256="ABC"), "64 lower-case hex digits are expected"),
        (broken(quant_mode="int4"), "where one of fp32, dynamic, static, qat is expected"),
        (broken(quant_mode="dynamic"), '"quant_mode": "dynamic" but no "int8_sha256"'),
        (broken(colour="red"), 'has the unknown field "colour"'),
        (broken(smoke="yes"), "where true or false is expected"),
        ([], "should be a JSON object, but is a JSON array"),
    ],
)
def test_refuses_broken_entries(tmp_path: Path, entry: dict[str, object], sentence: str) -> None:
    registry = make_models.write_registry(tmp_path, [entry])
    with pytest.raises(RegistryInvalid, match=sentence):
        vmaf_dnn.models(registry)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; write it again"),
        ("{", "is not the JSON object it should be"),
        ("[]", "it holds a JSON array"),
        ('{"schema_version": 1, "schema_version": 1, "models": []}', 'the key "schema_version" stands twice'),
        ('{"schema_version": 9, "models": []}', "neither 0 nor 1"),
        ('{"schema_version": 1}', 'lacks the list "models"'),
        ('{"schema_version": 1, "models": [], "x": 0}', 'has the unknown field "x"'),
    ],
)
def test_refuses_broken_registries(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "registry.json"
    path.write_text(text)
    with pytest.raises(RegistryInvalid, match=sentence):
        vmaf_dnn.models(path)


def test_refuses_two_entries_of_one_id(tmp_path: Path) -> None:
    with pytest.raises(RegistryInvalid, match='two entries with the id "m"'):
        vmaf_dnn.models(make_models.write_registry(tmp_path, [broken(), broken()]))


def test_kind_of_the_registry_counts(tmp_path: Path) -> None:
    entry = make_models.write_entry(tmp_path, "mean", make_models.mean_of_six(), kind="nr")
    session = Session("mean", registry=make_models.write_registry(tmp_path, [entry]))
    assert (session.info.kind, session.info.features) == ("nr", ())


def test_registry_named_by_the_environment_must_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(make_models.mean_of_six())
    monkeypatch.setenv("VMAF_DNN_REGISTRY", str(tmp_path / "nowhere.json"))
    with pytest.raises(ModelNotFound, match=r"There is no registry .*nowhere\.json"):
        Session(path)


def test_info_says_who_pins_the_digest(folder: Path, tmp_path: Path) -> None:
    assert Session("vmaf_tiny_v2", registry=folder / "registry.json").info.pinned_by == str(
        folder / "registry.json"
    )
    (folder / "registry.json").unlink()
    assert Session(folder / "vmaf_tiny_v2.onnx").info.pinned_by == str(folder / "vmaf_tiny_v2.json")
    (tmp_path / "own.onnx").write_bytes(make_models.mean_of_six())
    assert Session(tmp_path / "own.onnx").info.pinned_by == ""


def test_missing_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"There is no registry .*nowhere\.json"):
        Session("vmaf_tiny_v2", registry=tmp_path / "nowhere.json")


def test_empty_registry_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="which has: nothing"):
        Session("vmaf_tiny_v2", registry=make_models.write_registry(tmp_path, []))


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        (
            {"input_name": "rows"},
            ModelRejected,
            'names the input "rows", but the graph has features: float32',
        ),
        ({"output_name": "score"}, ModelRejected, 'names the output "score"'),
        ({"features": ["adm2"]}, ModelRejected, "names 1 features, but the graph takes features: float32"),
        ({"features": "adm2"}, RegistryInvalid, "where a list of strings is expected"),
        ({"output_range": [100, 0]}, RegistryInvalid, r"is not \[lowest, highest\]"),
        ({"schema_version": 2}, RegistryInvalid, '"schema_version" other than 1'),
        ({"feature_range": [[0, 1]]}, ModelRejected, "has a feature_range of 1 features, but names 6"),
        (
            {"feature_range": [[1, 0]] * 6},
            RegistryInvalid,
            r"where a list of \[lowest, highest\] is expected",
        ),
        ({"feature_range": [0, 1]}, RegistryInvalid, r"where a list of \[lowest, highest\] is expected"),
    ],
)
def test_sidecar_must_fit_the_graph(
    folder: Path, changes: dict[str, object], error: type[Exception], sentence: str
) -> None:
    edit_entries(folder / "registry.json", lambda entry: entry.pop("contract"))
    edit_json(folder / "vmaf_tiny_v2.json", **changes)
    with pytest.raises(error, match=sentence) as caught:
        Session("vmaf_tiny_v2", registry=folder / "registry.json")
    assert f"The sidecar {folder / 'vmaf_tiny_v2.json'} " in str(caught.value)


def test_opening_warns_of_nothing_by_default() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for model in vmaf_dnn.models():
            Session(model.id)


def test_suggests_only_what_is_near() -> None:
    with pytest.raises(ModelNotFound, match='Did you mean "vmaf_tiny_v4"'):
        Session("vmaf_tyni_v4")
    with pytest.raises(ModelNotFound) as caught:
        Session("brisque")
    assert "Did you mean" not in str(caught.value)
