# SPDX-License-Identifier: BSD-3-Clause
"""What went through the published system, attack by attack; none may go through here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import vmaf_dnn
from tests.support import hostile_models, make_models
from vmaf_dnn import (
    DigestMismatch,
    InvalidArgument,
    ModelRejected,
    RegistryInvalid,
    RuntimeFailure,
    Session,
    Unsupported,
)

ROWS = np.full((4, 6), 0.5, np.float32)


def write(folder: Path, data: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private copy of the shipped models."""
    return Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))


def test_weights_beside_the_file_escape_no_digest(tmp_path: Path) -> None:
    """A model of 176 bytes with 64 MiB beside it passed the cap, the digest and the jail."""
    path = write(tmp_path, hostile_models.edited(hostile_models.external))
    with (tmp_path / "weights.bin").open("wb") as weights:
        weights.truncate(64 << 20)
    with pytest.raises(ModelRejected, match='"weights" lies outside the model file, where no'):
        Session(path)


def test_function_under_an_allowed_name_does_not_run(tmp_path: Path) -> None:
    """evil::Relu, whose body is Sin, passed a list of names."""
    model = onnx.load_from_string(make_models.one_node("Relu", domain="evil"))
    hostile_models.function(model)
    with pytest.raises(ModelRejected, match="defines functions of its own"):
        Session(write(tmp_path, model.SerializeToString()))
    del model.functions[:]
    with pytest.raises(ModelRejected, match='uses Relu of the domain "evil"'):
        Session(write(tmp_path, model.SerializeToString()))


@pytest.mark.parametrize("name", ["constant_of_shape", "loop"])
def test_small_file_takes_no_gigabytes_and_no_hours(tmp_path: Path, name: str) -> None:
    """ConstantOfShape of 2^30 elements passed; only an exporter counted the trips of a Loop."""
    hostile = hostile_models.ONNX[name]
    with pytest.raises(ModelRejected, match=hostile.says):
        Session(write(tmp_path, hostile.make()))


@pytest.mark.parametrize("element_type", [TensorProto.UINT8, TensorProto.INT64, TensorProto.DOUBLE])
def test_outputs_of_other_types_are_not_read_as_floats(tmp_path: Path, element_type: int) -> None:
    node = helper.make_node("Cast", ["x"], ["y"], to=element_type)
    model = onnx.load_from_string(make_models.model_bytes([node], {"x": [1, 6]}, {"y": [1, 6]}))
    model.graph.output[0].type.tensor_type.elem_type = element_type
    session = Session(write(tmp_path, model.SerializeToString()))
    row = np.arange(6, dtype=np.float32)[None]
    np.testing.assert_array_equal(session.run({"x": row})["y"], row)


def test_types_go_by_name_not_by_place(tmp_path: Path) -> None:
    """A float16 input was converted or not by its place in the call."""
    nodes = [helper.make_node("Identity", ["a"], ["y"]), helper.make_node("Identity", ["b"], ["z"])]
    shapes: dict[str, list[int | str]] = {"a": [1, 6], "b": [1, 6]}
    model = onnx.load_from_string(make_models.model_bytes(nodes, shapes, {"y": [1, 6], "z": [1, 6]}))
    for value in (model.graph.input[1], model.graph.output[1]):
        value.type.tensor_type.elem_type = TensorProto.FLOAT16
    session = Session(write(tmp_path, model.SerializeToString()))
    for names in (("a", "b"), ("b", "a")):
        with pytest.raises(Unsupported, match=r"The input b: float16 \[1, 6\] is not float32"):
            session.run({name: ROWS[:1] for name in names})


def test_a_name_binds_one_input(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_models.add_and_subtract()))
    three = np.arange(3, dtype=np.float32)[None]
    for names in (("a", "b"), ("b", "a")):
        values = {"a": three, "b": 2 * three}
        result = session.run({name: values[name] for name in names})
        np.testing.assert_array_equal(result["difference"], -three)
    with pytest.raises(InvalidArgument, match='has no input "c"'):
        session.run({"a": three, "c": three})


def test_int8_sibling_is_pinned_too(folder: Path) -> None:
    """The signature covered the fp32 file; the redirect then opened another one."""
    shutil.copy(folder / "vmaf_tiny_v3.int8.onnx", folder / "vmaf_tiny_v4.int8.onnx")
    with pytest.raises(DigestMismatch, match=r"vmaf_tiny_v4\.int8\.onnx have sha256"):
        Session("vmaf_tiny_v4", registry=folder / "registry.json")


def test_named_registry_outvotes_the_one_beside_the_model(folder: Path, tmp_path: Path) -> None:
    """Who may write the model may write the registry beside it."""
    entry = make_models.write_entry(folder, "vmaf_tiny_v2", make_models.mean_of_six())
    trusted = shutil.copy(vmaf_dnn.registry_path(), tmp_path / "trusted.json")
    make_models.write_registry(folder, [entry])
    (folder / "vmaf_tiny_v2.json").unlink()
    assert Session(folder / "vmaf_tiny_v2.onnx").info.pinned_by == str(folder / "registry.json")
    listed = json.loads(Path(trusted).read_text())
    for model in listed["models"]:
        model["onnx"] = f"tiny/{model['onnx']}"
    Path(trusted).write_text(json.dumps(listed))
    with pytest.raises(DigestMismatch, match=r"trusted\.json pins"):
        Session(folder / "vmaf_tiny_v2.onnx", registry=trusted)


def test_bytes_that_were_checked_are_the_bytes_that_run(tmp_path: Path) -> None:
    """The resolved path was checked, then the path as given opened again."""
    good, evil = tmp_path / "good", tmp_path / "evil"
    good.mkdir()
    evil.mkdir()
    write(good, make_models.mean_of_six())
    write(evil, make_models.mean_of_six(plus=50.0))
    link = tmp_path / "models"
    link.symlink_to(good)
    for engine in ("fused", "onnxruntime"):
        session = Session(link / "model.onnx", engine=engine)
        link.unlink()
        link.symlink_to(evil)
        write(good, make_models.mean_of_six(plus=99.0))
        np.testing.assert_allclose(session.run(ROWS), 1.5)
        assert session.info.path == str(good / "model.onnx")
        link.unlink()
        link.symlink_to(good)
        write(good, make_models.mean_of_six())


def test_keys_inside_other_values_say_nothing(tmp_path: Path) -> None:
    """A search for the quoted key found it in a note, or in an object inside the object."""
    entry = make_models.write_entry(tmp_path, "mean", make_models.mean_of_six())
    registry = make_models.write_registry(tmp_path, [entry])
    notes = 'see "quant_mode": "dynamic" and "output_name": "other"'
    sidecar = {"notes": notes, "nested": {"quant_mode": "qat", "output_name": "third"}, "name": "mean"}
    (tmp_path / "mean.json").write_text(json.dumps(sidecar))
    session = Session("mean", registry=registry)
    assert (session.info.precision, session.info.outputs) == ("fp32", ("vmaf: float32 [N]",))
    (tmp_path / "mean.json").write_text('{"name": "mean", "output_\\u006eame": "other"}')
    with pytest.raises(ModelRejected, match='names the output "other"'):
        Session("mean", registry=registry)
    (tmp_path / "mean.json").write_text('{"name": "mean", "name": "other"}')
    with pytest.raises(RegistryInvalid, match='the key "name" stands twice'):
        Session("mean", registry=registry)


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_score_that_is_no_number_is_a_failure(tmp_path: Path, weight: float, clips: object) -> None:
    """NaN went through a conversion to an integer and came out as a score."""
    path = write(tmp_path, make_models.mean_of_six(plus=weight))
    assert not np.isfinite(Session(path).run(ROWS)).any()
    with pytest.raises(RuntimeFailure):
        vmaf_dnn.score(clips.reference, clips.distorted, tiny_model=path)  # type: ignore[attr-defined]
