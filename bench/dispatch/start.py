# SPDX-License-Identifier: BSD-3-Clause
"""Opening, importing, and the memory that a process needs to open a model and run it."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

import vmaf_dnn
from bench.dispatch import cases, peers
from bench.dispatch.peers import Precision
from bench.harness.measure import Call

IMPORT = """
import time, numpy
start = time.perf_counter()
import vmaf_dnn
print(time.perf_counter() - start)
"""

# VmHWM belongs to this program alone; ru_maxrss would count the parent that it was forked from.
PEAK = """
import re
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
RUN = {
    "numpy": "import numpy; numpy.zeros((4096, 6), numpy.float32).sum()",
    cases.OURS: """
import numpy, vmaf_dnn
session = vmaf_dnn.Session(model, precision=precision)
assert session.run(numpy.zeros((4096, 6), numpy.float32)).shape == (4096,)
""",
    cases.ORT: """
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
assert session.run(None, {"features": numpy.zeros((4096, 6), numpy.float32)})[0].shape == (4096,)
""",
}


def python(program: str) -> float:
    """The last number that a fresh interpreter prints."""
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return float(result.stdout.split()[-1])


def import_seconds(n_times: int = 1) -> float:
    """`import vmaf_dnn` after `import numpy`, the median of fresh interpreters."""
    return statistics.median(python(IMPORT) for _ in range(n_times))


def peak_memory(runner: str, model: str, precision: Precision) -> float:
    """MiB that opening and running 4096 rows adds to a process that has NumPy."""
    names = f"model, precision, path = {(model, precision, cases.path_of(model, precision))!r}\n"
    return (python(names + RUN[runner] + PEAK) - python(RUN["numpy"] + PEAK)) / 1024


def openers(model: str, precision: Precision) -> dict[str, Call]:
    """Ours resolves an id, reads, hashes and scans; theirs is given the path."""
    path = cases.path_of(model, precision)
    assert Path(path).is_file()
    for runner in (cases.OURS, cases.ORT):
        cases.open_checked(runner, model, precision, 16)
    return {
        cases.OURS: Call(lambda: vmaf_dnn.Session(model, precision=precision)),
        cases.ORT: Call(peers.open_onnxruntime, (path,)),
    }
