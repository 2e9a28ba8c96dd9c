# SPDX-License-Identifier: BSD-3-Clause
"""Small ONNX files that score a tile of luma."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from onnx import helper

from tests.support.make_models import model_bytes, sha256


def brightness(gain: float = 100.0, shape: tuple[int | str, ...] = (1, 1, 224, 224)) -> bytes:
    """A model whose score is `gain` times the mean of its tile."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["luma"], ["mean"]),
        helper.make_node("Mul", ["mean", "gain"], ["product"]),
        helper.make_node("Reshape", ["product", "one"], ["score"]),
    ]
    constants: dict[str, np.ndarray] = {"gain": np.array(gain, np.float32), "one": np.array([1], np.int64)}
    return model_bytes(nodes, {"luma": list(shape)}, {"score": [1]}, constants)


def write_tile_model(folder: Path, name: str = "bright", kind: str = "nr", **content: object) -> Path:
    """Write `<name>.onnx` with a sidecar that says what kind it is; `content` is as `brightness` takes it."""
    data = brightness(**content)  # type: ignore[arg-type]
    path = folder / f"{name}.onnx"
    path.write_bytes(data)
    sidecar = {"schema_version": 1, "id": name, "kind": kind, "onnx": path.name, "sha256": sha256(data)}
    if kind == "nr":
        sidecar["output_range"] = [0, 100]
    path.with_suffix(".json").write_text(json.dumps(sidecar))
    return path
