# SPDX-License-Identifier: BSD-3-Clause
"""How close a model is to what it stands in for: the block `quality` of sidecars and registries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmaf_train.metrics import Agreement
from vmaf_train.publish.evaluation import Evaluation
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar

AGAINST = "vmaf_v0.6.1"
_FIGURES = ("plcc", "srocc", "rmse", "max_error")

Quality = Mapping[str, Any]


def record_quality(
    files: ModelFiles, fp32: Evaluation, int8: Evaluation | None, against: str = AGAINST
) -> Quality:
    """Write the block into the model's sidecar, and return it.

    Args:
        files: the model.
        fp32: its fp32 file on rows that it was not trained on.
        int8: its int8 file on the same rows; None if there is none.
        against: what it stands in for.
    """
    overall = fp32.overall
    quality = {
        "against": against,
        "n_rows": overall.n_rows,
        "n_sources": len(fp32.by_source),
        "fp32": _figures(overall),
        **({"int8": _figures(int8.overall)} if int8 else {}),
    }
    amend_sidecar(files, {"quality": quality})
    return quality


def sentence(quality: Quality) -> str:
    """Say the block in words, for the notes of a model."""
    int8 = f"; int8 {_words(quality['int8'])}" if "int8" in quality else ""
    return (
        f"Against {quality['against']} on {quality['n_rows']} frames of {quality['n_sources']} held-out"
        f" sources: {_words(quality['fp32'])}{int8}."
    )


def _figures(found: Agreement) -> dict[str, float]:
    rounded = found.to_json()
    return {name: rounded[name] for name in _FIGURES}


def _words(figures: Mapping[str, float]) -> str:
    return f"PLCC {figures['plcc']:.6f}, RMSE {figures['rmse']:.3f}, largest error {figures['max_error']:.2f}"
