# SPDX-License-Identifier: BSD-3-Clause
"""Published tables brought into our schema, with or without a teacher.

libvmaf clips `vmaf` to 0..100, so a row at either end has lost its unclipped score: a teacher gives it
back, else the row is left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_train.data.published_layouts import read_published
from vmaf_train.data.table import column, features_of
from vmaf_train.data.teacher import LARGEST_DIFFERENCE, Teacher
from vmaf_train.metrics import OUTPUT_RANGE, clipped

_UNCLIPPED = "vmaf_unclipped"
_DECIMALS = 6  # as libvmaf logs them


@dataclass(frozen=True)
class Imported:
    """The rows of one published table, and how many of its labels were at an end of 0..100."""

    path: Path
    table: pa.Table
    n_clipped: int
    has_teacher: bool

    def to_json(self) -> dict[str, object]:
        """Figures for the report."""
        counts = {"n_rows": self.table.num_rows, "n_clipped": self.n_clipped}
        return {"table": self.path.name, **counts, "clipped_rows": self._fate}

    def line(self) -> str:
        """Return what became of its rows."""
        said = f"{self.path.name}: {self.table.num_rows} rows"
        return f"{said}; {self.n_clipped} at 0 or 100 {self._fate}" if self.n_clipped else said

    @property
    def _fate(self) -> str:
        return "labelled by the teacher" if self.has_teacher else "left out, --teacher would label them"


def import_table(path: Path, teacher: Teacher | None = None) -> Imported:
    """Read one published table as `read_published` does.

    Raises `InvalidArgument` also if no row is left or the teacher contradicts the table's labels.
    """
    rows, is_known = read_published(path)
    score = column(rows, "vmaf")
    if is_known:
        return Imported(path, rows, 0, has_teacher=False)
    is_clipped = (score <= OUTPUT_RANGE[0]) | (score >= OUTPUT_RANGE[1])
    if teacher is not None:
        rows = _labelled(path, rows, teacher, is_clipped)
    elif is_clipped.all():
        raise InvalidArgument(f"All {len(score)} rows of {path} are at 0 or 100; label them with --teacher.")
    else:
        rows = rows.filter(pa.array(~is_clipped))
    return Imported(path, rows, int(is_clipped.sum()), has_teacher=teacher is not None)


def _labelled(path: Path, rows: pa.Table, teacher: Teacher, is_clipped: NDArray[np.bool_]) -> pa.Table:
    scores = teacher.score(features_of(rows)).round(_DECIMALS)
    difference = np.abs(clipped(scores) - column(rows, "vmaf")).max()
    if not difference <= LARGEST_DIFFERENCE:
        raise InvalidArgument(
            f"The teacher is up to {difference:.3g} VMAF away from the labels of {path}, at most"
            f" {LARGEST_DIFFERENCE} is allowed; give the model that labelled it."
        )
    unclipped = np.where(is_clipped, scores, column(rows, "vmaf"))
    return rows.set_column(rows.column_names.index(_UNCLIPPED), _UNCLIPPED, pa.array(unclipped))
