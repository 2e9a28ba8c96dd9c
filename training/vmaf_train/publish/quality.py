# SPDX-License-Identifier: BSD-3-Clause
"""How good a model is at what it was trained for: the block `quality` of sidecars and registries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmaf_train.metrics import Agreement
from vmaf_train.publish.evaluation import Evaluation
from vmaf_train.publish.sidecar import ModelFiles, amend_sidecar

AGAINST = "vmaf_v0.6.1"
_FIGURES = ("plcc", "srocc", "rmse", "max_error")

Quality = Mapping[str, Any]
Figures = Mapping[str, float]
COLUMNS = {
    "plcc": "PLCC",
    "srocc": "SROCC",
    "rmse": "RMSE",
    "max_error": "largest error",
    "l1": "L1",
    "psnr_gain": "PSNR gain, dB",
    "worst_psnr_gain": "of the worst source",
    "exact": "sentences exact",
}
"""The figures of all kinds, as tables call them."""
_WORDS = {
    "plcc": "PLCC {:.6f}",
    "rmse": "RMSE {:.3f}",
    "max_error": "largest error {:.2f}",
    "l1": "L1 {:.4f}",
    "psnr_gain": "PSNR {:+.2f} dB",
    "worst_psnr_gain": "worst source {:+.2f} dB",
    "exact": "{:.2%} of sentences exact",
}


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
    rough = _figures(int8.overall) if int8 else None
    return state_quality(files, against, overall.n_rows, len(fp32.by_source), _figures(overall), rough)


def state_quality(
    files: ModelFiles, against: str, n_rows: int, n_sources: int, fp32: Figures, int8: Figures | None = None
) -> Quality:
    """Write the block of any kind, with the figures that `FIGURES` names for it, and return it.

    `n_sources` is 0 where what was judged on comes from none, as pictures that were drawn.
    """
    quality = {
        "against": against,
        "n_rows": n_rows,
        **({"n_sources": n_sources} if n_sources else {}),
        "fp32": _rounded(fp32),
        **({"int8": _rounded(int8)} if int8 else {}),
    }
    amend_sidecar(files, {"quality": quality})
    return quality


def sentence(quality: Quality) -> str:
    """Say the block in words, for the notes of a model."""
    int8 = f"; int8 {words_of(quality['int8'])}" if "int8" in quality else ""
    rows = f"{quality['n_rows']} {'pictures' if 'exact' in quality['fp32'] else 'frames'}"
    if "n_sources" in quality:
        rows += f" of {quality['n_sources']} held-out sources"
    return f"Against {quality['against']} on {rows}: {words_of(quality['fp32'])}{int8}."


def words_of(figures: Figures) -> str:
    """Say figures in words, in the order of the table."""
    return ", ".join(form.format(figures[name]) for name, form in _WORDS.items() if name in figures)


def _figures(found: Agreement) -> Figures:
    rounded = found.to_json()
    return {name: rounded[name] for name in _FIGURES}


def _rounded(figures: Figures) -> Figures:
    return {name: round(value, 6) for name, value in figures.items()}
