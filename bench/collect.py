# SPDX-License-Identifier: BSD-3-Clause
"""Everything that `make bench` measures, as plain values: build/bench.json, and from there the page."""

from __future__ import annotations

import sys
import time
from typing import Any

from bench.dispatch import records, start
from bench.features.turns import feature_kernels, features
from bench.features.v1 import v1
from bench.features.whole import whole


def collect() -> dict[str, Any]:
    """Return the name of each part with its records."""
    parts = (*records.PARTS, features, feature_kernels, v1, whole)
    results: dict[str, Any] = {}
    for part in parts:
        began = time.monotonic()
        print(f"{part.__name__.replace('_', ' ')} ...", end=" ", file=sys.stderr, flush=True)
        results[part.__name__] = part()
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return {**results, "import_seconds": start.import_seconds(9)}
