# SPDX-License-Identifier: BSD-3-Clause
"""One side of `make bench-compare`: times the vmaf_dnn on the path, a case for every line it is given."""

from __future__ import annotations

from typing import Any

import vmaf_dnn
from bench.compare.answering import answer_cases
from bench.dispatch import cases, peers
from bench.dispatch.peers import Precision
from bench.harness.measure import Effort, interleave


def time_case(model: str, precision: Precision, n_rows: int) -> dict[str, Any] | None:
    """Seconds and the first scores, or None for a model that this revision lacks."""
    try:
        call = peers.ours(model, precision, cases.make_rows(n_rows))
    except vmaf_dnn.VmafDnnError:
        return None
    timing = interleave({"": call}, Effort(9))[""]
    return {"seconds": timing.median, "answer": call.answer()[:16].tolist()}


if __name__ == "__main__":
    answer_cases(time_case)
