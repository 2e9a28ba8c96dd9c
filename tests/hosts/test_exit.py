# SPDX-License-Identifier: BSD-3-Clause
"""A process ends while its daemon threads are inside calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
N_EXITS = 100
N_AT_ONCE = 4

PUSH = """
import numpy as np
from vmaf_dnn import FeatureExtractor
frame = np.zeros((135, 240), np.uint8)
def work():
    extractor = FeatureExtractor(240, 135)
    while True:
        extractor.push(frame.copy(), frame.copy())
"""
RUN = """
import numpy as np
from vmaf_dnn import Session
session = Session("vmaf_tiny_v2")
def work():
    while True:
        session.run(np.zeros((5000, 6), np.float32))
        session.run({"features": np.zeros((200, 6), np.float32)})
"""
OPEN = """
from vmaf_dnn import Session
def work():
    while True:
        Session("vmaf_tiny_v2", engine="fused")
"""
EXIT = """
import threading, time
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
time.sleep({seconds})
"""


@pytest.mark.parametrize("work", [PUSH, RUN, OPEN], ids=["push", "run", "open"])
def test_exit_waits_for_nothing_and_breaks_nothing(work: str) -> None:
    """Where in a call the exit comes is chance, hence the many times."""
    for first in range(0, N_EXITS, N_AT_ONCE):
        codes = [work + EXIT.format(seconds=0.01 + 0.0007 * i) for i in range(first, first + N_AT_ONCE)]
        processes = [
            subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
            for code in codes
        ]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert (process.returncode, errors) == (0, "")
