# SPDX-License-Identifier: BSD-3-Clause
"""Makes the small ONNX files that the tests open; nothing binary is committed for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Nodes = list[onnx.NodeProto]


def model_bytes(
    nodes: Nodes,
    inputs: Mapping[str, list[int | str] | None],
    outputs: Mapping[str, list[int | str] | None],
    initializers: dict[str, np.ndarray] | None = None,
    *,
    element_type: int = TensorProto.FLOAT,
    domains: tuple[str, ...] = (),
) -> bytes:
    """One graph `main_graph` of opset 17, serialised."""
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [helper.make_tensor_value_info(name, element_type, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, element_type, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in (initializers or {}).items()],
    )
    opsets = [helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def mean_of_six(n_features: int = 6, plus: float = 1.0) -> bytes:
    """A feature model whose score is the mean of its row, plus a constant."""
    weights = np.full((n_features, 1), 1 / n_features, np.float32)
    nodes = [
        helper.make_node("MatMul", ["features", "weights"], ["product"]),
        helper.make_node("Add", ["product", "plus"], ["sum"]),
        helper.make_node("Squeeze", ["sum", "axis"], ["vmaf"]),
    ]
    constants = {"weights": weights, "plus": np.full(1, plus, np.float32), "axis": np.array([-1])}
    return model_bytes(nodes, {"features": ["N", n_features]}, {"vmaf": ["N"]}, constants)


def add_and_subtract() -> bytes:
    """A model with two inputs and two outputs of shape [N, 3]."""
    nodes = [
        helper.make_node("Add", ["a", "b"], ["sum"]),
        helper.make_node("Sub", ["a", "b"], ["difference"]),
    ]
    shape: list[int | str] = ["N", 3]
    return model_bytes(nodes, {"a": shape, "b": shape}, {"sum": shape, "difference": shape})


def one_node(op_type: str, *, domain: str = "", element_type: int = TensorProto.FLOAT) -> bytes:
    """A model of a single unary node on [N, 6]."""
    node = helper.make_node(op_type, ["x"], ["y"], name="the_node", domain=domain)
    domains = (domain,) if domain else ()
    return model_bytes([node], {"x": ["N", 6]}, {"y": ["N", 6]}, element_type=element_type, domains=domains)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write(folder: Path, data: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def write_registry(folder: Path, models: list[dict[str, object]], **top: object) -> Path:
    path = folder / "registry.json"
    path.write_text(json.dumps({"schema_version": 1, "models": models, **top}))
    return path


def write_entry(folder: Path, model_id: str, data: bytes, **fields: object) -> dict[str, object]:
    """Write `<id>.onnx` and return the registry entry that pins it."""
    (folder / f"{model_id}.onnx").write_bytes(data)
    return {"id": model_id, "kind": "fr", "onnx": f"{model_id}.onnx", "sha256": sha256(data), **fields}


def write_model_of_v1(folder: Path, plus: float = 1.0, **stated: object) -> Path:
    """Write a model of the mean of VMAF v1's features, with what its sidecar states besides."""
    data = mean_of_six(4, plus)
    path = write(folder, data, "mean.onnx")
    contract = {"schema_version": 1, "id": "mean", "kind": "fr", "onnx": path.name, "sha256": sha256(data)}
    contract |= {"features": ["cambi", "speed_chroma_uv", "adm3", "motion3"], "output_range": [0, 100]}
    path.with_suffix(".json").write_text(json.dumps(contract | stated))
    return path
