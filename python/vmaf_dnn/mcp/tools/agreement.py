# SPDX-License-Identifier: BSD-3-Clause
"""How well the scores of a model follow a truth."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from vmaf_dnn.mcp.tools.tables import Split, Table
from vmaf_dnn.report.extras import imported
from vmaf_dnn.session import Session


class Agreement(BaseModel):
    """Figures of one model on some rows; both sides in points."""

    model: str
    precision: str
    n: int = Field(description="rows")
    plcc: float | None = Field(description="Pearson's correlation; null if either side is constant")
    srocc: float | None = Field(description="Spearman's, ties by their mean rank; null as above")
    rmse: float
    bias: float = Field(description="mean of score minus truth")
    max_error: float
    columns: list[str] = Field(description="the features that the model takes")

    def words(self) -> str:
        """Say it for people."""
        plcc, srocc = ("none" if value is None else f"{value:.6f}" for value in (self.plcc, self.srocc))
        return (
            f"{self.model} ({self.precision}) on {self.n} rows: PLCC {plcc}, SROCC {srocc},"
            f" RMSE {self.rmse:.4f}, bias {self.bias:+.4f}, largest error {self.max_error:.4f}."
        )


def judged(
    model: str | Path,
    precision: Literal["auto", "fp32", "int8"],
    table: Table,
    target: str | None,
    split: Split,
) -> tuple[Agreement, str]:
    """Score rows, clipped as reports clip, and compare with the truth; return also the truth's column.

    Raises:
        VmafDnnError: the model can't be opened, or the table lacks what it takes.
    """
    stats = imported("scipy.stats", "a correlation", "vmaf-dnn[mcp]")
    session = Session(model, precision=precision)
    info = session.info
    rows = table.rows(info.features, target, split)
    scores = np.clip(np.asarray(session.run(rows.rows), np.float64), *info.output_range)
    error = scores - rows.truth
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.ConstantInputWarning)
        plcc, srocc = stats.pearsonr(scores, rows.truth)[0], stats.spearmanr(scores, rows.truth)[0]
    figures = Agreement(
        model=info.id,
        precision=info.precision,
        n=len(error),
        plcc=_finite(plcc),
        srocc=_finite(srocc),
        rmse=float(np.sqrt(np.mean(error**2))),
        bias=float(np.mean(error)),
        max_error=float(np.abs(error).max()),
        columns=list(info.features),
    )
    return figures, rows.target


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
