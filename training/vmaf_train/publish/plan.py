# SPDX-License-Identifier: BSD-3-Clause
"""The shipped models, from the committed table to the registry, in one go and behind the gate."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from vmaf_dnn.errors import InvalidArgument, ModelRejected
from vmaf_train.data.table import Split, task_of
from vmaf_train.files import Progress, read_json, sha256_of, write_bytes, write_json
from vmaf_train.fit.recipe import Recipe
from vmaf_train.fit.train import train
from vmaf_train.onnx_files.export import export
from vmaf_train.provenance import Files
from vmaf_train.publish.displays import DISPLAYS
from vmaf_train.publish.evaluation import Evaluation, Gate, evaluate, misses
from vmaf_train.publish.int8_choice import FORMS, Attempt, cheapest_that_passes
from vmaf_train.publish.int8_gate import Limits, Verdict, judge
from vmaf_train.publish.quality import AGAINST, Quality, record_quality, sentence
from vmaf_train.publish.registry import NAME, SCHEMAS, models_in, write_registry
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar, record_quantisation, write_sidecar
from vmaf_train.quantize.form import MODES, Form
from vmaf_train.quantize.quantize import clip_rows


@dataclass(frozen=True)
class Model:
    """One line of the plan: what to train and how it is to be run.

    `quant_mode` "auto" runs int8 in the cheapest form that passes the gate, "dynamic", "static" and "qat"
    insist on one; "fp32" runs fp32 and only pins the int8 file, made as with "auto".

    `displays` says by which ids a net of VMAF v1 is registered, its own among them, and which file of libvmaf
    each stands in for: they share the net, and each has a sidecar.
    """

    id: str
    arch: str
    description: str
    quant_mode: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    displays: Mapping[str, str] = field(default_factory=dict)

    @property
    def forms(self) -> list[Form]:
        """The forms of int8 to try, the cheapest first."""
        return [form for form in FORMS if self.quant_mode in ("auto", "fp32", form.mode)]


@dataclass(frozen=True)
class Plan:
    """A configuration file: tables and held-out list (relative to it), models and gate.

    `against` is the model of libvmaf that labelled the tables, `cards` the file of the model cards.
    """

    data: tuple[Path, ...]
    held_out: Path
    models: tuple[Model, ...]
    gate: Gate
    against: str = AGAINST
    cards: str = "README.md"


def read_plan(path: Path) -> Plan:
    """Read a plan. Raises `InvalidArgument` naming the field that is missing or unknown."""
    content = read_json(path)
    try:
        models = tuple(Model(**model) for model in content["models"])
        data = tuple(path.parent / name for name in content["data"])
        if unknown := [model.quant_mode for model in models if not model.forms]:
            raise TypeError(f"quant_mode {unknown[0]!r} is none of auto, fp32, {', '.join(MODES)}")
        for model in models:
            _check_displays(model)
        own = {name: content[name] for name in ("against", "cards") if name in content}
        return Plan(data, path.parent / content["held_out"], models, Gate(**content["gate"]), **own)
    except (KeyError, TypeError) as error:
        raise InvalidArgument(
            f"The plan {path} is wrong: {error}; see training/configs/shipped.json."
        ) from error


def _check_displays(model: Model) -> None:
    """Raise `TypeError` for a display that there is not, and for a net that its own id does not name."""
    for display in model.displays.values():
        if display not in DISPLAYS:
            raise TypeError(f"display {display!r} is none of {', '.join(DISPLAYS)}")
    if model.displays and model.id not in model.displays:
        raise TypeError(f"the displays of {model.id} do not name {model.id} itself")


@dataclass(frozen=True)
class Built:
    """One model that was built, with its measures on held-out rows, and the forms of int8 that were tried."""

    files: ModelFiles
    fp32: Evaluation
    int8: Evaluation
    verdict: Verdict
    tried: list[Attempt]
    by_display: Mapping[str, tuple[Evaluation, Evaluation]] = field(default_factory=dict)


Provenance = Callable[[Files], dict[str, object]]
"""The `run_provenance` block for some outputs."""


def build(
    model: Model, split: Split, plan: Plan, folder: Path, provenance: Provenance, progress: Progress
) -> Built:
    """Trains, exports, quantises and judges one model into `folder`.

    Raises `ModelRejected` if it misses the gate.
    """
    files, gate = ModelFiles(folder / f"{model.id}.onnx"), plan.gate
    checkpoint = train(model.arch, split.train, replace(Recipe(), **model.recipe), progress)
    export(checkpoint, files.onnx)
    write_sidecar(files, checkpoint, {"description": model.description}, provenance({"onnx": files.onnx}))
    limits = Limits(plcc_drop=gate.max_plcc_drop)
    tried = cheapest_that_passes(
        files, clip_rows(split.train), limits, model.forms, progress, task_of(split.train).output_range
    )
    built = _judge(files, split.held_out, limits, tried)
    runs_int8 = model.quant_mode != "fp32"
    missed = [*misses(model.id, built.fp32, built.int8, gate), *(built.verdict.missed if runs_int8 else ())]
    if missed:
        raise ModelRejected(f"{'; '.join(missed)}. Nothing was replaced.")
    _record(files, model.quant_mode, built, plan.against)
    return _with_displays(model, built, split.held_out)


def _judge(files: ModelFiles, held_out: pa.Table, limits: Limits, tried: list[Attempt]) -> Built:
    verdict = judge(files, clip_rows(held_out), limits, output_range=task_of(held_out).output_range)
    return Built(files, evaluate(files.onnx, held_out), evaluate(files.int8, held_out), verdict, tried)


def _with_displays(model: Model, built: Built, held_out: pa.Table) -> Built:
    """Write a sidecar for each display, with the figures of its own scores."""
    found: dict[str, tuple[Evaluation, Evaluation]] = {}
    common = read_json(built.files.sidecar) if model.displays else {}
    for id_, name in model.displays.items():
        display, files = DISPLAYS[name], ModelFiles(built.files.onnx, "" if id_ == model.id else id_)
        fp32 = evaluate(files.onnx, held_out, display=display)
        int8 = evaluate(files.int8, held_out, display=display)
        found[id_] = fp32, int8
        description = model.description.format(model=display.model)
        write_json(files.sidecar, {**common, "id": id_, "description": description})
        amend_sidecar(files, display.contract())
        quality = record_quality(files, fp32, int8, display.model)
        amend_sidecar(files, {"notes": _notes(quality, built)})
    return replace(built, by_display=found)


def _record(files: ModelFiles, quant_mode: str, built: Built, against: str) -> None:
    made = built.tried[-1]
    mode = "fp32" if quant_mode == "fp32" else made.form.mode
    record_quantisation(files, mode, built.verdict.limits.plcc_drop, built.verdict.drift)
    quality = record_quality(files, built.fp32, built.int8, against)
    texts = {"notes": _notes(quality, built), "quant_calibration_set": made.quantised.calibration}
    amend_sidecar(files, {name: text for name, text in texts.items() if text})


def _notes(quality: Quality, built: Built) -> str:
    raw = "Takes libvmaf's raw feature values; the scaler is in the graph."
    return f"{sentence(quality)} {raw}{_why_not_int8(built)}"


def _why_not_int8(built: Built) -> str:
    missed = built.verdict.missed
    return f" int8 is no default: {'; '.join(missed)}." if missed else ""


def published(plan: Plan, folder: Path) -> list[Path]:
    """Every file that a plan puts into `folder`."""
    models = [ModelFiles(folder / f"{model.id}.onnx") for model in plan.models]
    files = [path for one in models for path in (one.onnx, one.int8, one.sidecar, one.training)]
    others = [folder / f"{id_}.json" for model in plan.models for id_ in model.displays if id_ != model.id]
    return [*files, *others, *(folder / name for name in (plan.cards, NAME, *SCHEMAS))]


def publish(staging: Path, folder: Path) -> list[Path]:
    """Write every file of the built models into `folder`, and one registry of all that it then has.

    The registry is made in `staging` first, with copies of the folder's other models, so that one with a
    fault replaces nothing.
    """
    names = sorted(path.name for path in staging.iterdir())
    for path in _models_beside(folder):
        if path.name not in names:
            shutil.copyfile(path, staging / path.name)
    write_registry(staging)
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted({*names, NAME, *SCHEMAS})
    for name in names:
        write_bytes(folder / name, (staging / name).read_bytes())
    return [folder / name for name in names]


def _models_beside(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder's models, and its registry: licences and signers stand there."""
    if folder.is_dir() and (folder / NAME).is_file():
        yield folder / NAME
        for files in models_in(folder):
            yield from (
                path for path in (files.onnx, files.int8, files.sidecar, files.training) if path.is_file()
            )
        yield from folder.glob("*.sigstore.json")


def differing(built: list[Built], folder: Path) -> list[str]:
    """Names of the model files whose bytes are not those of the same file in `folder`."""
    files = [path for one in built for path in (one.files.onnx, one.files.int8)]
    return [path.name for path in files if not _same(path, folder / path.name)]


def _same(path: Path, other: Path) -> bool:
    return other.is_file() and sha256_of(path) == sha256_of(other)
