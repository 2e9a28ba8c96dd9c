# SPDX-License-Identifier: BSD-3-Clause
"""A host's floating-point state enters no score, and is as before after each call."""

from __future__ import annotations

import ctypes
import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.make_mlps import make_rows
from tests.support.make_models import write_model_of_v1
from tests.support.small_svr import make_svr
from tests.support.synthetic import synthetic_pair, write_y4m
from vmaf_dnn import FeatureExtractor, Session, features, score

LIBM = ctypes.CDLL("libm.so.6")
N_BYTES = 32  # of x86-64's fenv_t; what its vector unit does is in the last four
UPWARD, DOWNWARD, TO_ZERO = 0x800, 0x400, 0xC00  # of the older unit, as fenv.h names them
INVALID_DIVISION_OVERFLOW = 0xD

PAIRS = [synthetic_pair(97, 61, 8, t) for t in range(3)]
ROWS = make_rows(70)
ROWS[3, 2] = np.nan
ROWS[4, 1] = 1e-42


def environment() -> bytes:
    state = ctypes.create_string_buffer(N_BYTES)
    assert LIBM.fegetenv(state) == 0
    return state.raw


def settings() -> tuple[int, int]:
    """Return the controls of both units, without the flags of what has happened."""
    state = environment()
    return int.from_bytes(state[:2], "little"), int.from_bytes(state[28:], "little") & ~0x3F


@contextmanager
def host(setting: str) -> Iterator[None]:
    before = environment()
    if setting == "flush":
        vector = int.from_bytes(before[28:], "little") | 0x8040
        LIBM.fesetenv(before[:28] + vector.to_bytes(4, "little"))
    elif setting == "trap":
        LIBM.feenableexcept(INVALID_DIVISION_OVERFLOW)
    else:
        LIBM.fesetround({"up": UPWARD, "down": DOWNWARD, "zero": TO_ZERO}[setting])
    try:
        yield
    finally:
        LIBM.fesetenv(before)


def answers(folder: Path) -> list[bytes]:
    """What each entry point gives, as bytes."""
    given: list[np.ndarray] = []
    for precision in ("fp32", "int8"):
        for engine in ("fused", "onnxruntime"):
            session = Session("vmaf_tiny_v3", precision=precision, engine=engine)
            given += [session.run(ROWS), session.run(ROWS[7:8]), session.run({"features": ROWS})["vmaf"]]
    given.append(Session(folder / "mean.onnx").run(ROWS[:, :4]))
    extractor = FeatureExtractor(97, 61, threads=2)
    measured = [extractor.push(*pair) for pair in PAIRS] + [extractor.flush()]
    given += [rows for rows in measured if rows is not None]
    clips = folder / "reference.y4m", folder / "distorted.y4m"
    report = score(*clips, tiny_model=None, svm_model=folder / "svr.json", extractor="native")
    given += [
        *report.metrics.values(),
        np.array([list(pooled.values()) for pooled in report.pooled_metrics.values()]),
    ]
    given.append(features(*clips, extractor="native").rows())
    report = replace(report, fps=None)  # how fast it went
    written = [report.to_json(), report.to_xml(), report.to_csv(), report.to_sub()]
    return [array.tobytes() for array in given] + [text.encode() for text in written]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    write_y4m(folder / "reference.y4m", [pair[0] for pair in PAIRS], 8)
    write_y4m(folder / "distorted.y4m", [pair[1] for pair in PAIRS], 8)
    (folder / "svr.json").write_text(json.dumps(make_svr()))
    correction = {"parameter": 120, "guided": "speed_chroma_uv", "guide": "adm3"}
    transform = {"p0": 5.3, "p1": 0.98, "p2": -0.0005}
    write_model_of_v1(folder, chroma_correction=correction, score_transform=transform)
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[bytes]:
    return answers(folder)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="fenv_t is laid out as on x86-64")
@pytest.mark.parametrize("setting", ["up", "down", "zero", "flush", "trap"])
def test_no_setting_of_the_host_moves_a_bit(folder: Path, expected: list[bytes], setting: str) -> None:
    with host(setting):
        before = settings()
        given = answers(folder)
        after = settings()
    assert before != settings()
    assert after == before
    assert given == expected
