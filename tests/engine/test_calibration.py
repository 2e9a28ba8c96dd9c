# SPDX-License-Identifier: BSD-3-Clause
"""Equal bits before and after a network: on every instruction set, in each precision, at any split."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.fused import ISAS, OpenOn
from tests.support.json_files import edit_entries
from tests.support.make_mlps import make_rows
from tests.support.shipped import PRECISIONS, Precision
from vmaf_dnn import CANONICAL_6, Session

MODEL = "vmaf_tiny_v4"
GUIDED, GUIDE = CANONICAL_6.index("motion2"), CANONICAL_6.index("adm2")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """The shipped models, of which one states what happens before and after its network."""
    folder = Path(shutil.copytree(vmaf_dnn.registry_path().parent, tmp_path / "tiny"))
    stated = {
        "chroma_correction": {"parameter": 12, "guided": "motion2", "guide": "adm2"},
        "score_transform": {"p0": 5.25, "p1": 0.75, "p2": 0.0023},
        "output_range": [50, 80],
    }
    registry = folder / "registry.json"
    edit_entries(registry, lambda entry: entry["contract"].update(stated) if entry["id"] == MODEL else None)
    return registry


def rows_with_zeros(n_rows: int) -> np.ndarray:
    rows = make_rows(n_rows)
    rows[::5, GUIDED] = 0
    rows[3::7, GUIDED] = -0.0
    return rows


def expected_scores(plain: Session, rows: np.ndarray) -> np.ndarray:
    """What the plain model says of corrected rows, curved and clipped in double."""
    corrected = rows.copy()
    is_zero = rows[:, GUIDED] == 0
    corrected[is_zero, GUIDED] = (12 * (1 - rows[is_zero, GUIDE].astype(np.float64))).astype(np.float32)
    raw = plain.run(corrected).astype(np.float64)
    return np.clip(5.25 + 0.75 * raw + 0.0023 * raw * raw, 50, 80).astype(np.float32)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_instruction_set_gives_equal_bits(
    registry: Path, open_on: OpenOn, isa: str, precision: Precision
) -> None:
    session = open_on(isa, MODEL, precision=precision, registry=registry)
    rows = rows_with_zeros(4999)
    expected = expected_scores(Session(MODEL, precision=precision), rows)
    assert expected.min() == 50
    assert expected.max() == 80
    np.testing.assert_array_equal(session.run(rows), expected)
    np.testing.assert_array_equal(session.run({"features": rows})["vmaf"], expected)
    for cuts in ([1, 2, 3], [4096], [17, 18, 2500, 4998]):
        parts = [session.run(part) for part in np.split(rows, cuts)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)
    out = np.empty(len(rows), np.float32)
    assert session.run(rows, out=out) is out
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_onnx_runtime_gets_the_same_rows(registry: Path, precision: Precision) -> None:
    rows = rows_with_zeros(300)
    plain = Session(MODEL, precision=precision, engine="onnxruntime")
    session = Session(MODEL, precision=precision, engine="onnxruntime", registry=registry)
    np.testing.assert_array_equal(session.run(rows), expected_scores(plain, rows))


@pytest.mark.parametrize("threads", [0, 3])
@pytest.mark.parametrize("zeros", [[], [0], [4095, 4096, 100_000], [*range(199_990, 200_000)]])
def test_threads_give_equal_bits(registry: Path, threads: int, zeros: list[int]) -> None:
    rows = make_rows(200_000)
    rows[zeros, GUIDED] = 0
    session = Session(MODEL, registry=registry, threads=threads)
    np.testing.assert_array_equal(session.run(rows), expected_scores(Session(MODEL), rows))


def test_no_rows_have_no_scores(registry: Path) -> None:
    session = Session(MODEL, registry=registry)
    assert session.run(np.empty((0, 6), np.float32)).shape == (0,)


def test_rows_of_other_types_are_left_alone(registry: Path) -> None:
    session = Session(MODEL, registry=registry)
    rows = rows_with_zeros(100)
    backwards = np.asfortranarray(rows.astype(np.float64))
    before = backwards.copy()
    np.testing.assert_array_equal(session.run(backwards), session.run(rows))
    np.testing.assert_array_equal(backwards, before)


def test_a_curve_that_leaves_the_numbers_is_not_clipped(registry: Path) -> None:
    """Clipped to the range, no number would pass for the best score."""
    steep = {"p0": 0, "p1": 0, "p2": 1e308}
    edit_entries(
        registry,
        lambda entry: entry["contract"].update(score_transform=steep) if entry["id"] == MODEL else None,
    )
    scores = Session(MODEL, registry=registry).run(make_rows(3))
    assert np.all(np.isposinf(scores))
