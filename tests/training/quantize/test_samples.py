# SPDX-License-Identifier: BSD-3-Clause
"""Samples of what a model takes: written, read, told apart by source, and refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.kind_models import samples, write_model
from vmaf_dnn.errors import InvalidArgument
from vmaf_train.publish.sidecar import ModelFiles
from vmaf_train.quantize.samples import Samples, read_samples, run_samples, split_samples, write_samples


@pytest.fixture
def words(tmp_path: Path) -> ModelFiles:
    return write_model(tmp_path, "words")


@pytest.fixture
def plan(tmp_path: Path) -> ModelFiles:
    return write_model(tmp_path, "plan")


def test_what_is_written_is_read(words: ModelFiles, tmp_path: Path) -> None:
    made = Samples(samples("words", 6), np.array(["a", "b"] * 3))
    write_samples(tmp_path / "s.npz", made)
    found = read_samples([tmp_path / "s.npz"], words.onnx)
    for name, array in made.inputs.items():
        assert np.array_equal(found.inputs[name], array)
        assert found.inputs[name].dtype == np.float32
    assert found.sources is not None
    assert list(found.sources) == ["a", "b"] * 3
    assert found.digest() == made.digest() != made.chosen(np.arange(5)).digest()


def test_pixels_take_a_byte(plan: ModelFiles, tmp_path: Path) -> None:
    write_samples(tmp_path / "s.npz", Samples(samples("plan", 8)))
    with np.load(tmp_path / "s.npz") as file:
        assert file["picture"].dtype == np.uint8
    assert np.array_equal(
        read_samples([tmp_path / "s.npz"], plan.onnx).inputs["picture"], samples("plan", 8)["picture"]
    )


def test_a_model_takes_the_files_that_have_what_it_takes(words: ModelFiles, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("nr.npz", "a.npz", "b.npz")]
    write_samples(paths[0], Samples(samples("nr", 3)))
    for path, n in zip(paths[1:], (2, 3), strict=True):
        write_samples(path, Samples(samples("words", n)))
    assert len(read_samples([*paths, tmp_path / "table.parquet"], words.onnx)) == 5


def test_each_sample_runs_alone(plan: ModelFiles) -> None:
    some = Samples(samples("plan", 5))
    made = run_samples(plan.onnx, some)
    assert made.shape == (5, 128)
    backwards = np.arange(5)[::-1]
    assert np.array_equal(run_samples(plan.onnx, some.chosen(backwards)), made[backwards])


def test_samples_are_split_by_source() -> None:
    some = Samples(samples("nr", 4), np.array(["a", "b", "a", "c"]))
    training, held_out = split_samples(some, ["b", "c"])
    assert (len(training), len(held_out)) == (2, 2)
    assert np.array_equal(held_out.inputs["tile"], some.inputs["tile"][[1, 3]])
    assert [len(part) for part in split_samples(Samples(samples("nr", 4)), [])] == [4, 0]


def test_held_out_sources_need_sources() -> None:
    with pytest.raises(InvalidArgument, match="no array 'source', so none can be held out; leave"):
        split_samples(Samples(samples("nr", 4)), ["a"])
    with pytest.raises(InvalidArgument, match="source 'b' is not among the samples; they have 1 others"):
        split_samples(Samples(samples("nr", 4), np.array(["a"] * 4)), ["b"])
    with pytest.raises(InvalidArgument, match="All 4 samples are of held-out sources"):
        split_samples(Samples(samples("nr", 4), np.array(["a"] * 4)), ["a"])


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (
            {"tile": np.zeros((2, 1, 32, 32))},
            "None of .*s.npz holds picture, which toy_plan.onnx takes; give",
        ),
        (
            {"picture": np.zeros((2, 3, 16, 17))},
            r"has picture as float64 \[2, 3, 16, 17\], expected numbers \[n, 3",
        ),
        ({"picture": np.zeros((0, 3, 16, 16))}, r"has picture as float64 \[0, 3, 16, 16\]"),
        ({"picture": np.full((1, 3, 16, 16), "x")}, r"has picture as <U1"),
        ({"picture": np.full((1, 3, 16, 16), np.nan)}, "has a picture that is not finite; leave such"),
        ({"picture": np.zeros((2, 3, 16, 16)), "source": np.array(["a"])}, "are of different lengths; each"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    arrays: dict[str, np.ndarray], sentence: str, plan: ModelFiles, tmp_path: Path
) -> None:
    np.savez(tmp_path / "s.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match=sentence):
        read_samples([tmp_path / "s.npz"], plan.onnx)


@pytest.mark.parametrize("content", [b"", b"PK", np.array([object()]).dumps()])
def test_files_that_are_no_arrays_are_refused(content: bytes, plan: ModelFiles, tmp_path: Path) -> None:
    (tmp_path / "s.npz").write_bytes(content)
    with pytest.raises(
        InvalidArgument, match=r"s\.npz is no \.npz of arrays: .*; write it with numpy\.savez"
    ):
        read_samples([tmp_path / "s.npz"], plan.onnx)
