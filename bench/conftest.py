# SPDX-License-Identifier: BSD-3-Clause
"""What pytest-benchmark is told about the machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import vmaf_dnn


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Say which builds were timed."""
    machine_info["vmaf_dnn"] = vmaf_dnn.__version__
    machine_info["onnxruntime"] = vmaf_dnn.runtime_info().version
    machine_info["numpy"] = np.__version__
