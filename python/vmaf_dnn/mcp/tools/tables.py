# SPDX-License-Identifier: BSD-3-Clause
"""Tables of rows: features, a truth beside them, and which split each row is of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.mcp.desk import Desk
from vmaf_dnn.report.extras import imported

Split = Literal["train", "val", "test", "all"]
MOST_BYTES = 1 << 30
_TRUTHS = ("mos", "vmaf")
_KEYS = ("key", "source")
_SALT = "vmaf-train-splits-v1"


@dataclass(frozen=True)
class Rows:
    """Rows of a table, one a frame or a clip.

    Attributes:
        rows: (n, columns) float32, as `Session.run` takes them.
        truth: (n,) float64.
        target: the column that `truth` is.
    """

    rows: NDArray[np.float32]
    truth: NDArray[np.float64]
    target: str


class Table:
    """A parquet or CSV file that a client names. Raises `InvalidArgument` for what it doesn't hold."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._name = name
        self._columns = _read(desk.allowed.open("features", name), name)

    def rows(self, features: Sequence[str], target: str | None, split: Split) -> Rows:
        """Return the rows of a split that hold all of `features` and the truth."""
        target = target or next((name for name in _TRUTHS if name in self._columns.column_names), _TRUTHS[0])
        values = np.stack([self._numbers(name) for name in (*features, target)], axis=1)
        values = values[self._is_of(split)]
        values = values[np.isfinite(values).all(axis=1)]
        if len(values) < 2:
            raise InvalidArgument(
                f"{self._name} holds {len(values)} rows of the split {split!r} whose values are all finite;"
                " two or more are needed."
            )
        return Rows(np.ascontiguousarray(values[:, :-1], np.float32), values[:, -1], target)

    def _is_of(self, split: Split) -> NDArray[np.bool_]:
        """Tell which rows are of a split: by the column split, else by a digest of key or source."""
        if split == "all":
            return np.ones(self._columns.num_rows, np.bool_)
        if "split" in self._columns.column_names:
            return np.array([str(word) == split for word in self._columns["split"].to_pylist()], np.bool_)
        for name in _KEYS:
            if name in self._columns.column_names:
                splits = {key: split_of(str(key)) for key in self._columns[name].unique().to_pylist()}
                return np.array([splits[key] == split for key in self._columns[name].to_pylist()], np.bool_)
        raise InvalidArgument(
            f"{self._name} has none of the columns split, {', '.join(_KEYS)}, which say what is of the split"
            f" {split!r}; ask for the split 'all'."
        )

    def _numbers(self, name: str) -> NDArray[np.float64]:
        if name not in self._columns.column_names:
            raise InvalidArgument(
                f"{self._name} has no column {name!r}; it has {', '.join(self._columns.column_names)}."
            )
        try:
            column = self._columns[name].cast("float64")
        except ValueError as error:
            raise InvalidArgument(f"column {name!r} of {self._name} holds what is no number.") from error
        return np.asarray(column.to_numpy(), np.float64)


def split_of(key: str) -> Split:
    """Return the split of a content: a tenth is for tests, a tenth for validation, by a digest of its key."""
    digest = hashlib.sha256(f"{_SALT}:{key}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return "test" if share < 0.1 else "val" if share < 0.2 else "train"


def _read(descriptor: int, name: str) -> Any:
    """Return a pyarrow table, and close the descriptor."""
    with open(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > MOST_BYTES:
            raise InvalidArgument(f"{name} has more than {MOST_BYTES >> 20} MiB; give a smaller table.")
        pa = imported("pyarrow", "a table", "vmaf-dnn[mcp]")
        from pyarrow import csv, parquet

        try:
            return csv.read_csv(file) if Path(name).suffix.lower() == ".csv" else parquet.read_table(file)
        except (pa.ArrowException, OSError) as error:
            raise InvalidArgument(
                f"{name} can't be read as {'CSV' if name.lower().endswith('.csv') else 'parquet'}:"
                f" {str(error).partition(chr(10))[0].rstrip('.')}."
            ) from error
