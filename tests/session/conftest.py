# SPDX-License-Identifier: BSD-3-Clause
"""Sessions of every shipped model, precision and engine, and rows to score."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.shipped import IDS, PRECISIONS
from vmaf_dnn import Session

ENGINES = ["fused", "onnxruntime"]
KINDS = [(model, precision, engine) for model in IDS for precision in PRECISIONS for engine in ENGINES]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: "-".join(kind))
def session(request: pytest.FixtureRequest) -> Session:
    model, precision, engine = request.param
    return Session(model, precision=precision, engine=engine)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    generator = np.random.default_rng(0)
    centre = np.array([0.93, 0.5, 0.75, 0.84, 0.89, 6.4], np.float32)
    return (centre * generator.uniform(0.7, 1.1, (5000, 6))).astype(np.float32)
