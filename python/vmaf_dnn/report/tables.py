# SPDX-License-Identifier: BSD-3-Clause
"""Reports as tables of other libraries, a row a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vmaf_dnn.report.extras import imported
from vmaf_dnn.report.formats import stated

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from vmaf_dnn.report.report import Report

KEY = "vmaf_dnn"
"""Under which a table holds what the report states beside the frames."""


def to_pandas(report: Report) -> pd.DataFrame:
    """Return a data frame, whose `attrs` hold what else the report states. Raises `ToolMissing`."""
    pandas = imported("pandas", "a data frame", "pandas")
    frame = pandas.DataFrame(_columns(report))
    frame.attrs[KEY] = stated(report)
    return frame


def to_arrow(report: Report) -> pa.Table:
    """Return a table, whose schema's metadata hold what else the report states. Raises `ToolMissing`."""
    import json

    pyarrow = imported("pyarrow", "an Arrow table", "pyarrow")
    metadata = {KEY: json.dumps(stated(report), ensure_ascii=False, allow_nan=False)}
    return pyarrow.table(_columns(report)).replace_schema_metadata(metadata)


def _columns(report: Report) -> dict[str, NDArray[Any]]:
    numbers, rate = report.frame_numbers, report.frame_rate
    times = {"time_s": numbers.astype(np.float64) / rate} if rate else {}
    return {"frame": numbers, **times, **report.metrics}
