# SPDX-License-Identifier: BSD-3-Clause
"""Plane filters through the C API: what goes in, how it is rounded, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from tests.support import make_filters
from tests.support.c_programs import build_program, run
from tests.support.paths import C_SOURCES
from vmaf_dnn import Session

DEPTHS = [8, 9, 10, 12, 16]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_program(C_SOURCES / "plane.c", tmp_path_factory.mktemp("c"))


class Runner:
    """Runs tests/cc/plane.c on a model."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder

    def say(self, model: bytes, plane: np.ndarray, bpc: int = 8, *, fp16: bool = False) -> str:
        (self.folder / "model.onnx").write_bytes(model)
        (self.folder / "input").write_bytes(plane.tobytes())
        height, width = plane.shape
        words = [self.folder / "model.onnx", int(fp16), width, height, bpc]
        return run(self.program, *words, self.folder / "input", self.folder / "output").strip()

    def run(self, model: bytes, plane: np.ndarray, bpc: int = 8, *, fp16: bool = False) -> np.ndarray:
        assert self.say(model, plane, bpc, fp16=fp16) == ""
        return np.fromfile(self.folder / "output", plane.dtype).reshape(plane.shape)


@pytest.fixture
def runner(program: Path, tmp_path: Path) -> Runner:
    return Runner(program, tmp_path)


def every_sample(bpc: int) -> np.ndarray:
    """A plane that holds each sample of a bit depth, of a width that is no power of two."""
    samples = np.arange(2**bpc, dtype=np.uint8 if bpc == 8 else np.uint16)
    return np.resize(samples, (-(-len(samples) // 37), 37))


def quantised(values: np.ndarray, peak: int) -> np.ndarray:
    return np.floor(np.clip(np.nan_to_num(values * np.float32(peak)), 0, peak).astype(np.float64) + 0.5)


@pytest.mark.parametrize("shape", [make_filters.OPEN, [1, 1, 7, 37], ["N", 1, 7, "W"]], ids=str)
def test_an_identity_gives_the_plane_back(runner: Runner, shape: make_filters.Shape) -> None:
    plane = every_sample(8)
    np.testing.assert_array_equal(runner.run(make_filters.identity(shape), plane), plane)


@pytest.mark.parametrize("bpc", DEPTHS)
def test_an_identity_gives_every_sample_of_every_depth_back(runner: Runner, bpc: int) -> None:
    plane = every_sample(bpc)
    np.testing.assert_array_equal(runner.run(make_filters.identity(), plane, bpc), plane)


@pytest.mark.parametrize("bpc", DEPTHS)
def test_a_convolution_filters_the_plane(runner: Runner, bpc: int) -> None:
    dtype = np.uint8 if bpc == 8 else np.uint16
    plane = np.random.default_rng(bpc).integers(0, 2**bpc, (45, 61)).astype(dtype)
    around = np.pad(plane.astype(np.float64), 1)
    expected = sum(
        make_filters.BLUR[y, x] * around[y : y + 45, x : x + 61] for y in range(3) for x in range(3)
    )
    filtered = runner.run(make_filters.blur(), plane, bpc)
    assert np.abs(filtered - expected).max() < 0.51
    np.testing.assert_array_equal(runner.run(make_filters.blur([1, 1, 45, 61]), plane, bpc), filtered)


@pytest.mark.parametrize("bpc", [8, 10])
@pytest.mark.parametrize("name", ["residual", "dilated", "centring"])
def test_a_plane_of_several_tiles_is_filtered_as_at_once(runner: Runner, name: str, bpc: int) -> None:
    """Into another plane, and in place."""
    model = getattr(make_filters, name)()
    (runner.folder / "whole.onnx").write_bytes(model)
    dtype = np.uint8 if bpc == 8 else np.uint16
    plane = np.random.default_rng(bpc).integers(0, 2**bpc, (530, 1030)).astype(dtype)
    peak = np.float32(2**bpc - 1)
    values = Session(runner.folder / "whole.onnx").run({"x": (plane.astype(np.float32) / peak)[None, None]})
    np.testing.assert_array_equal(runner.run(model, plane, bpc), quantised(values["y"][0, 0], int(peak)))


@pytest.mark.parametrize("bpc", [8, 10])
@pytest.mark.parametrize(
    ("gain", "offset"), [(1, 0.5), (-1, 0.5), (3, -1), (0.5, 0), (np.inf, 0), (-np.inf, 0)]
)
def test_outputs_are_rounded_and_clipped(runner: Runner, bpc: int, gain: float, offset: float) -> None:
    plane, peak = every_sample(bpc), 2**bpc - 1
    with np.errstate(invalid="ignore"):
        values = plane.astype(np.float32) / np.float32(peak) * np.float32(gain) + np.float32(offset)
    np.testing.assert_array_equal(
        runner.run(make_filters.affine(gain, offset), plane, bpc), quantised(values, peak)
    )


def test_float16_filters_run_with_fp16_io(runner: Runner) -> None:
    plane, model = every_sample(8), make_filters.identity(element_type=TensorProto.FLOAT16)
    np.testing.assert_array_equal(runner.run(model, plane, fp16=True), plane)
    assert runner.say(model, plane).startswith(
        "95 The input x: float16 [N, 1, N, N] is not float32; open the"
    )


ROWS = np.zeros((7, 37), np.uint8)
WORDS = ROWS.astype(np.uint16)
WORDS_OVER = np.where(np.arange(37) == 5, 1024, WORDS).astype(np.uint16)
NOT_A_PLANE = "so it is no filter from one plane [1, 1, H, W] to another; run it with named tensors."


@pytest.mark.parametrize(
    ("model", "plane", "bpc", "sentence"),
    [
        (
            make_filters.identity([1, 1, 7, 36]),
            ROWS,
            8,
            "34 The plane is 37x7, but the model model takes x: float32 [1, 1, 7, 36]; give a plane of that "
            "size.",
        ),
        (
            make_filters.identity(["N", 3, "H", "W"]),
            ROWS,
            8,
            "95 The model model has 1 input(s), the first x: float32 [N, 3, N, N], and 1 output(s), "
            + NOT_A_PLANE,
        ),
        (
            make_filters.halve(),
            ROWS,
            8,
            "95 The model model gives [1, 1, 3, 18] for a plane of 37x7; use a filter that keeps the size, "
            "or run it with named tensors.",
        ),
        (
            make_filters.identity(),
            WORDS_OVER,
            10,
            "22 the input frame holds 1024 at column 5, row 0, which needs more than 10 bits; give the bit "
            "depth that the samples have.",
        ),
        (
            make_filters.identity(),
            WORDS,
            17,
            "22 bpc is 17; it must be 9 to 16, and 8 bits go through run_luma8.",
        ),
    ],
    ids=["size", "channels", "output", "sample", "depth"],
)
def test_refuses_what_is_no_plane_filter(
    runner: Runner, model: bytes, plane: np.ndarray, bpc: int, sentence: str
) -> None:
    assert runner.say(model, plane, bpc) == sentence


def test_a_scorer_of_rows_is_no_filter(runner: Runner) -> None:
    nodes = [helper.make_node("ReduceMean", ["x"], ["y"], axes=[1], keepdims=1)]
    model = make_filters.typed(
        nodes, {"x": (TensorProto.FLOAT, ["N", 6])}, {"y": (TensorProto.FLOAT, ["N", 1])}
    )
    assert NOT_A_PLANE in runner.say(model, ROWS)
