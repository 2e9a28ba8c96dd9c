# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

import vmaf_dnn
from tests.support import make_models
from tests.support.wire import field, varint
from vmaf_dnn import ModelNotFound, ModelRejected, Session, VmafDnnError


def write(folder: Path, data: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def nested_ifs(depth: int) -> bytes:
    """`depth` graphs inside each other, each in the branch of an If."""
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    constant = helper.make_node(
        "Constant", [], ["y"], value=helper.make_tensor("t", TensorProto.FLOAT, [1], [0.0])
    )
    graph = helper.make_graph([constant], "leaf", [], [out])
    condition = helper.make_tensor_value_info("c", TensorProto.BOOL, [])
    for level in range(depth - 1):
        node = helper.make_node("If", ["c"], ["y"], name="branch", then_branch=graph, else_branch=graph)
        inputs = [condition] if level == depth - 2 else []
        graph = helper.make_graph([node], "main_graph", inputs, [out])
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def with_external_data() -> bytes:
    model = onnx.load_from_string(make_models.mean_of_six())
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return model.SerializeToString()


def with_function() -> bytes:
    model = onnx.load_from_string(make_models.one_node("Relu"))
    node = helper.make_node("Sin", ["a"], ["b"])
    opset = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("evil", "Relu", ["a"], ["b"], [node], opset))
    return model.SerializeToString()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            make_models.one_node("Sin"),
            'The node "the_node" in main_graph uses the operator Sin, which is not on the allowlist',
        ),
        (make_models.one_node("Relu", domain="evil"), 'uses Relu of the domain "evil"; only standard'),
        (with_function(), "The model defines functions of its own"),
        (with_external_data(), 'The tensor "weights" lies outside the model file'),
        (nested_ifs(9), "nested deeper than 8 levels"),
        (b"", "is empty"),
        (b"not a model", "not a well-formed ONNX file"),
        (b"\x08\x08", "holds no ONNX graph"),
        (make_models.mean_of_six()[:-7], "not a well-formed ONNX file: a field claims"),
        (make_models.mean_of_six() * 2, "holds two graphs"),
    ],
)
def test_refuses(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(ModelRejected, match=sentence):
        Session(write(tmp_path, data))


def test_admits_nesting_up_to_the_limit(tmp_path: Path) -> None:
    assert Session(write(tmp_path, nested_ifs(8))).info.inputs == ("c: bool []",)


def test_names_the_graph_of_a_nested_operator(tmp_path: Path) -> None:
    inner = helper.make_graph(
        [helper.make_node("Sin", ["x"], ["y"], name="hidden")],
        "inner",
        [],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    )
    node = helper.make_node("If", ["c"], ["y"], name="gate", then_branch=inner, else_branch=inner)
    with pytest.raises(
        ModelRejected, match=r'"hidden" in main_graph/gate\.(then|else)_branch uses the operator Sin'
    ):
        Session(write(tmp_path, make_models.model_bytes([node], {"x": [1]}, {"y": [1]})))


def test_refuses_a_file_over_the_cap(tmp_path: Path) -> None:
    path = write(tmp_path, make_models.mean_of_six())
    os.truncate(path, 50 * 2**20 + 1)
    with pytest.raises(ModelRejected, match="has 52428801 bytes; at most 52428800 are admitted"):
        Session(path)


def test_refuses_what_is_not_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "folder.onnx").mkdir()
    for name in ("pipe.onnx", "folder.onnx"):
        with pytest.raises(ModelNotFound, match="is not a regular file"):
            Session(tmp_path / name)


def test_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"There is no model file .*none\.onnx; give an existing"):
        Session(tmp_path / "none.onnx")


def test_dangling_link_is_named(tmp_path: Path) -> None:
    (tmp_path / "link.onnx").symlink_to(tmp_path / "gone.onnx")
    with pytest.raises(ModelNotFound, match=r"There is no model file .*link\.onnx"):
        Session(tmp_path / "link.onnx")


def test_jail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jail, outside = tmp_path / "jail", tmp_path / "jail-evil"
    jail.mkdir()
    outside.mkdir()
    inside_model, outside_model = (
        write(jail, make_models.mean_of_six()),
        write(outside, make_models.mean_of_six()),
    )
    (jail / "escape.onnx").symlink_to(outside_model)
    monkeypatch.setenv("VMAF_TINY_MODEL_DIR", str(jail))
    assert Session(inside_model).info.id == "model"
    for path in (outside_model, jail / "escape.onnx", jail / ".." / "jail-evil" / "model.onnx"):
        with pytest.raises(ModelRejected, match="is outside VMAF_TINY_MODEL_DIR="):
            Session(path)
    with pytest.raises(ModelRejected, match="is outside"):
        Session("vmaf_tiny_v2")
    monkeypatch.setenv("VMAF_TINY_MODEL_DIR", str(tmp_path / "gone"))
    with pytest.raises(ModelRejected, match="which is not a folder"):
        Session(inside_model)
    monkeypatch.setenv("VMAF_TINY_MODEL_DIR", "")
    sentence = r"VMAF_TINY_MODEL_DIR is set but empty; unset it or name a folder\."
    with pytest.raises(ModelRejected, match=sentence):
        Session(inside_model)


def test_path_that_is_not_utf8_opens_and_is_named(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    assert Session(write(folder, make_models.mean_of_six())).info.path == str(folder / "model.onnx")
    with pytest.raises(ModelNotFound, match=r"\\xff/none\.onnx"):
        Session(folder / "none.onnx")


@pytest.mark.parametrize("model", [make_models.mean_of_six(), make_models.add_and_subtract()])
def test_every_truncation_is_refused(tmp_path: Path, model: bytes) -> None:
    for size in range(1, len(model)):
        with pytest.raises(VmafDnnError):
            Session(write(tmp_path, model[:size]))


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_bytes_never_crash(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    data = bytearray(vmaf_dnn.models()[0].path.read_bytes())
    for at, value in flips:
        data[at % len(data)] = value
    try:
        scores = Session(write(tmp_path, bytes(data))).run({"features": np.full((1, 6), 0.5)})
    except VmafDnnError:
        return
    assert list(scores) == ["vmaf"]


def test_field_of_another_wire_type_hides_nothing(tmp_path: Path) -> None:
    """Other readers skip a mistyped field: they would run Sinh where we read Relu."""
    model = onnx.load_from_string(make_models.one_node("Sinh"))
    node = model.graph.node[0].SerializeToString() + varint(4 << 3 | 5) + b"Relu"
    del model.graph.node[0]
    graph = model.graph.SerializeToString() + field(1, node)
    model.ClearField("graph")
    with pytest.raises(ModelRejected, match="field 4 has wire type 5, not 2"):
        Session(write(tmp_path, model.SerializeToString() + field(7, graph)))


def test_sparse_tensors_are_refused(tmp_path: Path) -> None:
    model = onnx.load_from_string(make_models.mean_of_six())
    values = helper.make_tensor("values", TensorProto.FLOAT, [1], [1.0])
    indices = helper.make_tensor("indices", TensorProto.INT64, [1], [0])
    sparse = helper.make_sparse_tensor(values, indices, [6])
    model.graph.sparse_initializer.append(sparse)
    with pytest.raises(ModelRejected, match="has sparse tensors"):
        Session(write(tmp_path, model.SerializeToString()))
    node = helper.make_node("Constant", [], ["c"], sparse_value=sparse)
    with pytest.raises(ModelRejected, match="has sparse tensors"):
        Session(write(tmp_path, make_models.model_bytes([node], {"x": [1]}, {"c": [6]})))


def test_many_tiny_nodes_are_refused_quickly(tmp_path: Path) -> None:
    graph = field(2, b"g" * 1000) + field(1, b"") * 400_000
    with pytest.raises(ModelRejected, match="has more than 20000 nodes, the most that is admitted"):
        Session(write(tmp_path, field(7, graph)))


def test_many_inputs_and_constants_are_refused_quickly(tmp_path: Path) -> None:
    graph = field(11, field(1, b"x")) * 100_000 + field(5, field(8, b"y")) * 100_000
    with pytest.raises(ModelRejected, match="more than 20000 inputs, outputs and stated values"):
        Session(write(tmp_path, field(7, graph)))


def test_name_too_long_for_the_file_system_still_opens(tmp_path: Path) -> None:
    path = write(tmp_path, make_models.mean_of_six(), "m" * 248 + ".onnx")  # its .int8.onnx can't exist
    assert Session(path).info.precision == "fp32"


def test_stack_traces_of_an_exporter_are_no_obstacle(tmp_path: Path) -> None:
    """3 MiB of them, a thousand nodes with metadata and a description each."""
    nodes = [helper.make_node("Identity", ["x"], [f"v{i}"], doc_string="d" * 1000) for i in range(1000)]
    for node in nodes:
        node.metadata_props.add(key="stack_trace", value='File "model.py"\n' * 150)
    nodes.append(helper.make_node("Identity", ["v9"], ["y"]))
    data = make_models.model_bytes(nodes, {"x": ["N", 6]}, {"y": ["N", 6]})
    assert len(data) > 3 << 20
    assert Session(write(tmp_path, data)).info.opset == 17
