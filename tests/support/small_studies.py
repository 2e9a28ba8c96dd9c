# SPDX-License-Identifier: BSD-3-Clause
"""A study of a second: its jobs, its words on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from tests.support.small_models import QUICK
from vmaf_train.study.runs import Job

FAST = replace(QUICK, epochs=3, polish=0, batch_size=128)
JOBS = [Job("mlp_8", replace(FAST, seed=seed)) for seed in (0, 1)]


def groups_file(folder: Path, groups: object) -> Path:
    path = folder / "groups.json"
    path.write_text(json.dumps({"groups": groups}))
    return path


def words(table_file: Path, report: Path, *more: object) -> list[str]:
    fixed = ["loso", "--hidden", "8", "--epochs", "3", "--seeds", "0,1", "--jobs", "1"]
    return [*fixed, "--data", str(table_file), "--report", str(report), *map(str, more)]


def with_codec(table: pa.Table, codec: str) -> pa.Table:
    at = table.column_names.index("codec")
    return table.set_column(at, "codec", pa.array([codec] * table.num_rows))
