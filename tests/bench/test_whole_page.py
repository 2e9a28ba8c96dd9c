# SPDX-License-Identifier: BSD-3-Clause
"""What the page says of whole runs, from numbers that are known."""

from __future__ import annotations

from typing import Any

import pytest

from bench.features.runners import COMMAND, LIBVMAF
from bench.page.goals import whole_goals
from bench.page.whole_tables import idle, whole_ratio, whole_table


@pytest.fixture
def results() -> dict[str, Any]:
    seconds = {(LIBVMAF, "y4m"): 10.0, (COMMAND, "y4m"): 4.0, (LIBVMAF, "mp4"): 9.0, (COMMAND, "mp4"): 6.0}
    return {
        "whole": [
            {"runner": runner, "container": container, "n_frames": 100, "median": median, "cpu": 8.0}
            | {"threads": 1 if container == "y4m" else 2}
            for (runner, container), median in seconds.items()
        ]
    }


def test_ratios(results: dict[str, Any]) -> None:
    assert whole_ratio(results["whole"], "y4m") == 2.5
    assert whole_ratio(results["whole"], "mp4") == 1.5
    assert idle(results["whole"], "mp4") == 6 / (8 / 2)
    assert "| mp4 | 2 | 11 | 17 | 1.50 | 1.50 |" in whole_table(results).splitlines()


def test_goals(results: dict[str, Any]) -> None:
    assert [reached for *_, reached in whole_goals(results)] == [False, True, False]
    results["whole"] = [record for record in results["whole"] if record["container"] == "y4m"]
    assert len(list(whole_goals(results))) == 1
