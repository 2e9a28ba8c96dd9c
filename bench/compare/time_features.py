# SPDX-License-Identifier: BSD-3-Clause
"""One side of `make bench-compare`: times features by the vmaf_dnn on the path, a pair of clips a line."""

from __future__ import annotations

import time
from typing import Any

import vmaf_dnn
from bench.compare.answering import answer_cases

REQUESTS = {
    "canonical six": {},
    "of VMAF v1": {"features": ("cambi", "speed_chroma", "adm3=adm_csf_mode=2", "motion3")},
}


def time_case(name: str, reference: str, distorted: str) -> dict[str, Any] | None:
    """Seconds and the last frame's values, or None for features that this revision lacks."""
    began = time.perf_counter()
    try:
        table = vmaf_dnn.features(reference, distorted, threads=1, **REQUESTS[name])  # type: ignore[arg-type]
    except (TypeError, vmaf_dnn.VmafDnnError):
        return None
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "answer": [float(values[-1]) for values in table.metrics.values()]}


if __name__ == "__main__":
    answer_cases(time_case)
