# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models, from the committed table to the registry, in one go and behind the gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from vmaf_dnn.errors import InvalidArgument, ModelRejected

from .evaluate import Evaluation, Gate, evaluate, misses
from .export import export
from .files import Progress, read_json, sha256_of, write_bytes
from .optimise import Recipe
from .provenance import Files
from .quantize import Drift, drift, quantize
from .registry import write_registry
from .sidecar import ModelFiles, amend_sidecar, record_quantisation, write_sidecar
from .table import Split, features_of
from .train import train


@dataclass(frozen=True)
class Model:
    """One line of the plan: what to train and how it is to be run."""

    id: str
    arch: str
    description: str
    quant_mode: str
    recipe: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A configuration file: data and held-out list (relative to it), models and gate."""

    data: Path
    held_out: Path
    models: tuple[Model, ...]
    gate: Gate


def read_plan(path: Path) -> Plan:
    """Reads a plan. Raises `InvalidArgument` naming the field that is missing or unknown."""
    content = read_json(path)
    try:
        models = tuple(Model(**model) for model in content["models"])
        return Plan(
            path.parent / content["data"], path.parent / content["held_out"], models, Gate(**content["gate"])
        )
    except (KeyError, TypeError) as error:
        raise InvalidArgument(
            f"The plan {path} is wrong: {error}; see training/configs/shipped.json."
        ) from error


@dataclass(frozen=True)
class Built:
    """One model that was built, with its measures on held-out rows."""

    files: ModelFiles
    fp32: Evaluation
    int8: Evaluation
    drift: Drift


Provenance = Callable[[Files], dict[str, object]]
"""The `run_provenance` block for some outputs."""


def build(
    model: Model, split: Split, gate: Gate, folder: Path, provenance: Provenance, progress: Progress
) -> Built:
    """Trains, exports, quantises and judges one model into `folder`.

    Raises `ModelRejected` if it misses the gate.
    """
    files = ModelFiles(folder / f"{model.id}.onnx")
    checkpoint = train(model.arch, split.train, replace(Recipe(), **model.recipe), progress)
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {"description": model.description}, provenance({"onnx": files.onnx}))
    quantize(files.onnx, files.int8, features_of(split.train))
    built = _judge(files, split.held_out)
    if missed := misses(model.id, built.fp32, built.int8, gate):
        raise ModelRejected(f"{'; '.join(missed)}. Nothing was replaced.")
    record_quantisation(files, model.quant_mode, gate.max_plcc_drop, built.drift)
    amend_sidecar(files, {"notes": _notes(built)})
    return built


def _judge(files: ModelFiles, held_out: pa.Table) -> Built:
    moved = drift(files.onnx, files.int8, features_of(held_out))
    return Built(files, evaluate(files.onnx, held_out), evaluate(files.int8, held_out), moved)


def _notes(built: Built) -> str:
    exact, rough = built.fp32.overall, built.int8.overall
    return (
        f"Against vmaf_v0.6.1 on {exact.n_rows} frames of {len(built.fp32.by_source)} held-out sources: PLCC"
        f" {exact.plcc:.6f}, RMSE {exact.rmse:.3f}, largest error {exact.max_error:.2f}; int8 PLCC"
        f" {rough.plcc:.6f}, RMSE {rough.rmse:.3f}, largest error {rough.max_error:.2f}. Takes libvmaf's raw"
        " feature values; the scaler is in the graph."
    )


def publish(staging: Path, folder: Path) -> list[Path]:
    """Writes the registry beside the built models, then every file into `folder`."""
    write_registry(staging)
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in staging.iterdir())
    for name in names:
        write_bytes(folder / name, (staging / name).read_bytes())
    return [folder / name for name in names]


def differing(built: list[Built], folder: Path) -> list[str]:
    """Names of the model files whose bytes are not those of the same file in `folder`."""
    files = [path for one in built for path in (one.files.onnx, one.files.int8)]
    return [path.name for path in files if not _same(path, folder / path.name)]


def _same(path: Path, other: Path) -> bool:
    return other.is_file() and sha256_of(path) == sha256_of(other)
