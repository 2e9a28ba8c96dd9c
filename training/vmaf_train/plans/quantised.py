# SPDX-License-Identifier: BSD-3-Clause
"""int8 files of a pair, and what they and shorter plans cost, measured by the library that users have."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaf_dnn.plans import Captioner, Plan
from vmaf_train.files import read_json, sha256_of, write_json
from vmaf_train.plans.pictures import Pictures, as_planes
from vmaf_train.plans.publish import PairFiles
from vmaf_train.publish.kind_gate import KindLimits, KindVerdict, quantise_and_record
from vmaf_train.publish.quality import state_quality
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.samples import Samples, run_samples

LIMITS = KindLimits(plcc_drop=0.002)
_N_TRAINING, _N_JUDGED, _N_SAMPLES = 200, 500, 200
_TRUTH = "the sentences of the pictures"


@dataclass(frozen=True)
class Deployed:
    """Shares of exact sentences by the files, as encoder, plan on its way and decoder are shortened."""

    n_pictures: int
    fp32: float
    int8_plan: float
    int8_encoder: float
    int8_words: float

    def to_json(self) -> dict[str, Any]:
        """As in a report."""
        return {name: round(value, 6) for name, value in vars(self).items()}


def quantise_pair(files: PairFiles, train: Pictures, judged: Pictures) -> Deployed:
    """Write both int8 files in the cheapest form that passes; `precision="auto"` runs those that do."""
    before, after = _Measured(files, train.first(_N_TRAINING)), _Measured(files, judged.first(_N_JUDGED))
    encoder = _quantise(
        files.encoder, before.pictures_in(), after.pictures_in(), before.by_encoder, after.by_encoder
    )
    words = _quantise(files.words, before.words_in(), after.words_in(), before.by_words, after.by_words)
    assert encoder.exact is not None
    assert words.exact is not None
    for half, verdict in ((files.encoder, encoder), (files.words, words)):
        fp32, int8 = verdict.exact or (0.0, 0.0)
        state_quality(half, _TRUTH, len(after.pictures), 0, {"exact": fp32}, {"exact": int8})
    short = after.exact(Captioner(files.words.onnx, precision="fp32"), map(_shortened, after.plans))
    return Deployed(len(after.pictures), encoder.exact[0], short, encoder.exact[1], words.exact[1])


def _quantise(half: ModelFiles, training: Samples, held_out: Samples, before: Any, after: Any) -> KindVerdict:
    return quantise_and_record(half, training, held_out, LIMITS, exact=after, exact_in_training=before)[1]


class _Measured:
    """Pictures, the plans that the fp32 encoder makes of them, and how many come out as their sentences."""

    def __init__(self, files: PairFiles, pictures: Pictures) -> None:
        self._files, self.pictures = files, pictures
        self._digest = sha256_of(files.encoder.onnx)
        self.plans = self._plans_by(files.encoder.onnx)

    def pictures_in(self) -> Samples:
        """Return what goes into the encoder."""
        return Samples({"picture": as_planes(self.pictures.pixels[:_N_SAMPLES]).numpy()})

    def words_in(self) -> Samples:
        """Return what goes into the decoder: plans, and words that may come before others."""
        _, n_places, n_words = read_json(self._files.words.sidecar)["output_shape"]
        values = np.stack([plan.values for plan in self.plans[:_N_SAMPLES]]).astype(np.float32)
        said = np.random.default_rng(0).integers(1, n_words, (len(values), n_places - 1))
        return Samples({"plan": values, "words": said.astype(np.float32)})

    def by_encoder(self, path: Path) -> float:
        """Share of exact sentences with this file in the encoder's place."""
        return self.exact(_alone(self._files.words, self._files.words.onnx), self._plans_by(path))

    def by_words(self, path: Path) -> float:
        """Share of exact sentences with this file in the decoder's place."""
        return self.exact(_alone(self._files.words, path), self.plans)

    def exact(self, captioner: Captioner, plans: Iterable[Plan]) -> float:
        """Share of plans that are said by the sentence of their picture."""
        said = map(captioner.caption, plans)
        return sum(a == b for a, b in zip(said, self.pictures.sentences, strict=True)) / len(self.pictures)

    def _plans_by(self, path: Path) -> list[Plan]:
        made = run_samples(path, Samples({"picture": as_planes(self.pictures.pixels).numpy()}))
        shape = read_json(self._files.encoder.sidecar)["plan_shape"]
        return [Plan(values.reshape(shape), self._digest) for values in made]


def _alone(half: ModelFiles, path: Path) -> Captioner:
    """Open a file of the decoder, fp32 or int8, under its sidecar's words."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / half.onnx.name
        shutil.copyfile(path, copy)
        stated = read_json(half.sidecar)
        kept = {name: value for name, value in stated.items() if "int8" not in name and "quant" not in name}
        write_json(copy.with_suffix(".json"), kept | {"sha256": sha256_of(path)})
        return Captioner(copy)


def _shortened(plan: Plan) -> Plan:
    return Plan.from_bytes(plan.to_bytes("int8"))
