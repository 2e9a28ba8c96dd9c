# SPDX-License-Identifier: BSD-3-Clause
"""Threads and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from tests.support import make_filters
from tests.support.make_models import write
from vmaf_dnn import Session

pytestmark = [pytest.mark.slow, pytest.mark.as_installed]


def test_process_ends_well_while_threads_score() -> None:
    code = (
        "import threading, numpy as np, vmaf_dnn\n"
        "session, rows = vmaf_dnn.Session('vmaf_tiny_v4'), np.ones((20000, 6), np.float32)\n"
        "def work():\n    while True: session.run(rows)\n"
        "for _ in range(3): threading.Thread(target=work, daemon=True).start()\n"
        "import time; time.sleep(0.3)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, b"")


def test_many_threads_one_session(session: Session, rows: np.ndarray) -> None:
    expected = session.run(rows[:512])
    with ThreadPoolExecutor(8) as pool:
        for scores in pool.map(lambda _: session.run(rows[:512]), range(64)):
            np.testing.assert_array_equal(scores, expected)


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def test_memory_is_flat_over_opens_and_runs(rows: np.ndarray) -> None:
    def open_and_run(times: int) -> None:
        for _ in range(times):
            Session("vmaf_tiny_v4", precision="fp32").run(rows[:64])

    open_and_run(300)
    before = resident_mib()
    open_and_run(1500)
    assert resident_mib() - before < 4


def test_a_large_picture_leaves_no_memory_behind(tmp_path: Path) -> None:
    session = Session(write(tmp_path, make_filters.blur()))
    session.run({"x": np.zeros((1, 1, 64, 64), np.float32)})
    before = resident_mib()
    session.run({"x": np.zeros((1, 1, 4096, 4096), np.float32)})
    assert resident_mib() - before < 8


def test_a_run_takes_its_own_memory_again(tmp_path: Path) -> None:
    """The system clears each page of a new block: a layer that takes those of earlier ones needs none."""
    n_layers, size = 8, 4096  # blocks that no C library keeps
    values = ["x", *(f"v{i}" for i in range(1, n_layers)), "y"]
    nodes = [
        helper.make_node("AveragePool", [a], [b], kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        for a, b in pairwise(values)
    ]
    session = Session(write(tmp_path, make_filters.plane_filter(nodes, make_filters.OPEN)))
    plane = np.random.default_rng(0).random((1, 1, size, size), np.float32)
    first = session.run({"x": plane})["y"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    again = session.run({"x": plane})["y"]
    n_faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    np.testing.assert_array_equal(again, first)
    assert n_faults < n_layers / 2 * plane.nbytes / 4096


def test_results_are_freed(rows: np.ndarray) -> None:
    session = Session("vmaf_tiny_v2")
    big = np.tile(rows, (200, 1))
    session.run(big)
    before = resident_mib()
    for _ in range(50):
        session.run(big)
        session.run(rows[:1])
    assert resident_mib() - before < 8
