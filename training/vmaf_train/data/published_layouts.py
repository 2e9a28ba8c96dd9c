# SPDX-License-Identifier: BSD-3-Clause
"""The layouts in which tables of features and VMAF have been published, and how each reads in our schema.

All have the six features (plain, or with `integer_` before the name) and `vmaf`; what else they have
differs, and `_TEXTS` says which column is taken for what, the first that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.corpus.pairs import LOG_PREFIX
from vmaf_train.data.table import LABELS, SCHEMA
from vmaf_train.metrics import clipped

_READERS = {".parquet": pq.read_table, ".csv": pyarrow.csv.read_csv}
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "source": ("source", "key"),
    "scene": ("scene", "key", "source"),
    "kind": ("kind", "corpus"),
    "codec": ("codec",),
    "quality": ("quality", "dis_basename"),
    "scale": ("scale",),
    "frame": ("frame", "frame_index"),
}


def read_published(path: Path) -> tuple[pa.Table, bool]:
    """Return the rows of a .parquet or .csv file in `SCHEMA`, and whether `vmaf_unclipped` is known.

    If it is not, it is a copy of `vmaf`. `source` is the column of that name, else `key`, else the file's
    stem; `corpus` is put before it. Raises `InvalidArgument` for a file that can't be read, a table without
    rows, a feature or `vmaf`, rows that are not finite (with their number) or a `vmaf` outside 0..100.
    """
    table = _read(path)
    numbers = {name: _numbers(path, table, name) for name in _number_columns(path, table)}
    _refuse_bad_rows(path, numbers)
    columns: dict[str, Any] = {name: _text(path, table, name) for name in _TEXTS} | numbers
    is_known = LABELS[1] in columns
    if not is_known:
        columns[LABELS[1]] = columns[LABELS[0]]
    if "corpus" in table.column_names:
        columns["source"] = [f"{a}/{b}" for a, b in zip(columns["kind"], columns["source"], strict=True)]
    try:
        return pa.table({name: columns[name] for name in SCHEMA.names}).cast(SCHEMA), is_known
    except pa.ArrowException as error:
        raise InvalidArgument(f"The table {path} does not fit the schema: {error}.") from error


def _read(path: Path) -> pa.Table:
    if path.suffix not in _READERS:
        raise InvalidArgument(f"{path} can't be imported; give a table in {' or '.join(_READERS)}.")
    try:
        table = _READERS[path.suffix](path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidArgument(
            f"Can't read the table {path}: {error}; give a {path.suffix[1:]} file."
        ) from error
    if table.num_rows == 0:
        raise InvalidArgument(f"The table {path} has no rows; give one that has.")
    return table


def _number_columns(path: Path, table: pa.Table) -> list[str]:
    names, found = [*CANONICAL_6, LABELS[0]], table.column_names
    missing = [name for name in names if _column_of(table, name) not in found]
    if missing == names:
        raise InvalidArgument(
            f"The table {path} is in no known layout: it has {', '.join(found)}, but neither features nor"
            " vmaf."
        )
    if missing:
        raise InvalidArgument(
            f"The table {path} lacks the column {missing[0]!r}; it needs {', '.join(names)}, the features"
            f" plain or with {LOG_PREFIX} before the name."
        )
    return [*names, LABELS[1]] if LABELS[1] in found else names


def _column_of(table: pa.Table, name: str) -> str:
    return name if name in table.column_names or name in LABELS else LOG_PREFIX + name


def _numbers(path: Path, table: pa.Table, name: str) -> NDArray[np.float64]:
    try:
        return np.asarray(table[_column_of(table, name)].cast(pa.float64()).to_numpy(), np.float64)
    except pa.ArrowException as error:
        raise InvalidArgument(f"The column {name!r} of {path} is not of numbers: {error}.") from error


def _text(path: Path, table: pa.Table, name: str) -> list[Any]:
    for candidate in _TEXTS[name]:
        if candidate in table.column_names:
            if n_missing := table[candidate].null_count:
                raise InvalidArgument(f"{n_missing} rows of {path} have no {candidate}; drop them.")
            return list(table[candidate].to_pylist())
    if name == "frame":
        return list(range(table.num_rows))
    unknown = {"source": path.stem, "scene": path.stem, "kind": "other", "scale": 1}
    return [unknown.get(name, "unknown")] * table.num_rows


def _refuse_bad_rows(path: Path, numbers: Mapping[str, NDArray[np.float64]]) -> None:
    bad = np.flatnonzero(~np.isfinite(np.column_stack(list(numbers.values()))).all(axis=1))
    if bad.size:
        raise InvalidArgument(
            f"{bad.size} rows of {path} have a feature or label that is not finite, first row {bad[0]}; drop"
            " them."
        )
    outside = np.flatnonzero(clipped(numbers[LABELS[0]]) != numbers[LABELS[0]])
    if outside.size:
        raise InvalidArgument(
            f"{outside.size} rows of {path} have a vmaf outside 0..100, first row {outside[0]}; give"
            " libvmaf's."
        )
