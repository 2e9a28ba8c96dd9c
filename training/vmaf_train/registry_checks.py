# SPDX-License-Identifier: BSD-3-Clause
"""What can be wrong with a registry: each fault one sentence, none found is an empty list."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema

from .files import read_json, sha256_of
from .schemas import REGISTRY, SIDECAR, Schema
from .scoring import load_graph
from .sidecar import ModelFiles

Json = Mapping[str, Any]


def faults_of(registry: Json, folder: Path) -> list[str]:
    """Every fault, one sentence each: first the schema's, and if there are none those of the files."""
    return list(_schema_faults(registry)) or list(_file_faults(registry["models"], folder))


def opset_of(path: Path) -> int:
    """The version of the default operator set that a graph imports."""
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
        files = ModelFiles(folder / model["onnx"])
        digests = list(_digest_faults(model, files))
        yield from digests or _contract_faults(model, files)
        if "sigstore_bundle" in model and not (folder / model["sigstore_bundle"]).is_file():
            yield f"Model {model['id']!r} names the bundle {model['sigstore_bundle']}, which does not exist."


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
        yield from _sidecar_faults(model, files.sidecar)
    else:
        yield f"Model {model['id']!r} has no sidecar {files.sidecar.name}; `vmaf-train export` writes it."


def _sidecar_faults(model: Json, path: Path) -> Iterator[str]:
    sidecar = read_json(path)
    if "schema_version" in sidecar:  # else it is one of the published dialects
        for where, complaint in _complaints(SIDECAR, sidecar):
            yield f"{' '.join([path.name, *map(str, where)])}: {complaint}"
    for field in ("id", "kind", "sha256", "int8_sha256", "quant_mode"):
        if field in sidecar and field in model and sidecar[field] != model[field]:
            yield (
                f"Model {model['id']!r}: {path.name} says {field} = {sidecar[field]!r}, the registry"
                f" {model[field]!r}; export or quantise it again."
            )
