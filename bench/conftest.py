# SPDX-License-Identifier: BSD-3-Clause
"""What every bench shares: real-looking rows, and the peer on the very same file."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnxruntime
import pytest

import vmaf_dnn

# Means and deviations of canonical-6 features over ordinary encodes.
CENTRE = np.array([0.92, 0.50, 0.76, 0.84, 0.89, 6.4])
SPREAD = np.array([0.035, 0.16, 0.093, 0.07, 0.053, 4.0])


def make_rows(n_rows: int) -> np.ndarray:
    """(n_rows, 6) float32, the same for every peer."""
    return np.random.default_rng(0).normal(CENTRE, SPREAD, (n_rows, 6)).astype(np.float32)


def open_peer(path: str) -> onnxruntime.InferenceSession:
    """ONNX Runtime's own Python session, one thread like ours."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.fixture(autouse=True)
def _no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Say which builds were timed."""
    machine_info["vmaf_dnn"] = vmaf_dnn.__version__
    machine_info["onnxruntime"] = vmaf_dnn.runtime_info().version
    machine_info["numpy"] = np.__version__
