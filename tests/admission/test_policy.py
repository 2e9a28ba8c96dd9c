# SPDX-License-Identifier: BSD-3-Clause
"""What an admitted graph may compute: operators and their opsets, loops, sizes that constants tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.support import make_models
from tests.support.make_models import Nodes
from vmaf_dnn import DigestMismatch, ModelRejected, Session, _core


def write(folder: Path, data: bytes) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(data)
    return path


def with_opset(data: bytes, version: int) -> bytes:
    model = onnx.load_from_string(data)
    model.opset_import[0].version = version
    return model.SerializeToString()


def loop(trips: object, name: str = "loop", inner: Nodes | None = None) -> Nodes:
    """A Loop that carries nothing, whose trip count is a Constant node, or a value named by `trips`."""
    body = helper.make_graph(
        [helper.make_node("Identity", [f"{name}_keep"], [f"{name}_on"]), *(inner or [])],
        "body",
        [
            helper.make_tensor_value_info(f"{name}_i", TensorProto.INT64, []),
            helper.make_tensor_value_info(f"{name}_keep", TensorProto.BOOL, []),
        ],
        [
            helper.make_tensor_value_info(f"{name}_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info(f"{name}_keep", TensorProto.BOOL, []),
        ],
    )
    node = helper.make_node(
        "Loop", [trips if isinstance(trips, str) else f"{name}_n", ""], [f"{name}_y"], name=name, body=body
    )
    if isinstance(trips, str):
        return [node]
    count = numpy_helper.from_array(np.array(trips, np.int64))
    return [helper.make_node("Constant", [], [f"{name}_n"], value=count), node]


def model_of(nodes: Nodes, **constants: np.ndarray) -> bytes:
    """The nodes beside an Identity x -> y that makes the model one of six features."""
    through = helper.make_node("Identity", ["x"], ["y"])
    return make_models.model_bytes([*nodes, through], {"x": ["N", 6]}, {"y": ["N", 6]}, constants)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize(("op_type", "highest"), [("Relu", 25), ("Identity", 22)])
def test_operator_is_admitted_up_to_its_highest_opset(tmp_path: Path, op_type: str, highest: int) -> None:
    data = make_models.one_node(op_type)
    file = write(tmp_path, with_opset(data, highest))  # an older ONNX Runtime could not open it
    assert _core.admit(file, "", file)["opset"] == highest
    with pytest.raises(
        ModelRejected,
        match=f'"the_node" in main_graph uses the operator {op_type} of opset {highest + 1}, which is '
        f"admitted up to opset {highest}; export",
    ):
        Session(write(tmp_path, with_opset(data, highest + 1)))


@pytest.mark.parametrize("trips", [0, 1024])
def test_admits_a_loop_that_a_constant_bounds(tmp_path: Path, trips: int) -> None:
    assert Session(write(tmp_path, model_of(loop(trips)))).info.engine == "onnxruntime"


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        (loop(1025), '"loop" in main_graph is a Loop of 1025 trips, at most 1024 are admitted; unroll'),
        (loop(-1), "is a Loop of -1 trips"),
        (loop(2**62), "is a Loop of 4.61e.18 trips"),
        (loop(""), "is a Loop whose trip count is not a constant number; at most 1024 trips"),
        (loop("x"), "is a Loop whose trip count is not a constant number"),
        (loop([3, 4]), "is a Loop whose trip count is not a constant number"),
        (
            [n for i in range(17) for n in loop(1, f"l{i}")],
            '"l16" in main_graph is a Loop too many: at most 16',
        ),
        (
            loop(1024, inner=loop(1024, "inner")),
            '"inner" in main_graph/loop.body is a Loop that makes 1048576 trips, being inside others;',
        ),
    ],
)
def test_refuses_loops(tmp_path: Path, nodes: Nodes, sentence: str) -> None:
    with pytest.raises(ModelRejected, match=sentence):
        Session(write(tmp_path, model_of(nodes)))


def test_trip_count_with_two_makers_is_none(tmp_path: Path) -> None:
    """The reader that takes the other value of the name would run another number of trips."""
    nodes = [*loop(4), helper.make_node("Identity", ["x"], ["loop_n"])]
    with pytest.raises(ModelRejected, match="trip count is not a constant number"):
        Session(write(tmp_path, model_of(nodes)))


BIG = 16_777_217  # one element more than admitted


@pytest.mark.parametrize(
    ("op_type", "inputs", "n_elements"),
    [
        ("ConstantOfShape", [ints(BIG)], str(BIG)),
        ("ConstantOfShape", [ints(2**30)], "1073741824"),
        ("ConstantOfShape", [ints(2**62, 2**62, 2**62)], r"9.81e\+55"),
        ("Expand", ["x", ints(BIG // 6 + 1, 6)], "16777218"),
        ("Expand", [np.zeros((5000, 1), np.float32), ints(5000)], "25000000"),
        ("Tile", ["x", ints(10_000_000, 1)], "60000000"),
        ("Range", [ints(0)[0], ints(BIG)[0], ints(1)[0]], str(BIG)),
        ("Range", [ints(0)[0], ints(1)[0], ints(0)[0]], "inf"),
        ("Resize", ["x", "", np.array([4e6, 1], np.float32)], "24000000"),
        ("Resize", ["x", "", "", ints(1, BIG)], str(BIG)),
        ("Pad", ["x", ints(0, BIG, 0, 0)], "16777223"),
        ("Add", [np.zeros((5000, 1), np.float32), np.zeros(5000, np.float32)], "25000000"),
        ("MatMul", [np.zeros((5000, 1), np.float32), np.zeros((1, 5000), np.float32)], "25000000"),
    ],
)
def test_refuses_outputs_that_constants_make_large(
    tmp_path: Path, op_type: str, inputs: list[str | np.ndarray], n_elements: str
) -> None:
    names = [value if isinstance(value, str) else f"c{i}" for i, value in enumerate(inputs)]
    constants = {f"c{i}": np.asarray(value) for i, value in enumerate(inputs) if not isinstance(value, str)}
    node = helper.make_node(op_type, names, ["big"], name="maker")
    with pytest.raises(
        ModelRejected,
        match=f'"maker" in main_graph makes {n_elements} elements by the operator {op_type}, at most 1677721',
    ):
        Session(write(tmp_path, model_of([node], **constants)))


def test_growth_adds_up_over_nodes(tmp_path: Path) -> None:
    """No step is large: each doubles what the one before made."""
    nodes = [helper.make_node("ConstantOfShape", ["shape"], ["v0"])]
    nodes += [helper.make_node("Concat", [f"v{i}", f"v{i}"], [f"v{i + 1}"], axis=0) for i in range(10)]
    with pytest.raises(
        ModelRejected, match=r'that makes "v10" in main_graph makes 20480000 elements by .* Concat'
    ):
        Session(write(tmp_path, model_of(nodes, shape=ints(20_000))))


def test_fills_add_up_over_nodes(tmp_path: Path) -> None:
    nodes = [helper.make_node("ConstantOfShape", ["shape"], [f"v{i}"]) for i in range(4)]
    path = write(tmp_path, model_of(nodes, shape=ints(BIG - 1)))
    assert Session(path).info.opset == 17
    nodes.append(helper.make_node("Range", ["zero", "one", "one"], ["v4"]))
    path = write(tmp_path, model_of(nodes, shape=ints(BIG - 1), zero=ints(0)[0], one=ints(1)[0]))
    with pytest.raises(
        ModelRejected, match='"v4" in main_graph makes the last of 67108865 elements by the op'
    ):
        Session(path)


def test_admits_sizes_up_to_the_limit(tmp_path: Path) -> None:
    node = helper.make_node("ConstantOfShape", ["shape"], ["v"])
    assert Session(write(tmp_path, model_of([node], shape=ints(BIG - 1)))).info.opset == 17


@pytest.mark.parametrize(
    ("op_type", "attributes", "sentence"),
    [
        ("Conv", {"group": 0}, "Conv group = 0, at least 1 is"),
        ("ConvInteger", {"group": 0}, "ConvInteger group = 0, at least 1 is"),
        ("ConvTranspose", {"group": -1}, "ConvTranspose group = -1, at least 1 is"),
        ("QLinearConv", {"group": -(2**63)}, "QLinearConv group = -9223372036854775808, at least 1 is"),
        ("GatherND", {"batch_dims": -1}, "GatherND batch_dims = -1, at least 0 is"),
    ],
)
def test_refuses_attributes_that_end_the_process(
    tmp_path: Path, op_type: str, attributes: dict[str, Any], sentence: str
) -> None:
    node = helper.make_node(op_type, ["x", "c"], ["v"], name="bad", **attributes)
    with pytest.raises(
        ModelRejected, match=f'"bad" in main_graph gives the operator {sentence} admitted; co'
    ):
        Session(write(tmp_path, model_of([node], c=ints(0))))


def divide(divisor: np.ndarray | None, element_type: int = TensorProto.INT64) -> bytes:
    """x, cast, by a constant or by itself."""
    nodes = [
        helper.make_node("Cast", ["x"], ["i"], to=element_type),
        helper.make_node("Div", ["i", "i" if divisor is None else "d"], ["q"], name="quotient"),
    ]
    return model_of(nodes, **({} if divisor is None else {"d": divisor}))


@pytest.mark.parametrize(
    ("divisor", "element_type"),
    [
        (ints(2, 256, 3, -2, 1, 2**62), TensorProto.INT64),
        (np.array(255, np.uint16), TensorProto.UINT16),
        (np.array([0], np.float32), TensorProto.FLOAT),
        (np.array(0, np.float64), TensorProto.DOUBLE),
        (None, TensorProto.FLOAT),
    ],
)
def test_admits_divisions_that_cannot_trap(
    tmp_path: Path, divisor: np.ndarray | None, element_type: int
) -> None:
    assert Session(write(tmp_path, divide(divisor, element_type))).info.opset == 17


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            divide(ints(0)),
            'integers by the constant "d", which holds 0; divide by one other than 0 and -1, or',
        ),
        (divide(ints(5, 0, 7, 1, 1, 1)), "which holds 0"),
        (divide(ints(-1)), "which holds -1"),
        (divide(np.array(-1, np.int32), TensorProto.INT32), "which holds -1"),
        (divide(np.array(0, np.uint8), TensorProto.UINT8), "which holds 0"),
        (divide(None), 'integers by "i", which is not a constant; divide by one other'),
    ],
)
def test_refuses_integer_divisions_that_trap(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(ModelRejected, match=f'"quotient" in main_graph divides .*{sentence}'):
        Session(write(tmp_path, data))


def test_listed_divisor_counts_as_its_type_reads_it(tmp_path: Path) -> None:
    """256 in the list of an int8 tensor is 0."""
    model = onnx.load_from_string(divide(ints(2), TensorProto.INT8))
    listed = helper.make_tensor("d", TensorProto.INT8, [1], [0])
    listed.int32_data[:] = [256]
    model.graph.initializer[0].CopyFrom(listed)
    with pytest.raises(ModelRejected, match="which holds 0"):
        Session(write(tmp_path, model.SerializeToString()))


def branches(*types: int) -> bytes:
    """An If whose branches, of which each casts x to one of the types and divides, use the same names."""
    graphs = [
        helper.make_graph(
            [helper.make_node("Cast", ["x"], ["i"], to=kind), helper.make_node("Div", ["i", "i"], ["q"])],
            "branch",
            [],
            [helper.make_tensor_value_info("q", kind, None)],
        )
        for kind in types
    ]
    choice = helper.make_node("If", ["c"], ["v"], then_branch=graphs[0], else_branch=graphs[-1])
    return model_of([choice], c=np.array(True))


def test_refuses_divisors_of_unknown_type(tmp_path: Path) -> None:
    for first, second in [(TensorProto.FLOAT, TensorProto.INT32), (TensorProto.INT32, TensorProto.FLOAT)]:
        with pytest.raises(
            ModelRejected, match='"i", whose element type only running would tell; cast it to'
        ):
            Session(write(tmp_path, branches(first, second)))
    nodes = [*loop(1), helper.make_node("Div", ["loop_y", "loop_y"], ["q"])]
    with pytest.raises(
        ModelRejected, match='divides by "loop_y", whose element type only running would tell'
    ):
        Session(write(tmp_path, model_of(nodes)))


@pytest.mark.parametrize("value", ["1", "yes", ""])
def test_required_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    path = write(tmp_path, make_models.mean_of_six())
    monkeypatch.setenv("VMAF_DNN_REQUIRE_DIGEST", value)
    digest = make_models.sha256(path.read_bytes())
    with pytest.raises(
        ModelRejected,
        match=f'No registry or sidecar pins the digest of .*VMAF_DNN_REQUIRE_DIGEST .*"{digest}"',
    ):
        Session(path)
    assert Session("vmaf_tiny_v2").info.pinned_by != ""
    entry = make_models.write_entry(tmp_path, "model", make_models.mean_of_six())
    registry = make_models.write_registry(tmp_path, [entry])
    assert Session(path, registry=registry).info.pinned_by == str(registry)
    path.write_bytes(make_models.mean_of_six(plus=2.0))
    with pytest.raises(DigestMismatch):
        Session(path, registry=registry)


def test_digest_is_not_required_by_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMAF_DNN_REQUIRE_DIGEST", "0")
    assert Session(write(tmp_path, make_models.mean_of_six())).info.pinned_by == ""
