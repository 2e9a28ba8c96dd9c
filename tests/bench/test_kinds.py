# SPDX-License-Identifier: BSD-3-Clause
"""The bench of models that take no rows: right answers first, then a table that says where int8 is slower."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.kinds import __main__ as program
from bench.kinds import cases as cases_of
from bench.kinds.cases import RUNNERS, cases
from tests.support.kind_models import samples, write_model
from vmaf_train.publish.kind_gate import judge_samples, record_verdict
from vmaf_train.publish.registry import write_registry
from vmaf_train.quantize.quantize_nodes import quantize_samples
from vmaf_train.quantize.samples import Samples


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A filter of any size in both precisions, and words in fp32 alone."""
    monkeypatch.setattr(cases_of, "PLANES", ((8, 12), (16, 24)))
    filter_, some = write_model(tmp_path, "filter"), Samples(samples("filter", 4))
    made = quantize_samples(filter_.onnx, filter_.int8, some)
    record_verdict(filter_, "dynamic", made, judge_samples(filter_, some), pin_only=True)
    write_model(tmp_path, "words")
    write_registry(tmp_path)
    return str(tmp_path / "registry.json")


def test_a_plane_of_any_size_is_a_case_a_size(registry: str) -> None:
    found = [(case.model.id, case.size, case.precisions) for case in cases(registry)]
    filters = [("toy_filter", size, ["fp32", "int8"]) for size in ("12x8", "24x16")]
    assert found == [*filters, ("toy_words", "4 32", ["fp32"])]


def test_every_runner_gives_one_answer(registry: str) -> None:
    case = next(iter(cases(registry)))
    calls = case.calls()
    assert set(calls) == {(runner, precision) for runner in RUNNERS for precision in ("fp32", "int8")}
    exact, rough = (calls["vmaf_dnn", precision].answer() for precision in ("fp32", "int8"))
    assert exact.shape == (1, 1, 8, 12)
    assert not np.array_equal(exact, rough)


def test_another_answer_is_not_timed(registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(iter(cases(registry)))
    monkeypatch.setattr(type(case.model), "int8_path", case.model.path, raising=False)
    object.__setattr__(case.model, "int8_path", case.model.path)
    with pytest.raises(AssertionError, match="toy_filter int8: off by "):
        case.calls()


def test_the_table_is_written_between_the_marks(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin: kinds -->\nold\n<!-- end: kinds -->\nafter\n")
    words = ["bench", "--registry", registry, "--seconds", "0", "--write", str(page)]
    monkeypatch.setattr(sys, "argv", words)
    program.main()
    lines = page.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "old" not in lines
    rows = [line.split(" | ") for line in lines[4:-2]]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("| `toy_filter`", "12x8", "fp32 |"),
        ("| `toy_filter`", "24x16", "fp32 |"),
        ("| `toy_words`", "4 32", "fp32 |"),
    ]
    assert rows[2][3:5] == ["-", "-"]


@pytest.mark.parametrize(("int8", "said"), [(1.04, "1.04"), (2.0, "2.00, slower"), (0.5, "0.50")])
def test_it_says_where_int8_is_slower(
    int8: float, said: str, registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = {
        (runner, precision): ms for runner in RUNNERS for precision, ms in (("fp32", 1.0), ("int8", int8))
    }
    monkeypatch.setattr(program, "_times_ms", lambda calls, seconds: times)
    assert program._row(next(iter(cases(registry))), 0)[4] == said
