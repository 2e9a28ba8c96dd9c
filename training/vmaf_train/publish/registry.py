# SPDX-License-Identifier: BSD-3-Clause
"""`registry.json`: written from the files of a folder, and checked against them.

Nothing in it is typed: digests, opset, precision and contract come from the models and their sidecars,
signatures from the bundles beside them. Licence and signer are told by no file: they are given, or kept as
they stand in the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_dnn.errors import InvalidArgument, RegistryInvalid
from vmaf_train.files import read_json, sha256_of, write_json
from vmaf_train.publish.registry_checks import faults_of, opset_of
from vmaf_train.publish.schemas import REGISTRY, SIDECAR
from vmaf_train.publish.sidecar import ModelFiles, contract_of

NAME = "registry.json"
SCHEMAS = {"registry.schema.json": REGISTRY, "sidecar.schema.json": SIDECAR}
SCHEMA_VERSION = 1
LICENSE = "BSD-3-Clause"
_FROM_SIDECAR = (
    "kind",
    "description",
    "notes",
    "quant_mode",
    "quant_accuracy_budget_plcc",
    "quant_calibration_set",
    "quality",
)


@dataclass(frozen=True)
class Terms:
    """What no file of a model tells: licence (SPDX) and signer. None keeps what the registry says."""

    license: str | None = None
    sigstore_identity: str | None = None
    sigstore_issuer: str | None = None

    def __post_init__(self) -> None:
        if (self.sigstore_identity is None) != (self.sigstore_issuer is None):
            raise InvalidArgument(
                "A signer is an identity and the issuer that vouches for it; give both or neither."
            )


def write_registry(folder: Path, terms: Terms = Terms()) -> int:
    """Write `registry.json` and the schemas for every model of a folder; returns how many there are.

    A model is an `<id>.onnx` with its sidecar, or a sidecar `<id>.json` about another model's file. Raises
    `RegistryInvalid`, and writes nothing, if the folder has none or a sidecar is about other bytes than
    the file beside it.
    """
    found = models_in(folder)
    if not found:
        raise RegistryInvalid(f"There is no model in {folder}; `vmaf-train export` writes one.")
    return _write(folder, [_entry(files, terms) for files in found])


def models_in(folder: Path) -> list[ModelFiles]:
    """Return the models of a folder: each graph, and each further sidecar about one of them."""
    found = [ModelFiles(path) for path in sorted(folder.glob("*.onnx")) if not path.stem.endswith(".int8")]
    graphs = {files.onnx.name: files.onnx for files in found}
    ids = {files.id for files in found}
    for path in sorted(folder.glob("*.json")):
        if path.stem in ids or "." in path.stem or path.name == NAME:
            continue
        sidecar = read_json(path)
        if sidecar.get("id") == path.stem and sidecar.get("onnx") in graphs:
            found.append(ModelFiles(graphs[sidecar["onnx"]], path.stem))
    return found


def _files_of(folder: Path, id_: str) -> ModelFiles:
    named = {files.id: files for files in models_in(folder)}
    return named.get(id_, ModelFiles(folder / f"{id_}.onnx"))


def add_model(folder: Path, id_: str, terms: Terms = Terms()) -> int:
    """Add one model of the folder to its registry, or begin one; returns how many it then lists.

    Raises `RegistryInvalid`, and writes nothing, if the id is listed already or the registry would have
    a fault, also in a model that was there before.
    """
    models = _models_but(folder, id_, must_be_listed=False)
    return _write(folder, [*models, _entry(_files_of(folder, id_), terms)])


def update_model(folder: Path, id_: str, terms: Terms = Terms()) -> int:
    """Read the entry of a listed model from its files again; raises as `add_model` does."""
    models = _models_but(folder, id_, must_be_listed=True)
    return _write(folder, [*models, _entry(_files_of(folder, id_), terms)])


def check_registry(path: Path) -> int:
    """Check a registry against the schema and its files; returns how many models it lists.

    Raises `RegistryInvalid` with every fault, one sentence each.
    """
    registry = read_json(path)
    _refuse(faults_of(registry, path.parent), path)
    return len(registry["models"])


def _models_but(folder: Path, id_: str, *, must_be_listed: bool) -> list[dict[str, Any]]:
    path = folder / NAME
    models: list[dict[str, Any]] = read_json(path).get("models", []) if path.exists() else []
    others = [model for model in models if model.get("id") != id_]
    if must_be_listed and len(others) == len(models):
        raise RegistryInvalid(f"{path} does not list {id_!r}; --add lists it.")
    if not must_be_listed and len(others) < len(models):
        raise RegistryInvalid(f"{path} lists {id_!r} already; --update reads its files again.")
    return others


def _write(folder: Path, models: list[dict[str, Any]]) -> int:
    registry = {
        "$schema": "registry.schema.json",
        "schema_version": SCHEMA_VERSION,
        "models": sorted(models, key=lambda model: str(model.get("id"))),
    }
    _refuse(faults_of(registry, folder), folder / NAME)
    for name, schema in SCHEMAS.items():
        write_json(folder / name, schema)
    write_json(folder / NAME, registry)
    return len(models)


def _refuse(faults: list[str], path: Path) -> None:
    if faults:
        raise RegistryInvalid(f"{path}: {' '.join(faults)}")


def _entry(files: ModelFiles, terms: Terms) -> dict[str, Any]:
    sidecar = read_json(files.sidecar)
    kept = _kept(files)
    kept |= {name: value for name, value in vars(terms).items() if value is not None}
    license_ = kept.pop("license", LICENSE)
    entry: dict[str, Any] = {"id": files.id, **kept}
    if files.variant:
        entry["sidecar"] = files.sidecar.name
    entry |= {key: sidecar[key] for key in _FROM_SIDECAR if key in sidecar}
    entry |= {"onnx": files.onnx.name, "sha256": sha256_of(files.onnx), "opset": opset_of(files.onnx)}
    if contract := contract_of(sidecar):
        entry["contract"] = contract
    if files.int8.exists():
        entry["int8_sha256"] = sha256_of(files.int8)
    for field, path in (("sigstore_bundle", files.onnx), ("int8_sigstore_bundle", files.int8)):
        bundle = path.with_name(f"{path.name}.sigstore.json")
        if path.exists() and bundle.exists():
            entry[field] = bundle.name
    return entry | {"smoke": False, "license": license_}


def _kept(files: ModelFiles) -> dict[str, Any]:
    """Return what the registry beside a model says already of its licence and of who signs it."""
    path = files.onnx.parent / NAME
    models = read_json(path).get("models", []) if path.exists() else []
    return {
        field: model[field]
        for model in models
        for field in ("license", "sigstore_identity", "sigstore_issuer")
        if model.get("id") == files.id and field in model
    }
