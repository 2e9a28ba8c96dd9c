# SPDX-License-Identifier: BSD-3-Clause
"""Whether an int8 file may stand in for its fp32 one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.files import Progress, no_progress, read_json
from vmaf_train.metrics import OUTPUT_RANGE, agreement
from vmaf_train.onnx_files.scoring import INPUT, OUTPUT, score_rows
from vmaf_train.publish.registry import check_registry
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.quantize import Drift, drift

BUDGET_PLCC = 0.01
_N_SYNTHETIC = 16
_N_ALONE = 64


@dataclass(frozen=True)
class Limits:
    """What int8 may lose against fp32: VMAF points over held-out rows, and PLCC there and on made-up rows.

    `engine_gap` is how far a row's score may depend on its batch, or be from ONNX Runtime's, VMAF points:
    sums in another order differ by less.
    """

    mean_abs: float = 0.05
    max_abs: float = 0.5
    bias: float = 0.02
    plcc_drop: float = BUDGET_PLCC
    engine_gap: float = 1e-3

    def tightened(self, share: float) -> Limits:
        """Each limit times `share`."""
        return Limits(**{name: share * limit for name, limit in asdict(self).items()})


@dataclass(frozen=True)
class Candidate:
    """A model whose int8 file is to be judged; `quant_mode` and budget as its registry states them."""

    files: ModelFiles
    quant_mode: str | None = None
    budget_plcc: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What was measured; `missed` has a sentence for each limit, none when the file passes."""

    limits: Limits
    drift: Drift
    synthetic_plcc_drop: float
    synthetic_max_abs: float
    engine_gap: float
    missed: list[str]

    def to_json(self) -> dict[str, Any]:
        """As in a report, figures rounded."""
        numbers = {key: round(value, 8) for key, value in asdict(self).items() if isinstance(value, float)}
        figures = {"limits": asdict(self.limits), **self.drift.to_json(), **numbers}
        return {"passed": not self.missed, "missed": self.missed, **figures}


def candidates(registry: Path, *, pinned: bool) -> list[Candidate]:
    """Return the entries that run int8 by default; if `pinned` also those that run fp32 and pin an int8 file.

    Raises `RegistryInvalid` if the registry has a fault, and `InvalidArgument` if there are none.
    """
    check_registry(registry)
    entries = [entry for entry in read_json(registry)["models"] if _is_judged(entry, pinned)]
    if not entries:
        cure = "add one with `vmaf-train ptq`" if pinned else "--pinned judges int8 files that it only pins"
        raise InvalidArgument(f"{registry} has no model that runs int8; {cure}.")
    return [_candidate(entry, registry.parent) for entry in entries]


def judge(
    files: ModelFiles,
    features: NDArray[np.floating],
    limits: Limits,
    progress: Progress = no_progress,
    output_range: tuple[float, float] = OUTPUT_RANGE,
) -> Verdict:
    """Compare the int8 file with its fp32 one on (n, k) rows of clips, and on the published synthetic ones.

    Raises `ModelRejected` for a file that is missing or that the library does not run.
    """
    moved = drift(files.onnx, files.int8, features, progress, output_range)
    synthetic = np.random.default_rng(0).random((_N_SYNTHETIC, features.shape[1]))
    exact, rough = score_rows(files.onnx, synthetic), score_rows(files.int8, synthetic)
    measured = {
        "mean |Δ| in VMAF": (moved.mean_abs, limits.mean_abs),
        "max |Δ| in VMAF": (moved.max_abs, limits.max_abs),
        "|bias| in VMAF": (abs(moved.bias), limits.bias),
        "PLCC drop": (moved.plcc_drop, limits.plcc_drop),
        "synthetic PLCC drop": (1 - agreement(rough, exact).plcc, limits.plcc_drop),
        "engine gap in VMAF": (_engine_gap(files.int8, features), limits.engine_gap),
    }
    return Verdict(
        limits=limits,
        drift=moved,
        synthetic_plcc_drop=measured["synthetic PLCC drop"][0],
        synthetic_max_abs=float(np.abs(rough - exact).max()),
        engine_gap=measured["engine gap in VMAF"][0],
        missed=[
            f"{files.int8.name}: {name} is {value:.4f}, at most {limit:g} is allowed"
            for name, (value, limit) in measured.items()
            if not value <= limit
        ],
    )


def _is_judged(entry: Mapping[str, Any], pinned: bool) -> bool:
    return entry.get("quant_mode", "fp32") != "fp32" or (pinned and "int8_sha256" in entry)


def _candidate(entry: Mapping[str, Any], folder: Path) -> Candidate:
    files = ModelFiles(folder / entry["onnx"], entry["id"] if "sidecar" in entry else "")
    return Candidate(files, entry.get("quant_mode", "fp32"), entry.get("quant_accuracy_budget_plcc"))


def _engine_gap(int8: Path, features: NDArray[np.floating]) -> float:
    """Return the largest difference of scores in a batch to those of rows alone, ours and ONNX Runtime's."""
    chosen = np.unique(np.linspace(0, len(features) - 1, _N_ALONE).astype(int))
    rows = features[chosen].astype(np.float32)
    in_a_batch = score_rows(int8, rows)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(int8, options, providers=["CPUExecutionProvider"])
    theirs = [session.run([OUTPUT], {INPUT: row[None]})[0][0] for row in rows]
    alone = [score_rows(int8, row[None])[0] for row in rows]
    return float(max(np.abs(in_a_batch - theirs).max(), np.abs(in_a_batch - alone).max()))
