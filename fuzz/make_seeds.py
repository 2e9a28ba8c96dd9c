# SPDX-License-Identifier: BSD-3-Clause
"""Writes the seed corpora: the shipped models, registry and sidecars, the test models, the hostile files."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
from onnx import helper

from tests.support import hostile_models, hostile_text, make_mlps, make_models
from tests.support.small_svr import make_collection, make_svr

ROOT = Path(__file__).resolve().parents[1]
MAX_SEED_BYTES = 64 << 10  # a larger one only slows the fuzzer


def write_seeds(folder: Path, seeds: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        if len(data) <= MAX_SEED_BYTES:
            (folder / name).write_bytes(data)


def shipped(pattern: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (ROOT / "model" / "tiny").glob(pattern)}


def empty_weights() -> bytes:
    nodes = [helper.make_node("MatMul", ["features", "w"], ["vmaf"])]
    weights = {"w": np.zeros((6, 0), np.float32)}
    return make_models.model_bytes(nodes, {"features": ["N", 6]}, {"vmaf": ["N", 1]}, weights)


def model_seeds() -> dict[str, bytes]:
    own = {
        "empty_weights": empty_weights(),
        "mean": make_models.mean_of_six(),
        "two_tensors": make_models.add_and_subtract(),
        "leaky": make_mlps.random_mlp(1, (4,), activation="LeakyRelu", attributes={"alpha": 0.1}),
        "clip": make_mlps.random_mlp(2, (4,), activation="Clip", bounds=(0.0, 6.0)),
        "matmul": make_mlps.random_mlp(3, (4, 3), with_gemm=False),
    }
    return shipped("*.onnx") | own | {name: file.make() for name, file in hostile_models.ONNX.items()}


def json_seeds() -> dict[str, bytes]:
    hostile = hostile_text.REGISTRIES | {f"sidecar_{k}": v for k, v in hostile_text.SIDECARS.items()}
    svms = {"svm": make_svr(), "collection": make_collection(2)}
    own = {name: json.dumps(content).encode() for name, content in svms.items()}
    return shipped("*.json") | own | {name: file.make() for name, file in hostile.items()}


def write_dictionary(path: Path, sources: list[Path]) -> None:
    """Every short quoted word of the readers' sources: operators, attributes, fields."""
    text = "".join(source.read_text() for source in sources)
    words = sorted(set(re.findall(r'"([A-Za-z0-9_.$]{2,40})"', text)))
    path.write_text("".join(f'"{word}"\n' for word in words))


def main(folder: Path) -> None:
    write_seeds(folder / "onnx_model", model_seeds())
    write_seeds(folder / "json_files", json_seeds())
    csrc = ROOT / "csrc"
    rooms = {
        "onnx_model": ("onnx", "admission", "engine/fused_mlp"),
        "json_files": ("base/json", "registry", "svm"),
    }
    for target, names in rooms.items():
        write_dictionary(
            folder / f"{target}.dict", [path for name in names for path in (csrc / name).glob("*.cc")]
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
