# SPDX-License-Identifier: BSD-3-Clause
"""What can be wrong with a registry: each fault one sentence, none found is an empty list."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema

from vmaf_dnn import Session
from vmaf_dnn.errors import VmafDnnError
from vmaf_train.files import read_json, sha256_of, write_json
from vmaf_train.onnx_files.scoring import load_graph
from vmaf_train.publish.schemas import REGISTRY, SIDECAR, Schema
from vmaf_train.publish.sidecar import ModelFiles, contract_of
from vmaf_train.publish.statement import graph_faults

Json = Mapping[str, Any]
GATE_RESULT = "int8_drift"


def faults_of(registry: Json, folder: Path) -> list[str]:
    """Every fault, one sentence each: first the schema's, and if there are none those of the files."""
    return list(_schema_faults(registry)) or list(_file_faults(registry["models"], folder))


def opset_of(path: Path) -> int:
    """Return the version of the default operator set that a graph imports."""
    return int(next(opset.version for opset in load_graph(path).opset_import if opset.domain == ""))


def _schema_faults(registry: Json) -> Iterator[str]:
    for path, complaint in _complaints(REGISTRY, registry):
        yield f"{_place(registry, path)}: {complaint}"


def _complaints(schema: Schema, value: Json) -> Iterator[tuple[list[Any], str]]:
    """Where a value breaks a schema, and the schema's own reason for that rule if it gives one."""
    errors = jsonschema.Draft202012Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda error: [str(step) for step in error.absolute_path]):
        reason = f" ({error.schema['description']})" if "description" in error.schema else ""
        yield list(error.absolute_path), f"{error.message}{reason}."


def _place(registry: Json, path: list[Any]) -> str:
    if path[:1] != ["models"] or len(path) < 2:
        return ".".join(map(str, path)) or "the registry"
    model = registry["models"][path[1]]
    name = model.get("id", path[1]) if isinstance(model, Mapping) else path[1]
    return " ".join([f"model {name!r}", *map(str, path[2:])])


def _file_faults(models: list[Json], folder: Path) -> Iterator[str]:
    ids = [model["id"] for model in models]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"The id {name!r} stands more than once; ids are unique."
    for model in models:
        files = ModelFiles(folder / model["onnx"], Path(model["sidecar"]).stem if "sidecar" in model else "")
        yield from (
            list(_digest_faults(model, files))
            or list(_contract_faults(model, files))
            or _session_faults(model, files)
        )
        for field in ("sigstore_bundle", "int8_sigstore_bundle"):
            if field in model and not (folder / model[field]).is_file():
                yield f"Model {model['id']!r} names the bundle {model[field]}, which does not exist."


def _digest_faults(model: Json, files: ModelFiles) -> Iterator[str]:
    for path, field in ((files.onnx, "sha256"), (files.int8, "int8_sha256")):
        if field not in model:
            continue
        if not path.is_file():
            yield f"Model {model['id']!r} pins {field} of {path.name}, which does not exist."
        elif (digest := sha256_of(path)) != model[field]:
            pinned = model[field]
            yield f"Model {model['id']!r}: {path.name} has the sha256 {digest}, the registry pins {pinned}."


def _contract_faults(model: Json, files: ModelFiles) -> Iterator[str]:
    if "opset" in model and (opset := opset_of(files.onnx)) != model["opset"]:
        yield f"Model {model['id']!r}: the graph has opset {opset}, the registry says {model['opset']}."
    if model.get("smoke"):
        return
    if files.sidecar.is_file():
        yield from _sidecar_faults(model, files)
    else:
        yield f"Model {model['id']!r} has no sidecar {files.sidecar.name}; `vmaf-train export` writes it."


def _sidecar_faults(model: Json, files: ModelFiles) -> Iterator[str]:
    path, sidecar = files.sidecar, read_json(files.sidecar)
    is_ours = "schema_version" in sidecar  # else it is one of the published dialects
    complaints = list(_complaints(SIDECAR, sidecar)) if is_ours else []
    for where, complaint in complaints:
        yield f"{' '.join([path.name, *map(str, where)])}: {complaint}"
    if is_ours and not complaints:
        yield from (f"{path.name}: {fault}" for fault in graph_faults(sidecar, load_graph(files.onnx)))
    for field in ("id", "kind", "sha256", "int8_sha256", "quant_mode"):
        if field in sidecar and field in model and sidecar[field] != model[field]:
            yield (
                f"Model {model['id']!r}: {path.name} says {field} = {sidecar[field]!r}, the registry"
                f" {model[field]!r}; export or quantise it again."
            )
    if "contract" in model and not complaints:
        yield from _disagreements(model, path.name, contract_of(sidecar))
    for path, field in ((files.onnx, "size_bytes"), (files.int8, "int8_size_bytes")):
        if field in sidecar and path.is_file() and sidecar[field] != (size := path.stat().st_size):
            said = f"{files.sidecar.name} says {sidecar[field]}"
            yield f"Model {model['id']!r}: {path.name} has {size} bytes, {said}."
    record = sidecar.get("training")
    if isinstance(record, str) and not (files.sidecar.parent / record).is_file():
        yield f"Model {model['id']!r}: {files.sidecar.name} names {record}, which does not exist."
    if is_ours and model.get("quant_mode", "fp32") != "fp32":
        yield from _gate_faults(model, sidecar.get(GATE_RESULT))


def _disagreements(model: Json, sidecar: str, contract: Json) -> Iterator[str]:
    """Yield what a registry and a sidecar state differently of rows and scores."""
    stated = model["contract"]
    for field in sorted(stated.keys() | contract.keys()):
        said, listed = contract.get(field), stated.get(field)
        if said != listed:
            yield (
                f"Model {model['id']!r}: {sidecar} says {field} = {said!r}, the registry {listed!r}; read its"
                " files again with `vmaf-train registry --update`."
            )


def _gate_faults(model: Json, result: Any) -> Iterator[str]:
    """Name an int8 file that is run by default and was not measured against its fp32 one."""
    if not isinstance(result, Mapping) or not isinstance(result.get("plcc"), int | float):
        yield (
            f"Model {model['id']!r} runs int8, and no {GATE_RESULT} says how far that moves its scores;"
            " quantise it again."
        )
    elif not 1 - result["plcc"] <= (budget := model["quant_accuracy_budget_plcc"]):
        yield f"Model {model['id']!r}: int8 loses {1 - result['plcc']:.6f} PLCC, its budget is {budget}."


def _session_faults(model: Json, files: ModelFiles) -> Iterator[str]:
    """Yield what the library says when it opens the model: admission, contract, digests."""
    if model.get("smoke"):
        return
    with tempfile.TemporaryDirectory() as name:
        alone = Path(name) / "registry.json"  # the one that is on disk may be about other bytes
        write_json(alone, {"schema_version": 0, "models": [_alone(model, files)]})
        for path in (files.onnx, files.int8, files.sidecar):
            if path.is_file():
                shutil.copyfile(path, alone.parent / path.name)
        for precision in ("fp32", "int8") if "int8_sha256" in model else ("fp32",):
            try:
                Session(model["id"], precision=precision, registry=alone)
            except VmafDnnError as error:
                reason = str(error).replace(f"{alone.parent}/", "")
                yield f"Model {model['id']!r} does not open in {precision}: {reason}"


def _alone(model: Json, files: ModelFiles) -> dict[str, Any]:
    """Return an entry whose files lie beside the registry."""
    sidecar = {"sidecar": files.sidecar.name} if "sidecar" in model else {}
    return {**model, "onnx": files.onnx.name, **sidecar}
