# SPDX-License-Identifier: BSD-3-Clause
"""A model against what it stands in for, on rows it was not trained on, and the gate it must pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.corpus.distortions import ODD_CODECS
from vmaf_train.data.table import LABELS, column, features_of, is_real, task_of, truth_of
from vmaf_train.files import Progress, no_progress
from vmaf_train.metrics import Agreement, agreement, clipped
from vmaf_train.onnx_files.scoring import score_rows
from vmaf_train.publish.displays import Display


@dataclass(frozen=True)
class Evaluation:
    """Agreement with the truth over all rows and over parts of them; scores clipped as reports do."""

    overall: Agreement
    ordinary: Agreement | None
    odd: Agreement | None
    by_family: Mapping[str, Agreement]
    by_kind: Mapping[str, Agreement]
    by_source: Mapping[str, Agreement]

    def to_json(self) -> dict[str, object]:
        """Nested dictionaries of rounded figures."""
        one = {key: getattr(self, key) for key in ("overall", "ordinary", "odd")}
        groups = {key: getattr(self, key) for key in ("by_family", "by_kind", "by_source")}
        return {key: value and value.to_json() for key, value in one.items()} | {
            key: {name: part.to_json() for name, part in group.items()} for key, group in groups.items()
        }


@dataclass(frozen=True)
class Gate:
    """What a model must reach over all rows it is judged by; None is no limit."""

    min_plcc: float = 0.998
    max_rmse: float | None = 1.0
    max_plcc_drop: float = 0.01  # of the int8 file against its fp32 one
    max_error: float | None = None

    def to_json(self) -> dict[str, float | None]:
        """As in a configuration file."""
        return asdict(self)


def evaluate(
    model: Path, table: pa.Table, progress: Progress = no_progress, display: Display | None = None
) -> Evaluation:
    """Scores the table's real rows, clips the scores as reports do, and compares them with the truth.

    With a display both sides are unclipped scores of v1, bent and clipped as its file does.

    Raises `InvalidArgument` if no row comes from a clip.
    """
    table = table.filter(pa.array(is_real(table)))
    if table.num_rows == 0:
        raise InvalidArgument("All rows to judge by are augmented; give a table of `vmaf-train corpus`.")
    scores, truth = score_rows(model, features_of(table), progress), truth_of(table)
    if display is None:
        scores = clipped(scores, task_of(table).output_range)
    else:
        scores, truth = display.scores(scores), display.scores(column(table, LABELS[1]))
    is_odd = np.isin(column(table, "codec").astype(str), sorted(ODD_CODECS))
    return Evaluation(
        overall=agreement(scores, truth),
        ordinary=_where(~is_odd, scores, truth),
        odd=_where(is_odd, scores, truth),
        by_family=_by(_family(table), scores, truth),
        by_kind=_by(column(table, "kind"), scores, truth),
        by_source=_by(column(table, "source"), scores, truth),
    )


def misses(name: str, fp32: Evaluation, int8: Evaluation | None, gate: Gate) -> list[str]:
    """One sentence for each limit that is missed; empty when the model passes."""
    found = _limits(name, fp32.overall, gate)
    if int8 is not None:
        found += _limits(f"{name} int8", int8.overall, gate)
        drop = fp32.overall.plcc - int8.overall.plcc
        if not drop <= gate.max_plcc_drop:
            found.append(
                f"{name} int8 loses {drop:.5f} PLCC against fp32, at most {gate.max_plcc_drop} is allowed"
            )
    return found


def _limits(name: str, overall: Agreement, gate: Gate) -> list[str]:
    found = []
    if not overall.plcc >= gate.min_plcc:
        found.append(f"{name} has PLCC {overall.plcc:.5f}, at least {gate.min_plcc} is required")
    if gate.max_rmse is not None and not overall.rmse <= gate.max_rmse:
        found.append(f"{name} has RMSE {overall.rmse:.3f}, at most {gate.max_rmse} is allowed")
    if gate.max_error is not None and not overall.max_error <= gate.max_error:
        found.append(f"{name} is off by up to {overall.max_error:.2f}, at most {gate.max_error} is allowed")
    return found


def _where(
    mask: NDArray[np.bool_], scores: NDArray[np.float64], truth: NDArray[np.float64]
) -> Agreement | None:
    return agreement(scores[mask], truth[mask]) if mask.any() else None


def _family(table: pa.Table) -> NDArray[np.object_]:
    """Return the codec or distortion, with the size if it was encoded smaller: `x264`, `x264 1/2`."""
    pairs = zip(column(table, "codec"), column(table, "scale"), strict=True)
    return np.array([codec if scale == 1 else f"{codec} 1/{scale}" for codec, scale in pairs], object)


def _by(
    group: NDArray[np.object_], scores: NDArray[np.float64], truth: NDArray[np.float64]
) -> dict[str, Agreement]:
    return {str(name): agreement(scores[group == name], truth[group == name]) for name in sorted(set(group))}
