# SPDX-License-Identifier: BSD-3-Clause
"""The results as two tables, a row a pair and a row a frame, both in the order of the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from vmaf_dnn.batch.manifest import Pair
from vmaf_dnn.batch.pair_result import FRAME, Summary
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.files import whole_file
from vmaf_dnn.report.statistics import POOLINGS
from vmaf_dnn.text import legible

Row = tuple[Pair, str, Summary]
_ROWS_AT_ONCE, _FRAMES_AT_ONCE = 1024, 1 << 16
_POOLED_COLUMNS: dict[str, pa.DataType] = {
    "row": pa.int64(),
    "reference": pa.string(),
    "distorted": pa.string(),
    "options": pa.string(),
    "failure": pa.string(),
    "reason": pa.string(),
    "n_frames": pa.int64(),
    "width": pa.int64(),
    "height": pa.int64(),
    "frame_rate": pa.float64(),
    "score": pa.float64(),
    "scores": pa.list_(pa.string()),
    "models": pa.string(),
    "version": pa.string(),
    "warnings": pa.list_(pa.string()),
}


@dataclass
class Columns:
    """The names of all metrics, of the scores among them, and of the fusion models', as they first appear."""

    metrics: dict[str, None] = field(default_factory=dict)
    scores: dict[str, None] = field(default_factory=dict)
    of_models: dict[str, None] = field(default_factory=dict)

    def add(self, summary: Summary) -> None:
        """Add those of a pair."""
        self.metrics |= dict.fromkeys(summary.pooled)
        self.scores |= dict.fromkeys(summary.scores)
        self.of_models |= dict.fromkeys(model["metric"] for model in summary.models)


def write_pooled(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    """Write the table of pairs. Raises `InvalidArgument` if the file can't be written."""
    fields = dict(_POOLED_COLUMNS)
    fields |= {f"{name}.{pooling}": pa.float64() for name in columns.metrics for pooling in POOLINGS}
    fields |= {f"{name}.out_of_domain": pa.int64() for name in columns.of_models}
    schema, coming = pa.schema(fields), iter(rows)

    def tables() -> Iterator[pa.Table]:
        while some := list(islice(coming, _ROWS_AT_ONCE)):
            yield pa.Table.from_pylist([_pooled(*row) for row in some], schema)

    _write(path, schema, tables())


def write_frames(
    path: Path, rows: Iterable[Row], columns: Columns, frames: Callable[[str], pa.Table]
) -> None:
    """Write the table of frames; `frames` reads those of a pair. Raises as `write_pooled`."""
    fields = {"row": pa.int64(), "reference": pa.string(), "distorted": pa.string(), FRAME: pa.int64()}
    schema = pa.schema(fields | dict.fromkeys(columns.metrics, pa.float64()))

    def tables() -> Iterator[pa.Table]:
        waiting: list[pa.Table] = []
        n_waiting = 0
        for pair, key, summary in rows:
            if summary.failure is not None:
                continue
            waiting.append(_with_pair(frames(key), pair, schema))
            n_waiting += summary.n_frames
            if n_waiting >= _FRAMES_AT_ONCE:
                yield pa.concat_tables(waiting)
                waiting, n_waiting = [], 0
        if waiting:
            yield pa.concat_tables(waiting)

    _write(path, schema, tables())


def _pooled(pair: Pair, key: str, summary: Summary) -> dict[str, Any]:
    failure = summary.failure
    row: dict[str, Any] = {
        "row": pair.row,
        "reference": legible(pair.reference),
        "distorted": legible(pair.distorted),
        "options": legible(json.dumps(dict(pair.options.given))),
        "failure": failure and failure.kind,
        "reason": failure and failure.text,
        "warnings": list(summary.warnings),
    }
    if failure is not None:
        return row
    score = summary.pooled[summary.scores[0]]["mean"] if summary.scores else None
    row |= {"n_frames": summary.n_frames, "width": summary.width, "height": summary.height}
    row |= {"frame_rate": summary.frame_rate, "score": score, "scores": list(summary.scores)}
    row |= {"models": json.dumps(list(summary.models)), "version": summary.version}
    for name, pooled in summary.pooled.items():
        row |= {f"{name}.{pooling}": value for pooling, value in pooled.items()}
    return row | {f"{model['metric']}.out_of_domain": model["out_of_domain"] for model in summary.models}


def _with_pair(frames: pa.Table, pair: Pair, schema: pa.Schema) -> pa.Table:
    n_frames = frames.num_rows
    same = {"row": pair.row, "reference": legible(pair.reference), "distorted": legible(pair.distorted)}

    def column(field: pa.Field) -> Any:
        if field.name in same:
            return pa.repeat(pa.scalar(same[field.name], field.type), n_frames)
        there = field.name in frames.column_names
        return frames[field.name] if there else pa.nulls(n_frames, field.type)

    return pa.table([column(field) for field in schema], schema=schema)


def _write(path: Path, schema: pa.Schema, tables: Iterator[pa.Table]) -> None:
    try:
        with whole_file(path) as temporary, parquet.ParquetWriter(temporary, schema) as writer:
            for table in tables:
                writer.write_table(table)
    except OSError as error:
        raise InvalidArgument(
            f"can't write {path}: {error.strerror or error}; free some space there."
        ) from error
