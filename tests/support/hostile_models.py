# SPDX-License-Identifier: BSD-3-Clause
"""Hostile models: bytes that are no ONNX file, or one that no engine should get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.support import make_models
from tests.support.hostile import Hostile
from tests.support.wire import field, model, number, varint

MANY = 5_000_000


def node(op_type: bytes, *inputs: bytes, name: bytes = b"n", rest: bytes = b"") -> bytes:
    """A node of a graph that makes "out"."""
    names = b"".join(field(1, text) for text in inputs)
    return field(1, names + field(2, b"out") + field(3, name) + field(4, op_type) + rest)


def tensor(dims: bytes, element_type: int, data: bytes, name: bytes = b"t") -> bytes:
    """An initializer of a graph."""
    return field(5, dims + number(2, element_type) + field(8, name) + data)


def shape(*sizes: int) -> bytes:
    return b"".join(number(1, size) for size in sizes)


def edited(change: Callable[[onnx.ModelProto], object], data: bytes | None = None) -> bytes:
    """A sound model after `change`."""
    proto = onnx.load_from_string(make_models.mean_of_six() if data is None else data)
    change(proto)
    return proto.SerializeToString()


def external(proto: onnx.ModelProto) -> None:
    weights = proto.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="weights.bin")


def function(proto: onnx.ModelProto) -> None:
    body = [helper.make_node("Sin", ["a"], ["b"])]
    opset = [helper.make_opsetid("", 17)]
    proto.functions.append(helper.make_function("evil", "Relu", ["a"], ["b"], body, opset))


def sparse_tensor() -> onnx.SparseTensorProto:
    values = helper.make_tensor("values", TensorProto.FLOAT, [1], [1.0])
    return helper.make_sparse_tensor(values, helper.make_tensor("at", TensorProto.INT64, [1], [0]), [6])


def one(op_type: str, *inputs: str | np.ndarray, **attributes: Any) -> bytes:
    """A model of one node "maker" on constants and on the input x."""
    constants = {f"c{i}": np.asarray(value) for i, value in enumerate(inputs) if not isinstance(value, str)}
    names = [value if isinstance(value, str) else f"c{i}" for i, value in enumerate(inputs)]
    maker = helper.make_node(op_type, names, ["y"], name="maker", **attributes)
    return make_models.model_bytes([maker], {"x": ["N", 6]}, {"y": ["N", 6]}, constants)


def loop(trips: int) -> bytes:
    values = [("i", TensorProto.INT64), ("go", TensorProto.BOOL)]
    inputs = [helper.make_tensor_value_info(name, kind, []) for name, kind in values]
    out = helper.make_tensor_value_info("on", TensorProto.BOOL, [])
    body = helper.make_graph([helper.make_node("Identity", ["go"], ["on"])], "body", inputs, [out])
    return one("Loop", np.array(trips), "", body=body)


def nested(depth: int) -> bytes:
    """Graphs in graphs, by hand: a library would fall over its own recursion."""
    graph = b""
    for _ in range(depth):
        attribute = field(1, b"body") + field(6, graph)
        graph = field(1, field(3, b"n") + field(4, b"If") + field(5, attribute))
    return model(graph)


def as_constant(**attribute: Any) -> bytes:
    return make_models.model_bytes(
        [helper.make_node("Constant", [], ["y"], name="maker", **attribute)], {"x": [1]}, {"y": [1]}
    )


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def column(n: int) -> np.ndarray:
    return np.zeros((n, 1), np.float32)


MALFORMED = "not a well-formed ONNX file: "
TOO_MANY = ", the most that is admitted; simplify it"
ELEMENTS = " elements by the operator {}, at most 16777216 are admitted"

WIRE = {
    "empty": Hostile("a file without a byte", lambda: b"", "is empty; write it again"),
    "text": Hostile("another format", lambda: b"not a model", MALFORMED + "field 13 has"),
    "cut": Hostile("ends early", lambda: make_models.mean_of_six()[:-7], MALFORMED + "a field claims"),
    "long_length": Hostile(
        "a field of 2^63 bytes", lambda: varint(58) + varint(2**63), "claims 9223372036854775808"
    ),
    "long_varint": Hostile(
        "a number that never ends", lambda: b"\x08" + b"\x80" * 11, "longer than ten bytes"
    ),
    "cut_varint": Hostile("ends in a number", lambda: b"\x08\x80", "ends inside a number"),
    "field_zero": Hostile("a field number that is none", lambda: b"\x02\x00", "has a field numbered 0"),
    "group": Hostile("a wire type of old", lambda: b"\x3b\x3c", "field 7 has the unknown wire type 3"),
    "wire_type_7": Hostile(
        "a wire type that is none", lambda: b"\x3f", "field 7 has the unknown wire type 7"
    ),
    "no_graph": Hostile("nothing to run", lambda: number(1, 8), "holds no ONNX graph"),
    "two_graphs": Hostile(
        "one is checked, the other run", lambda: model() + field(7, b""), "holds two graphs"
    ),
    "mistyped": Hostile(
        "an operator that others skip",
        lambda: model(field(1, varint(4 << 3 | 5) + b"Relu")),
        "field 4 has wire type 5",
    ),
    "field_twice": Hostile(
        "one operator is checked, the other run",
        lambda: model(node(b"Relu", b"x", rest=field(4, b"Sin"))),
        "field 4 stands twice in one message",
    ),
    "no_opset": Hostile(
        "any meaning", lambda: field(7, field(2, b"g")), "states no opset of the standard domain"
    ),
    "two_opsets": Hostile(
        "two meanings",
        lambda: model(rest=field(8, number(2, 9))),
        "states the opset of the standard domain twice",
    ),
    "name_bytes": Hostile(
        "a name that is not text",
        lambda: model(node(b"Relu", b"\xff\xfe")),
        "A name in main_graph is not UTF-8",
    ),
    "name_nul": Hostile(
        "a name that C cuts", lambda: model(node(b"Relu", b"x\0y")), "A name in main_graph is not UTF-8 text"
    ),
    "name_escape": Hostile(
        "a name that writes to the terminal",
        lambda: model(node(b"Relu", b"\x1b[2J")),
        "A name in main_graph is not UTF-8 text without control characters",
    ),
    "name_length": Hostile(
        "a name that fills the log",
        lambda: model(node(b"Relu", b"x" * 1_000_000)),
        "A name in main_graph has 1000000 bytes, at most 1024 are admitted",
    ),
}

COUNTS = {
    "deep_graphs": Hostile("the reader's stack", lambda: nested(20_000), "nested deeper than 8 levels"),
    "nine_graphs": Hostile("one graph too deep", lambda: nested(9), "nested deeper than 8 levels"),
    "many_nodes": Hostile(
        "memory for nodes", lambda: model(field(1, b"") * MANY), "more than 20000 nodes" + TOO_MANY
    ),
    "many_constants": Hostile(
        "memory for constants",
        lambda: model(tensor(shape(0), 1, b"") * 50_000),
        "more than 20000 constants" + TOO_MANY,
    ),
    "many_inputs": Hostile(
        "memory for inputs",
        lambda: model(field(11, field(1, b"x")) * MANY),
        "more than 20000 inputs, outputs",
    ),
    "many_names": Hostile(
        "memory for one node's inputs",
        lambda: model(field(1, field(1, b"") * MANY)),
        "more than 200000 inputs and outputs of nodes" + TOO_MANY,
    ),
    "many_attributes": Hostile(
        "memory for attributes", lambda: model(field(1, field(5, b"") * MANY)), "more than 100000 attributes"
    ),
    "many_graphs": Hostile(
        "memory for graphs in one attribute",
        lambda: model(node(b"If", rest=field(5, field(11, b"") * MANY))),
        "more than 1024 graphs inside it" + TOO_MANY,
    ),
    "many_opsets": Hostile(
        "memory for domains", lambda: field(8, field(1, b"d")) * MANY, "more than 64 imports of operator sets"
    ),
    "many_dims": Hostile(
        "memory for a shape",
        lambda: model(field(13, field(1, b"v") + field(2, field(1, field(2, field(1, b"") * MANY))))),
        'The value "v" in main_graph has a rank above 8, the highest that is admitted',
    ),
    "many_numbers": Hostile(
        "eight bytes for each one",
        lambda: model(tensor(shape(MANY), 7, field(7, b"\0" * MANY))),
        "more than 4000000 numbers",
    ),
    "many_metadata": Hostile(
        "objects that only the runtime makes",
        lambda: model(rest=field(14, b"") * MANY),
        "more than 100000 entries of metadata" + TOO_MANY,
    ),
    "many_unread": Hostile(
        "objects that only the runtime makes",
        lambda: model(rest=field(26, b"") * MANY),
        "more than 2097152 bytes of fields",
    ),
}

TENSORS = {
    "huge_tensor": Hostile(
        "a size that no data backs",
        lambda: model(tensor(shape(2**40), 1, b"")),
        r'"t" in main_graph of shape \[1099511627776\]',
    ),
    "overflowing_tensor": Hostile(
        "a product that wraps to 0",
        lambda: model(tensor(shape(2**32, 2**32), 1, b"")),
        "takes more than 33554432 bytes",
    ),
    "negative_size": Hostile(
        "a size below 0",
        lambda: model(tensor(shape(-1, 1), 1, b"")),
        '"t" in main_graph has a shape with -1, which is no size',
    ),
    "rank_nine": Hostile(
        "a rank too high",
        lambda: model(tensor(shape(*[1] * 9), 1, field(9, b"\0" * 4))),
        "has rank 9, at most 8 is admitted",
    ),
    "short_data": Hostile(
        "a read past the end",
        lambda: model(tensor(shape(6), 1, field(9, b"\0" * 20))),
        r"holds 20 bytes, but its shape \[6\] of float32 takes 24",
    ),
    "data_twice": Hostile(
        "one is checked, the other used",
        lambda: model(tensor(shape(1), 7, field(9, b"\0" * 8) + field(7, b"\1"))),
        "holds its elements twice, in two fields",
    ),
    "data_of_another_type": Hostile(
        "floats where integers belong",
        lambda: model(tensor(shape(1), 6, field(4, b"\0" * 4))),
        "keeps its elements where those of another type than int32 belong",
    ),
    "unknown_elements": Hostile(
        "elements of no known size",
        lambda: model(tensor(shape(1), 99, b"")),
        r"elements of type 99 \(of an unknown type\)",
    ),
    "string_tensor": Hostile(
        "text as a constant",
        lambda: model(tensor(shape(1), 8, field(6, b"s"))),
        r"has elements of type 8 \(string\)",
    ),
    "string_input": Hostile(
        "text as an input",
        lambda: make_models.one_node("Identity", element_type=TensorProto.STRING),
        'The value "x" in main_graph is a tensor of strings',
    ),
    "sequence_input": Hostile(
        "an input that is no tensor",
        lambda: model(field(11, field(1, b"s") + field(2, field(4, b"")))),
        'The value "s" in main_graph is not a tensor',
    ),
    "value_string": Hostile(
        "text from a node",
        lambda: as_constant(value_string="s"),
        '"maker" in main_graph makes strings by the operator Constant',
    ),
    "cast_to_string": Hostile(
        "text from numbers", lambda: one("Cast", "x", to=8), "makes strings by the operator Cast"
    ),
    "external_data": Hostile(
        "bytes that no digest covers",
        lambda: edited(external),
        'The tensor "weights" lies outside the model file',
    ),
    "sparse_initializer": Hostile(
        "a tensor that grows",
        lambda: edited(lambda m: m.graph.sparse_initializer.append(sparse_tensor())),
        "has sparse tensors",
    ),
    "sparse_attribute": Hostile(
        "a tensor that grows", lambda: as_constant(sparse_value=sparse_tensor()), "has sparse tensors"
    ),
}

POLICY = {
    "conv_group": Hostile(
        "a division by the number of groups",
        lambda: one("Conv", "x", column(1), group=0),
        '"maker" in main_graph gives the operator Conv group = 0, at least 1 is admitted',
    ),
    "batch_dims": Hostile(
        "an index before its table",
        lambda: one("GatherND", "x", ints(0), batch_dims=-3),
        "gives the operator GatherND batch_dims = -3, at least 0 is admitted",
    ),
    "div_zero": Hostile(
        "a trap of the processor", lambda: one("Div", ints(5), ints(0)), 'by the constant "c1", which holds 0'
    ),
    "div_min": Hostile(
        "the quotient that no integer is",
        lambda: one("Div", np.array(-(2**31), np.int32), np.array(-1, np.int32)),
        'divides integers by the constant "c1", which holds -1',
    ),
    "function": Hostile(
        "an allowed name with another body",
        lambda: edited(function, make_models.one_node("Relu")),
        "defines functions of its own",
    ),
    "domain": Hostile(
        "an allowed name of another domain",
        lambda: make_models.one_node("Relu", domain="evil"),
        'uses Relu of the domain "evil"',
    ),
    "operator": Hostile(
        "an operator that nothing needs",
        lambda: make_models.one_node("Scan"),
        '"the_node" in main_graph uses the operator Scan, which is not on',
    ),
    "operator_name": Hostile(
        "an operator without a name",
        lambda: model(node(b"")),
        '"n" in main_graph uses the operator , which is not on',
    ),
    "opset": Hostile(
        "a meaning of tomorrow",
        lambda: model(node(b"Relu", b"x")).replace(number(2, 17), number(2, 99)),
        "operator Relu of opset 99, which is admitted up to opset 25",
    ),
    "training": Hostile("a graph that trains", lambda: model(rest=field(20, b"")), "carries training info"),
    "loop": Hostile(
        "a billion trips",
        lambda: loop(10**9),
        '"maker" in main_graph is a Loop of 1000000000 trips, at most 1024',
    ),
    "endless_loop": Hostile(
        "trips without end",
        lambda: one("Loop", "", ""),
        "is a Loop whose trip count is not a constant number",
    ),
    "constant_of_shape": Hostile(
        "4 GiB from 8 bytes",
        lambda: one("ConstantOfShape", ints(2**30)),
        "makes 1073741824" + ELEMENTS.format("ConstantOfShape"),
    ),
    "expand": Hostile(
        "a terabyte",
        lambda: one("Expand", "x", ints(2**40, 6)),
        "makes 6597069766656" + ELEMENTS.format("Expand"),
    ),
    "tile": Hostile(
        "copies", lambda: one("Tile", "x", ints(2**30, 1)), "makes 6442450944" + ELEMENTS.format("Tile")
    ),
    "range": Hostile(
        "a long count",
        lambda: one("Range", ints(0)[0], ints(2**40)[0], ints(1)[0]),
        "makes 1099511627776" + ELEMENTS.format("Range"),
    ),
    "endless_range": Hostile(
        "a count in steps of 0",
        lambda: one("Range", ints(0)[0], ints(9)[0], ints(0)[0]),
        "makes inf" + ELEMENTS.format("Range"),
    ),
    "resize": Hostile(
        "a picture of a continent",
        lambda: one("Resize", "x", "", "", ints(2**20, 2**20)),
        "makes 1099511627776" + ELEMENTS.format("Resize"),
    ),
    "pad": Hostile(
        "a wide margin", lambda: one("Pad", "x", ints(2**40, 0, 0, 0)), "by the operator Pad, at most"
    ),
    "outer_product": Hostile(
        "n^2 from n",
        lambda: one("Mul", column(60_000), column(60_000).T.copy()),
        "makes 3600000000" + ELEMENTS.format("Mul"),
    ),
}

ONNX = WIRE | COUNTS | TENSORS | POLICY
