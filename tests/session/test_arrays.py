# SPDX-License-Identifier: BSD-3-Clause
"""Arrays in and out: dtypes and layouts that are taken, and what is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest

from vmaf_dnn import InvalidArgument, Session


@pytest.mark.parametrize("dtype", ["float64", "float32", ">f4", "float16"])
def test_converts_dtype_and_layout(session: Session, rows: np.ndarray, dtype: str) -> None:
    given_rows = np.asfortranarray(rows[:64].astype(dtype))
    np.testing.assert_array_equal(session.run(given_rows), session.run(given_rows.astype(np.float32)))


def test_takes_integers_lists_and_strided_views(session: Session, rows: np.ndarray) -> None:
    integers = np.arange(12).reshape(2, 6)
    np.testing.assert_array_equal(session.run(integers), session.run(integers.astype(np.float32).tolist()))
    np.testing.assert_array_equal(session.run(rows[::7]), session.run(rows)[::7])


def test_writes_into_out(session: Session, rows: np.ndarray) -> None:
    out = np.full(len(rows), np.nan, np.float32)
    assert session.run(rows, out=out) is out
    np.testing.assert_array_equal(out, session.run(rows))


def test_no_rows_give_no_scores(session: Session) -> None:
    scores = session.run(np.empty((0, 6), np.float32))
    assert scores.shape == (0,)
    assert scores.dtype == np.float32


@pytest.mark.parametrize(
    ("features", "sentence"),
    [
        (
            np.ones(6),
            r"features has shape \(6,\); the model takes rows of shape \(N, 6\), so one row is \(1, 6\)",
        ),
        (np.ones((2, 5)), r"features has shape \(2, 5\); the model takes 6 features per row"),
        (np.ones((1, 2, 6)), r"features has shape \(1, 2, 6\)"),
        (np.ones((2, 6), complex), "features has dtype complex128; give float32"),
        (np.ones((2, 6), bool), "features has dtype bool"),
        ("text", "features has dtype <U4"),
        ([[1, 2], [3]], "features can't be read as an array"),
        (None, "features has dtype object"),
    ],
)
def test_refuses_features(features: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(features)  # type: ignore[call-overload]


def read_only(n: int) -> np.ndarray:
    array = np.empty(n, np.float32)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        (
            np.empty(8, np.float32)[::2],
            r"out is strided; give a writable, C-contiguous float32 array of shape \(4,\)",
        ),
        (read_only(4), "out is read-only"),
        (np.empty(4), "out has dtype float64"),
        (np.empty(5, np.float32), r"out has shape \(5,\)"),
        (np.empty((4, 1), np.float32), r"out has shape \(4, 1\)"),
        ([0.0] * 4, "out is a list"),
    ],
)
def test_refuses_out(out: object, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(np.ones((4, 6)), out=out)  # type: ignore[call-overload]


def test_dict_in_gives_dict_out(session: Session, rows: np.ndarray) -> None:
    named = session.run({"features": rows})
    assert list(named) == ["vmaf"]
    np.testing.assert_array_equal(named["vmaf"], session.run(rows))


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"rows": np.ones((2, 6))}, r'has no input "rows"; it takes features: float32 \[N, 6\]'),
        ({}, r"The input features: float32 \[N, 6\] was given 0 times"),
        ({"features": np.ones((2, 5))}, r'The input "features" has shape \[2, 5\]; the model takes'),
        ({"features": np.ones(6)}, r'The input "features" has shape \[6\]'),
        ({"features": "text"}, 'The input "features" has dtype'),
    ],
)
def test_refuses_named_inputs(inputs: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        Session("vmaf_tiny_v2").run(inputs)  # type: ignore[arg-type]


def test_refuses_out_that_overlaps_features() -> None:
    memory = np.zeros(60, np.float32)
    with pytest.raises(InvalidArgument, match="out shares memory with features"):
        Session("vmaf_tiny_v2").run(memory.reshape(10, 6), out=memory[50:])


def test_interrupt_while_features_are_read_passes_through() -> None:
    class Interrupting:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Session("vmaf_tiny_v2").run(Interrupting())


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: s.run(), "needs features, an array of rows or a dict of arrays"),
        (lambda s: s.run(np.ones((1, 6)), np.empty(1, np.float32)), "give the array for the scores as out="),
        (
            lambda s: s.run(np.ones((1, 6)), scores=None),
            "has no argument 'scores'; it takes features and out",
        ),
        (lambda s: s.run(np.ones((1, 6)), features=np.ones((1, 6))), "has no argument 'features'"),
        (lambda s: Session.__new__(Session).run(np.ones((1, 6))), "This Session was never opened"),
    ],
)
def test_refuses_calls_that_do_not_fit(call: Callable[[Session], object], sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        call(Session("vmaf_tiny_v2"))


def test_run_can_be_asked_for_help() -> None:
    assert list(inspect.signature(Session.run).parameters) == ["self", "features", "out"]
    assert "(N, F) rows of raw features" in (inspect.getdoc(Session.run) or "")
