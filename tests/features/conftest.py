# SPDX-License-Identifier: BSD-3-Clause
"""Features by the kernels of one instruction set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.features import extract
from vmaf_dnn import Unsupported


@pytest.fixture
def extract_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., np.ndarray]:
    """`extract` by the kernels of one instruction set; skips where the CPU lacks it."""

    def extract_on(isa: str, *arguments: Any, **options: Any) -> np.ndarray:
        monkeypatch.setenv("VMAF_DNN_ISA", isa)
        try:
            return extract(*arguments, **options)
        except Unsupported:
            pytest.skip(f"this CPU has no {isa}")

    return extract_on
