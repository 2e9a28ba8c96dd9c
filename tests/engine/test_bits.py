# SPDX-License-Identifier: BSD-3-Clause
"""Equal bits on every instruction set, at any split, by any number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnxruntime.quantization import QuantType

from tests.support import make_mlps
from tests.support.fused import ISAS, OpenOn
from tests.support.make_mlps import make_rows, random_mlp
from tests.support.make_models import write
from tests.support.shipped import SHIPPED, Precision
from tools import make_score_bits
from vmaf_dnn import InvalidArgument, Session


def models_of_every_kind(folder: Path) -> list[Path]:
    plain = write(folder, random_mlp(1, (17, 9)), "plain.onnx")
    signed = write(folder, random_mlp(2, (33, 6), activation="LeakyRelu"), "signed.onnx")
    linear = write(folder, random_mlp(2, (33, 6), activation=""), "linear.onnx")
    clipped = write(folder, random_mlp(4, (16, 8), activation="Clip", bounds=(-0.5, 0.5)), "clipped.onnx")
    wide = write(folder, random_mlp(3, (256, 13)), "wide.onnx")
    return [
        plain,
        clipped,
        wide,
        *(make_mlps.quantise(path, per_channel=True) for path in (plain, signed)),
        make_mlps.quantise(wide, per_channel=False, exclude=("gemm0", "gemm2")),
        make_mlps.quantise_static(plain, per_channel=True, activations=QuantType.QUInt8),
        make_mlps.quantise_static(linear, per_channel=False, activations=QuantType.QInt8),
        make_mlps.quantise_static(
            wide, per_channel=True, activations=QuantType.QUInt8, exclude=("gemm0", "gemm2")
        ),
    ]


def odd_rows() -> np.ndarray:
    """Ordinary rows, then one of each kind that arithmetic treats specially."""
    special = [np.full(6, value, np.float32) for value in (0, 1e-42, 3e38)]
    for value in (np.inf, -np.inf, np.nan, -1e30):
        for k in range(6):
            row = np.ones(6, np.float32)
            row[k] = value
            special.append(row)
    return np.concatenate([make_rows(60), special]).astype(np.float32)


ODD_ROWS = odd_rows()


@pytest.mark.parametrize("isa", ISAS[1:])
def test_every_instruction_set_gives_equal_bits(tmp_path: Path, open_on: OpenOn, isa: str) -> None:
    for path in models_of_every_kind(tmp_path):
        reference, session = open_on("scalar", path), open_on(isa, path)
        assert session.info.isa == isa
        for n_rows in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 25, 31, 32, 33, 47, 48, 49, len(ODD_ROWS)):
            with np.errstate(invalid="ignore"):
                scores, expected = session.run(ODD_ROWS[-n_rows:]), reference.run(ODD_ROWS[-n_rows:])
            np.testing.assert_array_equal(scores, expected)


@pytest.mark.parametrize("isa", ISAS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_split_gives_equal_bits(open_on: OpenOn, isa: str, data: st.DataObject) -> None:
    session = open_on(isa, *data.draw(st.sampled_from([("vmaf_tiny_v4",), ("vmaf_tiny_v3",)])))
    n_rows = data.draw(st.integers(1, 200))
    rows = make_rows(n_rows, seed=data.draw(st.integers(0, 9)))
    cuts = sorted(data.draw(st.lists(st.integers(0, n_rows), max_size=6)))
    order = np.random.default_rng(0).permutation(n_rows)
    whole = session.run(rows)
    np.testing.assert_array_equal(np.concatenate([session.run(part) for part in np.split(rows, cuts)]), whole)
    np.testing.assert_array_equal(session.run(rows[order]), whole[order])


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize(("model", "precision"), SHIPPED)
def test_bits_of_shipped_scores_never_change(
    open_on: OpenOn, isa: str, model: str, precision: Precision
) -> None:
    """Other weights change them (then run tools/make_score_bits.py); nothing else may."""
    assert (
        make_score_bits.digest(open_on(isa, model, precision=precision))
        == make_score_bits.golden()[model, precision]
    )


@pytest.mark.parametrize("isa", ISAS)
def test_features_that_are_not_finite(tmp_path: Path, open_on: OpenOn, isa: str) -> None:
    fp32 = write(tmp_path, random_mlp(0, (16, 8)))
    int8 = make_mlps.quantise(fp32, per_channel=True)
    row = make_rows(1)
    for path in (fp32, int8):
        session = open_on(isa, path)
        for k in range(6):
            for value in (np.nan, np.inf, -np.inf):
                bad = row.copy()
                bad[0, k] = value
                scores = session.run(np.concatenate([row, bad, row]))
                assert np.isnan(scores[1]) or (path == fp32 and not np.isnan(value))
                assert scores[0] == scores[2] == session.run(row)[0]


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_threads_give_equal_bits(precision: Precision) -> None:
    rows = make_rows(200_000)
    expected = Session("vmaf_tiny_v4", precision=precision).run(rows)
    for threads in (0, 2, 3, 256):
        session = Session("vmaf_tiny_v4", precision=precision, threads=threads)
        np.testing.assert_array_equal(session.run(rows), expected)


def test_unknown_instruction_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMAF_DNN_ISA", "mmx")
    with pytest.raises(
        InvalidArgument, match=r"VMAF_DNN_ISA is mmx, which is not known; use one of .*scalar"
    ):
        Session("vmaf_tiny_v4")
