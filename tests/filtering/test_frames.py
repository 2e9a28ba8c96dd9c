# SPDX-License-Identifier: BSD-3-Clause
"""filter_frames: what is filtered, what stays, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import make_filters, make_models
from vmaf_dnn import InvalidArgument, Unsupported, VideoError, filter_frames

SHAPE = (33, 46)


@pytest.fixture
def blur(tmp_path: Path) -> Path:
    path = tmp_path / "blur.onnx"
    path.write_bytes(make_filters.blur())
    return path


@pytest.fixture
def inverse(tmp_path: Path) -> Path:
    path = tmp_path / "inverse.onnx"
    path.write_bytes(make_filters.affine(-1, 1))
    return path


def noise(bits: int = 8, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    dtype = np.uint8 if bits == 8 else np.uint16
    return np.random.default_rng(bits).integers(0, 2**bits, shape).astype(dtype)


@pytest.mark.parametrize("bits", [8, 9, 10, 12, 14, 16])
def test_luma_is_filtered_at_its_depth(inverse: Path, bits: int) -> None:
    (filtered,) = filter_frames([noise(bits)], tiny_model=inverse, bitdepth=bits)
    assert isinstance(filtered, np.ndarray)
    assert filtered.dtype == noise(bits).dtype
    np.testing.assert_array_equal(filtered, 2**bits - 1 - noise(bits))


@pytest.mark.parametrize("threads", [1, 3])
def test_chroma_stays_and_frames_come_in_their_order(inverse: Path, threads: int) -> None:
    chroma = noise(shape=(17, 23))
    frames = [(noise() // (n + 1), chroma + n, chroma - n) for n in range(7)]
    filtered = list(filter_frames(iter(frames), tiny_model=inverse, threads=threads))
    assert len(filtered) == len(frames)
    for (y, u, v), (luma, *rest) in zip(filtered, frames, strict=True):
        np.testing.assert_array_equal(y, 255 - luma)
        np.testing.assert_array_equal(u, rest[0])
        np.testing.assert_array_equal(v, rest[1])


def test_frames_may_share_their_memory(inverse: Path) -> None:
    """As those of a decoder do, which writes the next one over the last."""
    memory = np.empty(SHAPE, np.uint8)

    def frames() -> Iterator[np.ndarray]:
        for n in range(9):
            memory[:] = n
            yield memory

    filtered = filter_frames(frames(), tiny_model=inverse, threads=3)
    assert [int(np.asarray(plane)[0, 0]) for plane in filtered] == [255 - n for n in range(9)]


def test_rows_of_a_frame_may_lie_apart(inverse: Path) -> None:
    plane = noise(shape=(40, 80))[::2, ::-2]
    (filtered,) = filter_frames([plane], tiny_model=inverse)
    np.testing.assert_array_equal(filtered, 255 - plane)


def test_decoded_frames_are_taken(inverse: Path) -> None:
    av = pytest.importorskip("av")
    frame = av.VideoFrame(48, 34, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([90]) * plane.buffer_size)
    ((y, u, v),) = filter_frames([frame], tiny_model=inverse)
    assert (int(y[0, 0]), int(u[0, 0]), int(v[-1, -1])) == (165, 90, 90)
    assert (y.shape, u.shape) == ((34, 48), (17, 24))


@pytest.mark.parametrize("shape", [(30000, 3), (1, 30000), (1, 1)], ids=str)
def test_any_plane_that_holds_samples_is_filtered(inverse: Path, shape: tuple[int, int]) -> None:
    (filtered,) = filter_frames([noise(shape=shape)], tiny_model=inverse)
    np.testing.assert_array_equal(filtered, 255 - noise(shape=shape))


def test_what_the_iterator_raises_passes(inverse: Path) -> None:
    def frames() -> Iterator[np.ndarray]:
        yield noise()
        raise LookupError("mine")

    filtered = filter_frames(frames(), tiny_model=inverse, threads=4)
    assert np.shape(next(filtered)) == SHAPE  # what came before is not lost
    with pytest.raises(LookupError, match="mine"):
        next(filtered)


@pytest.mark.parametrize(
    ("frames", "bitdepth", "sentence"),
    [
        ([], None, "given clip holds no frame."),
        (
            [np.zeros((0, 0), np.uint8)],
            None,
            "frame 0 of the given clip is 0x0; give frames that hold samples.",
        ),
        (
            [np.zeros((0, 8), np.uint8)],
            None,
            "frame 0 of the given clip is 8x0; give frames that hold samples.",
        ),
        ([np.full(SHAPE, np.nan)], None, "frame 0 of the given clip is float64; expected uint8, or uint16"),
        ([noise(10)], None, "frame 0 of the given clip is uint16; say how many of its bits count"),
        ([noise(16)], 10, r"frame 0 of the given clip has a sample of \d+, more than 10 bits hold"),
        ([noise()], 10, "frame 0 of the given clip is uint8 of 8 bits, and bitdepth=10 was given"),
        ([noise(), noise(shape=(8, 8))], None, r"frame 1 of the given clip is uint8 of \(8, 8\), expected"),
        (noise(), None, r"frame 0 of the given clip has the shape \(46,\); expected a plane"),
        ([(noise(), noise())], None, "frame 0 of the given clip has 2 planes; expected"),
        ([(noise(), noise(), noise(shape=(2, 2)))], None, "chroma has the size of no layout"),
    ],
    ids=range(11),
)
def test_refuses_what_is_no_frame(inverse: Path, frames: Any, bitdepth: int | None, sentence: str) -> None:
    with pytest.raises(VideoError, match=sentence):
        list(filter_frames(frames, tiny_model=inverse, bitdepth=bitdepth))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"threads": 0}, "threads must be 1 or more, got 0."),
        ({"bitdepth": 7}, "bitdepth must be 8 or more, got 7."),
        ({"bitdepth": 17}, "bitdepth must be 16 or less, got 17."),
        ({"tiny_model": 3}, "tiny_model must be a path, got 3."),
        ({"frames": 5}, "frames must be an iterable of frames, got 5."),
    ],
    ids=str,
)
def test_refuses_arguments_before_it_takes_a_frame(
    inverse: Path, arguments: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {"frames": iter([noise()]), "tiny_model": inverse, **arguments}
    with pytest.raises(InvalidArgument) as refused:
        filter_frames(given.pop("frames"), **given)
    assert str(refused.value) == sentence


def test_refuses_a_model_that_is_no_filter(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidArgument, match=r"vmaf_tiny_v4 is of kind fr: .* name a model of kind filter here"
    ):
        list(filter_frames([noise()], tiny_model="vmaf_tiny_v4"))
    path = make_models.write(tmp_path, make_models.add_and_subtract())
    with pytest.raises(Unsupported, match="no filter from one plane"):
        list(filter_frames([noise()], tiny_model=path))


def test_refuses_a_plane_that_the_model_does_not_take(tmp_path: Path) -> None:
    path = tmp_path / "fixed.onnx"
    path.write_bytes(make_filters.blur([1, 1, 224, 224]))
    with pytest.raises(InvalidArgument, match=r"The plane is 46x33, but the model fixed takes .*224"):
        list(filter_frames([noise()], tiny_model=path))


def test_the_core_refuses_what_is_no_plane(inverse: Path) -> None:
    from vmaf_dnn import Session

    session = Session(inverse)
    for plane, bits in ((noise().T, 8), (noise(), 10), (noise()[None], 8), (noise(10), 17)):
        with pytest.raises(InvalidArgument, match="no contiguous"):
            session._filter(plane, bits)
