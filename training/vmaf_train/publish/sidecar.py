# SPDX-License-Identifier: BSD-3-Clause
"""What stands beside a model: `<id>.json`, its contract, and `<id>.training.json`, how it came about.

Both are written from the files and never typed. What a session needs of the contract stands in the registry,
too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_train.data.feature_set import ChromaCorrection, FeatureSet
from vmaf_train.data.task import LABELS, Asked
from vmaf_train.files import read_json, sha256_of, write_json
from vmaf_train.fit.net import Checkpoint
from vmaf_train.onnx_files.graph import OPSET
from vmaf_train.onnx_files.scoring import INPUT, OUTPUT, load_graph
from vmaf_train.publish.displays import features_contract
from vmaf_train.publish.schemas import CONTRACT_FIELDS
from vmaf_train.quantize.quantize import Drift

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ModelFiles:
    """How the files of one model are named after each other.

    `variant` is the id of a model that shares the network of another and has a sidecar of its own.
    """

    onnx: Path
    variant: str = ""

    @property
    def id(self) -> str:
        """The registry id."""
        return self.variant or self.onnx.stem

    @property
    def int8(self) -> Path:
        """The quantised file."""
        return self.onnx.with_suffix(".int8.onnx")

    @property
    def sidecar(self) -> Path:
        """The sidecar of both: a model that shares its files with others has one of its own."""
        return self.onnx.with_name(f"{self.id}.json")

    @property
    def training(self) -> Path:
        """The record of the training."""
        return self.onnx.with_suffix(".training.json")


def write_sidecar(
    files: ModelFiles, checkpoint: Checkpoint, texts: Mapping[str, str], provenance: object
) -> None:
    """Write sidecar and training record of a fresh fp32 export; quantising adds the int8 fields later.

    `texts` holds `description` and `notes`. What an earlier quantisation said is dropped: it was
    about other bytes.
    """
    training, features = dict(checkpoint.training), checkpoint.task.features
    extremes = zip(training["feature_min"], training["feature_max"], strict=True)
    contract: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "id": files.id,
        "kind": "fr",
        "arch": checkpoint.arch,
        "hidden": list(checkpoint.hidden),
        "n_params": checkpoint.model().n_params,
        **{name: text for name, text in texts.items() if text},
        "onnx": files.onnx.name,
        "opset": OPSET,
        "sha256": sha256_of(files.onnx),
        "size_bytes": files.onnx.stat().st_size,
        "input_name": INPUT,
        "input_shape": [-1, len(features.names)],
        "output_name": OUTPUT,
        "output_shape": [-1],
        "features": list(features.names),
        **features_contract(features),
        "feature_range": [list(pair) for pair in extremes],
        "input_mean": checkpoint.mean.tolist(),
        "input_std": checkpoint.std.tolist(),
        "onnx_has_scaler": True,
        "output_range": list(checkpoint.task.output_range),
        "quant_mode": "fp32",
        "training": files.training.name,
        "run_provenance": provenance,
    }
    record = {"schema_version": SCHEMA_VERSION, "id": files.id, "sha256": contract["sha256"], **training}
    write_json(files.training, record | {"run_provenance": provenance})
    write_json(files.sidecar, contract)


def record_quantisation(files: ModelFiles, quant_mode: str, budget_plcc: float, drift: Drift) -> None:
    """Add what is known of the int8 file; `quant_mode` says which file precision=auto runs."""
    amend_sidecar(
        files,
        {
            "quant_mode": quant_mode,
            "int8_onnx": files.int8.name,
            "int8_sha256": sha256_of(files.int8),
            "int8_size_bytes": files.int8.stat().st_size,
            "quant_accuracy_budget_plcc": budget_plcc,
            "int8_drift": drift.to_json(),
        },
    )


def amend_sidecar(files: ModelFiles, fields: Mapping[str, object]) -> None:
    """Set fields of an existing sidecar, keeping the provenance of the export last."""
    sidecar = read_json(files.sidecar)
    provenance = sidecar.pop("run_provenance", None)
    sidecar |= fields
    write_json(files.sidecar, sidecar | {"run_provenance": provenance})


def takes_rows(files: ModelFiles) -> bool:
    """Whether a model scores rows of features, as its sidecar says, else its graph."""
    if files.sidecar.is_file():
        return bool(read_json(files.sidecar).get("kind", "fr") == "fr")
    return [value.name for value in load_graph(files.onnx).graph.input] == [INPUT]


def contract_of(sidecar: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a session needs of a sidecar; nothing of one in a published dialect, which says less."""
    is_ours = "schema_version" in sidecar and "name" not in sidecar
    return {name: sidecar[name] for name in CONTRACT_FIELDS if is_ours and name in sidecar}


def asked_of(files: ModelFiles, target: str | None = None, features: FeatureSet | None = None) -> Asked:
    """Return what a model's files say that tables are read for; without a sidecar, the tables' own task.

    Its target is that of its training unless another is given. Scores that a transform follows are judged
    before it, in the range that the table states.
    """
    if not files.sidecar.is_file():
        return Asked(features, target)
    sidecar = read_json(files.sidecar)
    record = read_json(files.training) if files.training.is_file() else {}
    names = tuple(sidecar.get("features", ()))
    correction = sidecar.get("chroma_correction")
    own = (
        FeatureSet(
            names,
            tuple(sidecar.get("feature_options", ())),
            correction and ChromaCorrection(**correction),
        )
        if names
        else None
    )
    own_target = record.get("target")
    if own_target in LABELS:
        own_target = LABELS[1]
    lowest, highest = sidecar.get("output_range", (None, None))
    is_bent = lowest is None or "score_transform" in sidecar
    return Asked(features or own, target or own_target, None if is_bent else (lowest, highest))
