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
from vmaf_train.data.task import LABELS as LABELS
from vmaf_train.data.task import Asked, Task, task_in, task_metadata
from vmaf_train.files import read_json, write_bytes
from vmaf_train.metrics import clipped

TEXTS = ("source", "scene", "kind", "codec", "quality")
_COUNTS = ("scale", "frame")
DISPLAY = "display"
"""A column of tables that our own extractor has measured: what the features of v1 are for."""


def schema_of(task: Task) -> pa.Schema:
    """Return the columns of a table for a task.

    `scale` divides the picture size (1, 2, 4); `quality` is in the codec's own words (`crf26`).
    """
    return pa.schema(
        [(name, pa.string()) for name in TEXTS]
        + [(name, pa.int32()) for name in _COUNTS]
        + [(name, pa.float64()) for name in task.numbers]
    )


SCHEMA = schema_of(Task())
"""Of a table of the canonical six and VMAF."""

AUGMENTED = frozenset({"jitter", "between", "beyond"})
"""What `codec` says of rows that no clip has given: they are there to train on, never to judge by."""


def write_table(path: Path, table: pa.Table, metadata: dict[str, str] | None = None) -> None:
    """Write the table whole, in the order of its schema, with `metadata` and its task beside it."""
    task = task_of(table)
    schema = schema_of(task)
    if DISPLAY in table.column_names:
        schema = schema.append(pa.field(DISPLAY, pa.string()))
    table = table.select(schema.names).cast(schema)
    table = table.replace_schema_metadata({**(metadata or {}), **task_metadata(task)} or None)
    encodings = {"compression": "zstd", "compression_level": 19, "use_byte_stream_split": list(task.numbers)}
    content = io.BytesIO()
    pq.write_table(
        table, content, use_dictionary=[*TEXTS, "scale", *({DISPLAY} & set(schema.names))], **encodings
    )
    write_bytes(path, content.getvalue())


def read_table(path: Path, *, labelled: bool = True, asked: Asked = Asked()) -> pa.Table:  # noqa: B008 (frozen)
    """Read a table and check it; if it is not `labelled`, its labels are 0 and may be missing.

    Its task is what its metadata says, and in place of that what is `asked`; `task_of` tells it. A table of
    another task than VMAF over the canonical six needs a `source`, its features and its target; what else is
    missing is filled in. Raises `InvalidArgument` for a file that is not parquet, a missing column or one of
    another type, an empty table, an empty cell or a value that is not finite (the row and column are named).
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidArgument(f"Can't read the table {path}: {error}; give a parquet file.") from error
    task = asked.of(task_in(table.schema.metadata))
    if not labelled:
        table = _without_labels(table, task)
    if task != Task():
        table = _filled_in(table)
    names = schema_of(task).names
    missing = [name for name in names if name not in table.column_names]
    if missing:
        cure = f"`vmaf-train corpus` writes all of {', '.join(names)}"
        if task != Task():
            cure = f"it has {', '.join(table.column_names)}, and --features and --target choose among them"
        raise InvalidArgument(f"The table {path} lacks the column {missing[0]!r}; {cure}.")
    return with_task(_checked(path, table.select(names), task), task)


def read_tables(paths: Sequence[Path], asked: Asked = Asked()) -> pa.Table:  # noqa: B008 (frozen)
    """All rows of some tables of one task, in the order given. Raises as `read_table` does."""
    tables = [read_table(path, asked=asked) for path in paths]
    first = task_of(tables[0])
    for path, table in zip(paths, tables, strict=True):
        if (own := task_of(table)) != first:
            raise InvalidArgument(
                f"{path} is of another task than {paths[0]}: {', '.join(own.numbers)} and the range"
                f" {own.output_range}, expected {', '.join(first.numbers)} and {first.output_range}, measured"
                " alike; give tables of one task."
            )
    return concatenate(tables)


def task_of(table: pa.Table) -> Task:
    """Return what is to be learnt from a table."""
    return task_in(table.schema.metadata)


def with_task(table: pa.Table, task: Task) -> pa.Table:
    """Return the table with a task, and without other metadata."""
    return table.replace_schema_metadata(task_metadata(task) or None)


def _without_labels(table: pa.Table, task: Task) -> pa.Table:
    table = table.drop_columns([name for name in task.labels if name in table.column_names])
    for name in task.labels:
        table = table.append_column(name, pa.array(np.zeros(table.num_rows)))
    return table


def _filled_in(table: pa.Table) -> pa.Table:
    """Complete a table of others as far as that changes no figure: without a codec rows are ordinary."""
    if "source" not in table.column_names:
        return table
    n_rows = table.num_rows
    usual: dict[str, Any] = {
        "scene": table["source"],
        "kind": ["other"] * n_rows,
        "codec": ["unknown"] * n_rows,
        "quality": ["unknown"] * n_rows,
        "scale": np.ones(n_rows, np.int32),
        "frame": np.arange(n_rows, dtype=np.int32),
    }
    for name, values in usual.items():
        if name not in table.column_names:
            table = table.append_column(name, values if name == "scene" else pa.array(values))
    return table


def _checked(path: Path, table: pa.Table, task: Task) -> pa.Table:
    if table.num_rows == 0:
        raise InvalidArgument(f"The table {path} has no rows; run `vmaf-train corpus` again.")
    try:
        table = table.cast(schema_of(task))
    except pa.ArrowException as error:
        raise InvalidArgument(f"The table {path} does not fit the schema: {error}.") from error
    for name in (*TEXTS, *_COUNTS):
        if n_missing := table[name].null_count:
            raise InvalidArgument(f"{n_missing} rows of the table {path} have no {name}; drop them.")
    for name in task.numbers:
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
    """(n, k) float64 rows as a net gets them."""
    return task_of(table).features.corrected(measured_of(table))


def measured_of(table: pa.Table) -> NDArray[np.float64]:
    """(n, k) float64 rows as they were measured, before any correction."""
    return np.column_stack([table[name].to_numpy() for name in task_of(table).features.names])


def truth_of(table: pa.Table) -> NDArray[np.float64]:
    """(n,) the target as a report would show it: clipped to the task's range."""
    task = task_of(table)
    if task.target in LABELS:
        return np.asarray(column(table, LABELS[0]))
    return clipped(column(table, task.target), task.output_range)


def is_real(table: pa.Table) -> NDArray[np.bool_]:
    """(n,) which rows a clip has given."""
    return ~np.isin(column(table, "codec").astype(str), sorted(AUGMENTED))


def column(table: pa.Table, name: str) -> NDArray[Any]:
    """One column as (n,) array; strings as objects."""
    values: NDArray[Any] = table[name].to_numpy(zero_copy_only=False)
    return values


def with_columns(table: pa.Table, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """Return the table with other values in some of its columns, of the types that they have."""
    for name, values in columns.items():
        own = table.schema.field(name)
        table = table.set_column(table.column_names.index(name), own, pa.array(values, own.type))
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
