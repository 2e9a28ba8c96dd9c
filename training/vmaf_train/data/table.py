# SPDX-License-Identifier: BSD-3-Clause
"""The training table: one row per frame of a distorted clip, in parquet."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.files import read_json, write_bytes

LABELS = ("vmaf", "vmaf_unclipped")
_TEXTS = ("source", "scene", "kind", "codec", "quality")
_NUMBERS = (*CANONICAL_6, *LABELS)

SCHEMA = pa.schema(
    [(name, pa.string()) for name in _TEXTS]
    + [("scale", pa.int32()), ("frame", pa.int32())]
    + [(name, pa.float64()) for name in _NUMBERS]
)
"""`scale` divides the picture size (1, 2, 4); `quality` is in the codec's own words (`crf26`)."""


AUGMENTED = frozenset({"jitter", "between", "beyond"})
"""What `codec` says of rows that no clip has given: they are there to train on, never to judge by."""


def write_table(path: Path, table: pa.Table, metadata: dict[str, str] | None = None) -> None:
    """Write the table whole, in `SCHEMA`'s column order, with `metadata` beside its schema."""
    table = table.select(SCHEMA.names).cast(SCHEMA).replace_schema_metadata(metadata)
    encodings = {"compression": "zstd", "compression_level": 19, "use_byte_stream_split": list(_NUMBERS)}
    content = io.BytesIO()
    pq.write_table(table, content, use_dictionary=[*_TEXTS, "scale"], **encodings)
    write_bytes(path, content.getvalue())


def read_table(path: Path, *, labelled: bool = True) -> pa.Table:
    """Read a table and check it; if it is not `labelled`, its labels are 0 and may be missing.

    Raises `InvalidArgument` for a file that is not parquet, a missing column or one of another type, an
    empty table, an empty cell or a value that is not finite (the row and column are named).
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidArgument(f"Can't read the table {path}: {error}; give a parquet file.") from error
    if not labelled:
        table = _without_labels(table)
    missing = [name for name in SCHEMA.names if name not in table.column_names]
    if missing:
        raise InvalidArgument(
            f"The table {path} lacks the column {missing[0]!r}; `vmaf-train corpus` writes all of "
            f"{', '.join(SCHEMA.names)}."
        )
    return _checked(path, table.select(SCHEMA.names))


def read_tables(paths: Sequence[Path]) -> pa.Table:
    """All rows of some tables, in the order given. Raises as `read_table` does."""
    return concatenate([read_table(path) for path in paths])


def _without_labels(table: pa.Table) -> pa.Table:
    table = table.drop_columns([name for name in LABELS if name in table.column_names])
    for name in LABELS:
        table = table.append_column(name, pa.array(np.zeros(table.num_rows)))
    return table


def _checked(path: Path, table: pa.Table) -> pa.Table:
    if table.num_rows == 0:
        raise InvalidArgument(f"The table {path} has no rows; run `vmaf-train corpus` again.")
    try:
        table = table.cast(SCHEMA)
    except pa.ArrowException as error:
        raise InvalidArgument(f"The table {path} does not fit the schema: {error}.") from error
    for name in SCHEMA.names:
        if name not in _NUMBERS and (n_missing := table[name].null_count):
            raise InvalidArgument(f"{n_missing} rows of the table {path} have no {name}; drop them.")
    for name in _NUMBERS:
        bad = np.flatnonzero(~np.isfinite(table[name].to_numpy()))
        if bad.size:
            raise InvalidArgument(
                f"The table {path} has a {name} that is not finite in row {bad[0]}; drop the row."
            )
    return table


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows of held-out sources to judge by."""

    train: pa.Table
    held_out: pa.Table


def split_by_source(table: pa.Table, held_out: Collection[str]) -> Split:
    """Split by source, so that no content is on both sides.

    Raises `InvalidArgument` if a held-out source is not in the table or none is left to train on.
    """
    known = set(sources_of(table))
    if unknown := sorted(set(held_out) - known):
        raise InvalidArgument(
            f"The held-out source {unknown[0]!r} is not in the table; it has {len(known)} others."
        )
    if not known - set(held_out):
        raise InvalidArgument(f"All {len(known)} sources are held out; leave at least one to train on.")
    inside = pc.is_in(table["source"], value_set=pa.array(sorted(held_out), pa.string()))
    return Split(train=table.filter(pc.invert(inside)), held_out=table.filter(inside))


def sources_of(table: pa.Table) -> list[str]:
    """Return the sources of a table, sorted."""
    return sorted(pc.unique(table["source"]).to_pylist())


def features_of(table: pa.Table) -> NDArray[np.float64]:
    """(n, 6) float64 canonical-6 rows."""
    return np.column_stack([table[name].to_numpy() for name in CANONICAL_6])


def is_real(table: pa.Table) -> NDArray[np.bool_]:
    """(n,) which rows a clip has given."""
    return ~np.isin(column(table, "codec").astype(str), sorted(AUGMENTED))


def column(table: pa.Table, name: str) -> NDArray[Any]:
    """One column as (n,) array; strings as objects."""
    values: NDArray[Any] = table[name].to_numpy(zero_copy_only=False)
    return values


def with_columns(table: pa.Table, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """Return the table with other values in some of its columns, of the types that `SCHEMA` says."""
    for name, values in columns.items():
        new = pa.array(values, SCHEMA.field(name).type)
        table = table.set_column(table.column_names.index(name), SCHEMA.field(name), new)
    return table


def concatenate(tables: Sequence[pa.Table]) -> pa.Table:
    """One table of all rows, in the order given."""
    return pa.concat_tables(tables).combine_chunks()


def read_held_out(path: Path | None) -> list[str]:
    """Return the `sources` of a held-out file; without a file, none.

    Raises `InvalidArgument` unless it is a JSON object with a list of strings.
    """
    if path is None:
        return []
    sources = read_json(path).get("sources")
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise InvalidArgument(f'{path} lacks "sources", a list of source names; see training/configs.')
    return sources
