# SPDX-License-Identifier: BSD-3-Clause
"""Score millions of feature rows: one session, all CPUs, one buffer for the scores.

python million_rows.py 4000000
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np

import vmaf_dnn

n_rows = int(sys.argv[1])
low, high = np.transpose(vmaf_dnn.Session("vmaf_tiny_v4").info.feature_range)
rows = np.random.default_rng(1).uniform(low, high, (n_rows, 6)).astype(np.float32)  # float32: no copy

session = vmaf_dnn.Session("vmaf_tiny_v4", threads=os.cpu_count() or 1)
scores = np.empty(n_rows, np.float32)
begin = time.perf_counter()
session.run(rows, out=scores)
seconds = time.perf_counter() - begin
print(f"{n_rows} rows in {1000 * seconds:.1f} ms, {1e9 * seconds / n_rows:.0f} ns a row")

alone = session.run(rows[-1:])  # a score does not depend on the batch
print("same bits alone:", alone.tobytes() == scores[-1:].tobytes())
