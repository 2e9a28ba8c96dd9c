# SPDX-License-Identifier: BSD-3-Clause
"""The files of a pair: two graphs, and beside each what it is and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaf_train.files import sha256_of, write_bytes, write_json
from vmaf_train.onnx_files.graph import OPSET
from vmaf_train.plans.export import Exported
from vmaf_train.plans.fit import Pair
from vmaf_train.plans.nets import SIDE, n_params
from vmaf_train.publish.sidecar import SCHEMA_VERSION, ModelFiles


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


def write_pair(
    files: PairFiles,
    pair: Pair,
    exported: Exported,
    record: Mapping[str, Any],
    texts: Mapping[str, str],
) -> None:
    """Write both graphs, their sidecars and the records of their training.

    `texts` holds what the sidecars say: `about_encoder`, `about_words` and `notes`.
    """
    write_bytes(files.encoder.onnx, exported.encoder)
    write_bytes(files.words.onnx, exported.decoder)
    plan = [pair.shape.n_vectors, pair.shape.length]
    longest, n_words = pair.vocabulary.longest, len(pair.vocabulary.words)
    provenance = record["run_provenance"]
    encoder = _common(files.encoder, "plan", f"plan_{pair.shape.stem}", n_params([pair.encoder])) | {
        "description": texts["about_encoder"],
        "notes": texts["notes"],
        "input_name": "picture",
        "input_shape": [1, 3, SIDE, SIDE],
        "output_name": "plan",
        "output_shape": [1, *plan],
        "plan_shape": plan,
    }
    words = _common(files.words, "words", "words", n_params([pair.decoder])) | {
        "description": texts["about_words"],
        "notes": texts["notes"],
        "input_name": "words",
        "input_shape": [1, longest],
        "output_name": "scores",
        "output_shape": [1, longest + 1, n_words],
        "plan_shape": plan,
        "words": list(pair.vocabulary.words),
        "encoder": encoder["sha256"],
    }
    for half, sidecar in ((files.encoder, encoder), (files.words, words)):
        head = {"schema_version": SCHEMA_VERSION, "id": half.id, "sha256": sidecar["sha256"]}
        write_json(half.training, head | dict(record))
        write_json(half.sidecar, sidecar | {"run_provenance": provenance})


def _common(files: ModelFiles, kind: str, arch: str, n: int) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "id": files.id,
        "kind": kind,
        "arch": arch,
        "n_params": n,
        "onnx": files.onnx.name,
        "opset": OPSET,
        "sha256": sha256_of(files.onnx),
        "size_bytes": files.onnx.stat().st_size,
        "quant_mode": "fp32",
        "training": files.training.name,
    }
