# SPDX-License-Identifier: BSD-3-Clause
"""int8 files of a pair, and what they and shorter plans cost, measured by the library that users have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaf_dnn import Session
from vmaf_dnn.plans import Captioner, Plan, PlanEncoder
from vmaf_train.files import read_json, sha256_of
from vmaf_train.metrics import agreement
from vmaf_train.plans.int8_graph import dynamic_int8
from vmaf_train.plans.pictures import Pictures
from vmaf_train.plans.publish import PairFiles
from vmaf_train.publish.quality import state_quality
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar

MOST_LOST = 0.01
"""Share of exact sentences that int8 may cost, and a plan of one byte a number."""
BUDGET_PLCC = 0.002
_N_JUDGED, _N_SCORED = 500, 100


@dataclass(frozen=True)
class Deployed:
    """Shares of exact sentences by the files, as encoder, plan on its way and decoder are shortened."""

    n_pictures: int
    fp32: float
    int8_plan: float
    int8_encoder: float
    int8_words: float
    plcc: float
    words_plcc: float

    def to_json(self) -> dict[str, Any]:
        """As in a report."""
        return {name: round(value, 6) for name, value in vars(self).items()}


def quantise_pair(files: PairFiles, pictures: Pictures) -> Deployed:
    """Write both int8 files, measure them, and let `precision="auto"` run those that cost little."""
    for half in (files.encoder, files.words):
        dynamic_int8(half.onnx, half.int8)
        _record(half, "fp32", {})
    deployed = _measured(files, pictures)
    for half, exact in ((files.encoder, deployed.int8_encoder), (files.words, deployed.int8_words)):
        mode = "dynamic" if exact >= deployed.fp32 - MOST_LOST else "fp32"
        plcc = deployed.plcc if half is files.encoder else deployed.words_plcc
        drift = {"plcc": plcc, "exact_fp32": deployed.fp32, "exact_int8": exact}
        mode = mode if 1 - plcc <= BUDGET_PLCC else "fp32"
        _record(half, mode, {key: round(value, 8) for key, value in drift.items()})
        state_quality(
            half,
            "the sentences of the pictures",
            deployed.n_pictures,
            0,
            {"exact": deployed.fp32},
            {"exact": exact},
        )
    return deployed


def _record(half: ModelFiles, mode: str, drift: dict[str, float]) -> None:
    fields = {
        "quant_mode": mode,
        "int8_onnx": half.int8.name,
        "int8_sha256": sha256_of(half.int8),
        "int8_size_bytes": half.int8.stat().st_size,
        "quant_accuracy_budget_plcc": BUDGET_PLCC,
        "int8_drift": drift,
    }
    amend_sidecar(half, fields)


def _measured(files: PairFiles, pictures: Pictures) -> Deployed:
    some = pictures.first(_N_JUDGED)
    plans = _plans(files.encoder.onnx, "fp32", some)
    rough = _plans(files.encoder.onnx, "int8", some)
    words = Captioner(files.words.onnx, precision="fp32")
    return Deployed(
        n_pictures=len(some),
        fp32=_exact(words, plans, some),
        int8_plan=_exact(words, [Plan.from_bytes(plan.to_bytes("int8")) for plan in plans], some),
        int8_encoder=_exact(words, rough, some),
        int8_words=_exact(Captioner(files.words.onnx, precision="int8"), plans, some),
        plcc=agreement(_numbers(rough), _numbers(plans)).plcc,
        words_plcc=agreement(_scores(files.words, "int8", plans), _scores(files.words, "fp32", plans)).plcc,
    )


def _plans(path: Path, precision: Any, pictures: Pictures) -> list[Plan]:
    encoder = PlanEncoder(path, precision=precision)
    return [encoder.encode(pixels) for pixels in pictures.pixels]


def _exact(words: Captioner, plans: Sequence[Plan], pictures: Pictures) -> float:
    said = [words.caption(plan) == sentence for plan, sentence in zip(plans, pictures.sentences, strict=True)]
    return sum(said) / len(said)


def _scores(half: ModelFiles, precision: Any, plans: Sequence[Plan]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Of every word at every place of some plans, whatever was said before."""
    session = Session(half.onnx, precision=precision)
    _, n_places, n_words = read_json(half.sidecar)["output_shape"]
    said = np.random.default_rng(0).integers(1, n_words, (_N_SCORED, 1, n_places - 1)).astype(np.float32)
    runs = [
        session.run({"plan": plan.values[None].astype(np.float32), "words": words})["scores"]
        for plan, words in zip(plans, said, strict=False)
    ]
    return np.concatenate(runs).astype(np.float64).ravel()


def _numbers(plans: Sequence[Plan]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.stack([plan.values for plan in plans]).astype(np.float64).ravel()
