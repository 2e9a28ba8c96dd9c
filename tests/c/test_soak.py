# SPDX-License-Identifier: BSD-3-Clause
"""Sessions under load for a few seconds; `make soak` takes a minute and a hundred thousand opens."""

from __future__ import annotations

import os
import threading

import pytest

import vmaf_dnn
from tools.soak import soak

pytestmark = pytest.mark.long


def test_load_leaves_nothing_behind() -> None:
    figures = soak(seconds=3, n_cycles=3000)
    assert figures.n_opens > 50
    assert figures.threads_grown_kb < 16 << 10  # what eight threads' arenas come to vary by
    assert figures.n_cycles == 3000
    assert figures.cycles_grown_kb <= 1 << 10
    assert figures.n_descriptors_left == 0


def test_python_sessions_leave_no_descriptor_and_no_thread() -> None:
    vmaf_dnn.Session("vmaf_tiny_v4", engine="onnxruntime")
    before = len(os.listdir("/proc/self/fd")), threading.active_count(), len(os.listdir("/proc/self/task"))
    for _ in range(200):
        vmaf_dnn.Session("vmaf_tiny_v4")
        vmaf_dnn.Session("vmaf_tiny_v4", engine="onnxruntime")
    after = len(os.listdir("/proc/self/fd")), threading.active_count(), len(os.listdir("/proc/self/task"))
    assert after == before
