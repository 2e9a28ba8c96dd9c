# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import pytest

from vmaf_dnn.errors import VideoError
from vmaf_dnn.extractors import CANONICAL_6, FeatureTable


def table_of(**metrics: list[float]) -> FeatureTable:
    arrays = {f"integer_{name}": np.array(values) for name, values in metrics.items()}
    return FeatureTable(np.array([4, 8]), arrays, 64, 64, None, "a test")


def test_rows_are_float32_in_the_order_asked_for() -> None:
    table = table_of(**{name: [index, index + 0.5] for index, name in enumerate(CANONICAL_6)})
    rows = table.rows()
    assert rows.dtype == np.float32
    assert rows.flags.c_contiguous
    assert rows.tolist() == [[0, 1, 2, 3, 4, 5], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]]
    assert table.rows(("motion2", "adm2")).tolist() == [[5, 0], [5.5, 0.5]]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_rows_refuse_what_is_not_finite(value: float) -> None:
    with pytest.raises(VideoError, match=f"frame 8: feature motion2 is {value}, expected a finite number"):
        table_of(adm2=[1, 2], motion2=[1, value]).rows(("adm2", "motion2"))


def test_rows_refuse_a_feature_that_is_missing() -> None:
    with pytest.raises(VideoError, match="feature cambi was not extracted by a test; it gives integer_adm2"):
        table_of(adm2=[1, 2]).rows(("cambi",))
