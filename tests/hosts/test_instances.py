# SPDX-License-Identifier: BSD-3-Clause
"""Objects that were made or copied behind the back of their class, and arrays that are not what they say."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.support.synthetic import synthetic_pair
from vmaf_dnn import FeatureExtractor, InvalidArgument, Session, _core

FRAME = np.zeros((61, 97), np.uint8)


@pytest.mark.parametrize("make", [lambda: FeatureExtractor(97, 61), lambda: Session("vmaf_tiny_v2")])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_what_holds_state_is_not_copied(
    make: Callable[[], object], copied: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError, match=r"can't be copied or pickled; (make|open) another"):
        copied(make())


def bare(kind: Any) -> Any:
    """An object without its __init__."""
    return kind.__new__(kind)


@pytest.mark.parametrize(
    "call",
    [
        lambda: bare(_core.FeatureExtractor).push(FRAME, FRAME),
        lambda: bare(_core.FeatureExtractor).skip(FRAME),
        lambda: bare(_core.FeatureExtractor).flush(),
        lambda: bare(_core.Session).run(np.zeros((1, 6), np.float32)),
        lambda: bare(_core.Session)._info(),
        lambda: bare(_core.Session)._fell_back(),
        lambda: bare(_core.DefaultFloats).__enter__(),
        lambda: bare(_core.DefaultFloats).__exit__(),
    ],
)
def test_what_was_never_opened_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="was never opened: its __init__ was not called"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: _core.FeatureExtractor.flush(5),  # type: ignore[arg-type]
        lambda: _core.Session._info("x"),  # type: ignore[arg-type]
        lambda: _core.Session._fell_back(None),  # type: ignore[arg-type]
        lambda: _core.Session.run(5, FRAME),  # type: ignore[call-overload]
        lambda: _core.DefaultFloats.__exit__([]),  # type: ignore[arg-type]
    ],
)
def test_self_of_another_type_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        call()


class Liar(np.ndarray):
    """An array that says of itself what is not so."""

    def copy(self, *_: object) -> Any:
        return np.zeros((1, 1), np.uint16)


for name, value in {"flags": SimpleNamespace(aligned=False, c_contiguous=True), "shape": (61, 97)}.items():
    setattr(Liar, name, property(partial(lambda value, _: value, value)))


def test_what_a_subclass_says_of_itself_is_not_believed() -> None:
    pairs = [synthetic_pair(97, 61, 10, t) for t in range(2)]
    odd = [
        np.frombuffer(b"x" + frame.tobytes(), np.uint16, frame.size, 1).reshape(frame.shape)
        for frame in pairs[0]
    ]
    honest, deceived = FeatureExtractor(97, 61, 10), FeatureExtractor(97, 61, 10)
    honest.push(*pairs[0])
    deceived.push(*(frame.view(Liar) for frame in odd))
    np.testing.assert_array_equal(
        honest.push(*pairs[1]), deceived.push(*(frame.view(Liar) for frame in pairs[1]))
    )
    with pytest.raises(InvalidArgument, match="has shape"):
        deceived.push(*(frame[:30].view(Liar) for frame in pairs[0]))


def test_masked_arrays_are_refused() -> None:
    rows = np.ma.masked_array(np.full((2, 6), 0.5, np.float32), mask=np.eye(2, 6, dtype=bool))
    session = Session("vmaf_tiny_v2")
    for call in (lambda: session.run(rows), lambda: session.run({"features": rows})):
        with pytest.raises(InvalidArgument, match="is a masked array; give a plain array"):
            call()
    with pytest.raises(InvalidArgument, match="out is a masked array"):
        session.run(rows.data, out=np.ma.zeros(2, np.float32))
    with pytest.raises(InvalidArgument, match="the reference frame is a masked array"):
        FeatureExtractor(97, 61).push(np.ma.masked_array(FRAME), FRAME)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the module that makes them has another name")
def test_sub_interpreters_are_refused_at_once() -> None:
    maker = "_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters"
    code = f"import {maker} as m; print(m.run_string(m.create(), 'import vmaf_dnn._core'))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "ImportError" in result.stdout + result.stderr
