# SPDX-License-Identifier: BSD-3-Clause
"""The files of a pair: two graphs, and beside each what it is and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_train.files import sha256_of, write_bytes
from vmaf_train.plans.export import Exported
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.nets import n_params
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.publish.statement import Statement, write_statement


@dataclass(frozen=True)
class PairFiles:
    """How the files of both halves are named."""

    encoder: ModelFiles
    words: ModelFiles

    @classmethod
    def beside(cls, encoder: Path, words: Path | None = None) -> PairFiles:
        """`scene_plan_v1.onnx` has `scene_words_v1.onnx` beside it, unless another is named."""
        stem = encoder.stem.replace("plan", "words") if "plan" in encoder.stem else f"{encoder.stem}_words"
        return cls(ModelFiles(encoder), ModelFiles(words or encoder.with_name(f"{stem}.onnx")))

    def written(self) -> dict[str, Path]:
        """Every file of the pair."""
        return {
            f"{half}_{what}": getattr(files, what)
            for half, files in (("encoder", self.encoder), ("words", self.words))
            for what in ("onnx", "sidecar", "training", "int8")
        }


@dataclass(frozen=True)
class Texts:
    """What the sidecars of both say."""

    about_encoder: str
    about_words: str
    notes: str


def write_pair(
    files: PairFiles,
    pair: Pair,
    exported: Exported,
    texts: Texts,
    record: Mapping[str, Any],
    provenance: object,
) -> None:
    """Write both graphs, their sidecars and `record`, that of their training."""
    plan = (pair.shape.n_vectors, pair.shape.length)
    write_bytes(files.encoder.onnx, exported.encoder)
    write_bytes(files.words.onnx, exported.decoder)
    encoder = Statement(
        kind="plan",
        arch=f"plan_{pair.shape.stem}",
        n_params=n_params([pair.encoder]),
        description=texts.about_encoder,
        notes=texts.notes,
        plan_shape=plan,
    )
    words = Statement(
        kind="words",
        arch="words",
        n_params=n_params([pair.decoder]),
        description=texts.about_words,
        notes=texts.notes,
        plan_shape=plan,
        words=pair.vocabulary.words,
        encoder=sha256_of(files.encoder.onnx),
    )
    for half, statement in ((files.encoder, encoder), (files.words, words)):
        write_statement(half, statement, record, provenance)
