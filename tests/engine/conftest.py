# SPDX-License-Identifier: BSD-3-Clause
"""Sessions on the kernels of one instruction set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fused import OpenOn
from vmaf_dnn import Session, Unsupported


@pytest.fixture
def open_on(monkeypatch: pytest.MonkeyPatch) -> OpenOn:
    """Opens a model with the kernels of one instruction set; skips where the CPU lacks it."""

    def open_on(isa: str, model: str | Path, **options: object) -> Session:
        monkeypatch.setenv("VMAF_DNN_ISA", isa)
        try:
            return Session(model, engine="fused", **options)  # type: ignore[arg-type]
        except Unsupported as error:
            if "this CPU lacks" not in str(error):
                raise
            pytest.skip(f"this CPU has no {isa}")

    return open_on
