# SPDX-License-Identifier: BSD-3-Clause
"""A study of a small table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vmaf_train.study.folds import leave_one_out
from vmaf_train.study.runs import Protocol


@pytest.fixture(scope="module")
def protocol(table: pa.Table) -> Protocol:
    folds = leave_one_out(table, {})
    return Protocol(table, folds, folds)
