# SPDX-License-Identifier: BSD-3-Clause
"""`registry.json`: written from the files of a folder, and checked against them.

Nothing in it is typed: digests, opset and precision come from the models and their sidecars.
"""

from pathlib import Path
from typing import Any

from vmaf_dnn.errors import RegistryInvalid

from .files import read_json, sha256_of, write_json
from .registry_checks import faults_of, opset_of
from .schemas import REGISTRY, SIDECAR
from .sidecar import ModelFiles

NAME = "registry.json"
SCHEMAS = {"registry.schema.json": REGISTRY, "sidecar.schema.json": SIDECAR}
SCHEMA_VERSION = 1
LICENSE = "BSD-3-Clause"
_FROM_SIDECAR = ("kind", "description", "notes", "quant_mode", "quant_accuracy_budget_plcc")


def write_registry(folder: Path) -> int:
    """Writes `registry.json` and the schemas for every model of a folder; returns how many there are.

    A model is an `<id>.onnx` with its sidecar. Raises `RegistryInvalid`, and writes nothing, if the
    folder has none or a sidecar is about other bytes than the file beside it.
    """
    found = [ModelFiles(path) for path in sorted(folder.glob("*.onnx")) if not path.stem.endswith(".int8")]
    if not found:
        raise RegistryInvalid(f"There is no model in {folder}; `vmaf-train export` writes one.")
    registry = {
        "$schema": "registry.schema.json",
        "schema_version": SCHEMA_VERSION,
        "models": [_entry(files) for files in found],
    }
    _refuse(faults_of(registry, folder), folder / NAME)
    for name, schema in SCHEMAS.items():
        write_json(folder / name, schema)
    write_json(folder / NAME, registry)
    return len(found)


def check_registry(path: Path) -> int:
    """Checks a registry against the schema and its files; returns how many models it lists.

    Raises `RegistryInvalid` with every fault, one sentence each.
    """
    registry = read_json(path)
    _refuse(faults_of(registry, path.parent), path)
    return len(registry["models"])


def _refuse(faults: list[str], path: Path) -> None:
    if faults:
        raise RegistryInvalid(f"{path}: {' '.join(faults)}")


def _entry(files: ModelFiles) -> dict[str, Any]:
    sidecar = read_json(files.sidecar)
    entry: dict[str, Any] = {"id": files.id}
    entry |= {key: sidecar[key] for key in _FROM_SIDECAR if key in sidecar}
    entry |= {"onnx": files.onnx.name, "sha256": sha256_of(files.onnx), "opset": opset_of(files.onnx)}
    if files.int8.exists():
        entry["int8_sha256"] = sha256_of(files.int8)
    return entry | {"smoke": False, "license": LICENSE}
