# SPDX-License-Identifier: BSD-3-Clause
"""The shipped filter, fp32 and int8: what it does to planes that nobody trained on."""

from __future__ import annotations

import json
from typing import Literal

import numpy as np
import pytest

from tests.support.paths import ROOT
from vmaf_dnn import Session

FILTER = ROOT / "model" / "frames" / "learned_filter_v1.onnx"
PRECISIONS: tuple[Literal["fp32", "int8"], ...] = ("fp32", "int8")


def values_of(session: Session, plane: np.ndarray) -> np.ndarray:
    values = (plane.astype(np.float32) / np.float32(255))[None, None]
    return session.run({"degraded": values})["filtered"][0, 0]


@pytest.fixture(params=PRECISIONS)
def session(request: pytest.FixtureRequest) -> Session:
    return Session(FILTER, precision=request.param)


def test_it_is_what_its_sidecar_says(session: Session) -> None:
    sidecar = json.loads(FILTER.with_suffix(".json").read_text())
    assert (session.info.kind, sidecar["n_params"]) == ("filter", 18_865)
    assert session.info.sha256 == sidecar["int8_sha256" if session.info.precision == "int8" else "sha256"]
    assert session.info.inputs == ("degraded: float32 [1, 1, N, N]",)
    assert session.info.outputs == ("filtered: float32 [1, 1, N, N]",)


def test_int8_takes_less_than_half_the_bytes() -> None:
    assert 2 * FILTER.with_suffix(".int8.onnx").stat().st_size < FILTER.stat().st_size


def test_int8_moves_no_sample_far() -> None:
    plane = np.random.default_rng(0).integers(0, 256, (12, 15)).repeat(9, 0).repeat(11, 1).astype(np.uint8)
    fp32, int8 = (values_of(Session(FILTER, precision=precision), plane) for precision in PRECISIONS)
    assert np.abs(fp32 - int8).max() < 0.05
    assert np.abs(fp32 - int8).mean() < 0.002


def test_a_tile_leaves_no_mark(session: Session) -> None:
    plane = np.random.default_rng(1).integers(0, 256, (530, 1060), dtype=np.uint8)
    scaled = values_of(session, plane) * np.float32(255)
    np.testing.assert_array_equal(session._filter(plane, 8), np.floor(scaled.astype(np.float64) + 0.5))


def test_what_is_flat_stays_flat(session: Session) -> None:
    for level in (16, 128, 235):
        plane = np.full((40, 40), level, np.uint8)
        middle = session._filter(plane, 8)[12:28, 12:28].astype(int)
        assert np.abs(middle - level).max() <= 1
