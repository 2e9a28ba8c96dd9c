# SPDX-License-Identifier: BSD-3-Clause
"""How a timing process of `make bench-compare` speaks: where its package is, then a line for each case."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import vmaf_dnn


def answer_cases(time_case: Callable[..., Any]) -> None:
    print(json.dumps(vmaf_dnn.__file__), flush=True)
    for line in sys.stdin:
        print(json.dumps(time_case(*json.loads(line))), flush=True)
