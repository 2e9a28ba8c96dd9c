# SPDX-License-Identifier: BSD-3-Clause
"""Tensors of every type through the C API: what is converted, how it is rounded, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from tests.support import make_filters
from tests.support.c_programs import build_program, run
from tests.support.paths import C_SOURCES

WITHOUT_ROUNDING = [TensorProto.UINT8, TensorProto.INT8, TensorProto.UINT16, TensorProto.INT16]
NUMBERS = [
    *WITHOUT_ROUNDING,
    TensorProto.INT32,
    TensorProto.INT64,
    TensorProto.UINT32,
    TensorProto.UINT64,
    TensorProto.DOUBLE,
    TensorProto.BOOL,
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_program(C_SOURCES / "tensor.c", tmp_path_factory.mktemp("c"))


class Runner:
    """Runs tests/cc/tensor.c on a model."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder

    def say(
        self, model: bytes, values: np.ndarray, *, fp16: bool = False, timeout_ms: int = 0, room: int = -1
    ) -> str:
        (self.folder / "model.onnx").write_bytes(model)
        (self.folder / "input").write_bytes(values.astype(np.float32).tobytes())
        room = values.size if room < 0 else room
        paths = (self.folder / "input", self.folder / "output")
        words = [self.folder / "model.onnx", int(fp16), timeout_ms, room, *paths, *values.shape]
        return run(self.program, *words).strip()

    def run(self, model: bytes, values: np.ndarray, **options: bool) -> np.ndarray:
        assert self.say(model, values, **options) == str(values.size)
        return np.fromfile(self.folder / "output", np.float32)


@pytest.fixture
def runner(program: Path, tmp_path: Path) -> Runner:
    return Runner(program, tmp_path)


@pytest.mark.parametrize("element_type", NUMBERS, ids=TensorProto.DataType.Name)
def test_outputs_of_numbers_become_float32(runner: Runner, element_type: int) -> None:
    dtype = helper.tensor_dtype_to_np_dtype(element_type)
    values = np.array([0, 1, 2, 100, 127], np.float32)
    np.testing.assert_array_equal(
        runner.run(make_filters.cast(element_type), values), values.astype(dtype).astype(np.float32)
    )


def test_outputs_of_float16_become_float32(runner: Runner) -> None:
    values = np.array([0.1, 1e-7, -70000, 3.14159], np.float32)
    with np.errstate(over="ignore"):
        expected = values.astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(runner.run(make_filters.cast(TensorProto.FLOAT16), values), expected)


def test_outputs_of_bfloat16_become_float32(runner: Runner) -> None:
    values = np.array([0.5, -3, 1.0078125, 2.0**100], np.float32)
    np.testing.assert_array_equal(runner.run(make_filters.cast(TensorProto.BFLOAT16), values), values)


def test_inputs_of_float64_get_the_same_numbers(runner: Runner) -> None:
    values = np.array([0.1, -1e-40, 3e38], np.float32)
    np.testing.assert_array_equal(
        runner.run(make_filters.identity(["N"], TensorProto.DOUBLE), values), values
    )


@pytest.mark.parametrize("seed", range(3))
def test_inputs_of_float16_are_rounded_to_the_nearest_even(runner: Runner, seed: int) -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)
    finite = every[np.isfinite(every)]
    midway = (np.sort(finite)[1:] + np.sort(finite)[:-1]) / 2
    bits = np.random.default_rng(seed).integers(0, 2**32, 50000, dtype=np.uint32)
    edges = np.array([65519.996, 65520, -65520, 2.0**-25, 2.0**-25 * 1.0001, 2.0**-14, 6.1e-5], np.float32)
    near = [np.nextafter(midway, np.float32(1e9)), np.nextafter(midway, np.float32(-1e9))]
    values = np.concatenate([every, midway, *near, edges, bits.view(np.float32)]).astype(np.float32)
    given = runner.run(make_filters.identity(["N"], TensorProto.FLOAT16), values, fp16=True)
    with np.errstate(over="ignore", invalid="ignore"):
        expected = values.astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(given, expected)
    np.testing.assert_array_equal(np.signbit(given), np.signbit(values))


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (
            make_filters.identity(["N"], TensorProto.FLOAT16),
            "95 The input x: float16 [N] is not float32; open the session with fp16_io to have float32 "
            "rounded to it.",
        ),
        (
            make_filters.identity(["N"], TensorProto.INT64),
            "95 The input x: int64 [N] is not float32, nor a type that float32 is converted to; use a model "
            "that takes float32.",
        ),
        (
            make_filters.cast(TensorProto.STRING),
            '1 The value "y" in main_graph is a tensor of strings; only tensors of numbers are admitted.',
        ),
    ],
    ids=["float16", "int64", "string"],
)
def test_refuses_other_types_by_name(runner: Runner, model: bytes, sentence: str) -> None:
    assert runner.say(model, np.ones(3)) == sentence


def test_refuses_another_rank_than_the_model_has(runner: Runner) -> None:
    fixed = runner.say(make_filters.identity(["N", "M"]), np.ones(3))
    assert fixed == '22 The input "x" has rank 1; the model takes 2.'
    open_rank = make_filters.identity(None)
    assert runner.say(open_rank, np.ones([1] * 8)) == "1"
    said = runner.say(open_rank, np.ones([1] * 9))
    assert said == '22 The input "x" has rank 9; the model takes at most 8.'


def test_says_how_large_the_output_is(runner: Runner) -> None:
    said = runner.say(make_filters.identity(["N"]), np.ones(5), room=4)
    assert said == '28 The output "y" has 5 elements, the buffer takes 4; make it larger.'


def test_a_run_that_takes_too_long_is_ended(runner: Runner) -> None:
    matrix = np.eye(512)
    path = runner.folder / "model.onnx"
    assert runner.say(make_filters.slow(), matrix, timeout_ms=20) == (
        f"110 Running the model {path} took longer than timeout_ms = 20; allow more, or give less at once."
    )
    assert runner.say(make_filters.slow(4), matrix, timeout_ms=60000) == str(matrix.size)


def test_memory_of_a_run_is_bounded(runner: Runner) -> None:
    """One product of a column and a row, of 4 GiB."""
    said = runner.say(make_filters.outer_product(), np.ones(32768), timeout_ms=60000)
    assert said.startswith("5 Could not run the model: ONNX Runtime ")
    assert "ONNX Runtime asked for more than 2048 MiB in all, the most that models may take; give" in said


def test_constants_are_computed_in_the_run_that_a_limit_ends(runner: Runner) -> None:
    """Folding would compute them at open, for as long as it takes."""
    said = runner.say(make_filters.slow_before_it_runs(), np.eye(512), timeout_ms=20)
    assert said.startswith("110 Running the model ")
    assert "took longer than timeout_ms = 20" in said
