# SPDX-License-Identifier: BSD-3-Clause
"""A process ends while its daemon threads are inside calls."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.long
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

# NumPy's C API is looked up while the process ends, if it was not before.
LATE = """
import sys, threading, time, types
import numpy.lib
from vmaf_dnn import FeatureExtractor

def slow(version, make=numpy.lib.NumpyVersion):
    time.sleep(0.3)
    return make(version)

class SlowEnd:
    def __del__(self, sleep=time.sleep):
        sleep(0.6)

numpy.lib.NumpyVersion = slow
sys.modules["last"] = types.SimpleNamespace(end=SlowEnd())
extractor = FeatureExtractor(64, 64)
frame = numpy.zeros((64, 64), numpy.uint8)
threading.Thread(target=extractor.push, args=(frame, frame), daemon=True).start()
time.sleep(0.1)
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


def test_exit_during_the_first_call_of_a_process() -> None:
    run = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
