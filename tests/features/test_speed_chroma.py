# SPDX-License-Identifier: BSD-3-Clause
"""SpEED-chroma against stated values, and what it must not depend on."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from tests.support.paths import ROOT
from vmaf_dnn import FeatureExtractor, InvalidArgument

Frame = tuple[np.ndarray, np.ndarray, np.ndarray]

MODEL = "speed_max_val=45:speed_nn_floor=0.1:speed_sigma_nn=0.19:speed_weight_var_mode=5"
BILINEAR = "speed_prescale_method=bilinear"
OPTIONS = {
    "a": MODEL,
    "b": f"{MODEL}:speed_prescale=0.6:{BILINEAR}",
    "c": f"{MODEL}:speed_prescale=0.5:{BILINEAR}",
    "d": "",
}
NAMES = ["speed_chroma_u", "speed_chroma_v", "speed_chroma_uv"]

# Luma size, chroma, bit depth, options, number of the frame; u, v and uv of libvmaf 3.2 to the nine digits
# that identify a number in single precision.
GOLDEN = [
    (576, 324, "420", 8, "a", 0, "1.45891571 1.30948639 1.38420105"),
    (577, 325, "420", 8, "a", 0, "1.45891571 1.30948639 1.38420105"),
    (576, 324, "420", 8, "a", 1, "1.16386414 1.59789526 1.38087964"),
    (576, 324, "420", 8, "d", 0, "3.45017505 3.00672913 3.22845221"),
    (576, 324, "420", 8, "d", 1, "2.99656677 4.35892725 3.67774701"),
    (640, 360, "420", 10, "a", 0, "2.216465 0.783067703 1.49976635"),
    (640, 360, "420", 10, "d", 1, "3.43556213 4.6247139 4.03013802"),
    (480, 272, "422", 12, "a", 0, "1.25928247 1.08063424 1.16995835"),
    (480, 272, "422", 12, "b", 0, "0 0 0"),
    (480, 272, "422", 12, "d", 1, "2.1892395 4.98568392 3.58746171"),
    (400, 304, "444", 8, "a", 0, "1.28093362 1.34200239 1.31146801"),
    (400, 304, "444", 8, "b", 1, "0.978736877 1.66311646 1.32092667"),
    (400, 304, "444", 16, "a", 0, "1.37801814 1.45208633 1.41505218"),
    (960, 540, "420", 8, "a", 0, "1.50150299 1.33850431 1.42000365"),
    (960, 540, "420", 8, "b", 0, "1.93551123 1.85127509 1.89339316"),
    (960, 540, "420", 8, "c", 0, "0 0 0"),
    (960, 540, "420", 8, "d", 0, "3.84336352 3.40945101 3.62640715"),
    (1280, 720, "420", 10, "a", 0, "1.32942915 1.75829601 1.54386258"),
    (1280, 720, "420", 10, "b", 0, "1.45867729 2.38579559 1.92223644"),
    (1280, 720, "420", 10, "c", 1, "0.919624329 1.72720718 1.32341576"),
    (1920, 1080, "420", 8, "a", 0, "1.33786249 1.61739016 1.47762632"),
    (1920, 1080, "420", 8, "b", 0, "1.39101899 1.56516099 1.47809005"),
    (1920, 1080, "420", 8, "c", 0, "1.200598 1.10340834 1.15200317"),
    (1920, 1080, "420", 8, "d", 0, "3.40109253 4.16425133 3.78267193"),
    (1920, 1080, "444", 10, "a", 0, "1.57402396 1.57362664 1.57382536"),
    (3840, 2160, "420", 10, "a", 0, "1.57402396 1.57362664 1.57382536"),
    (3840, 2160, "420", 10, "b", 0, "1.50695288 1.35607183 1.43151236"),
    (3840, 2160, "420", 10, "c", 0, "1.42895365 1.27772129 1.35333753"),
]


def mix(x: np.ndarray, y: np.ndarray, t: int, c: int) -> np.ndarray:
    """32 bits of noise for each place."""
    h = (x * 73856093) ^ (y * 19349663) ^ ((83492791 * t) ^ (2654435761 * c))
    h &= 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0x5BD1E995 & 0xFFFFFFFF
    return h ^ (h >> 15)


def planes_of(width: int, height: int, bit_depth: int, t: int, c: int) -> tuple[np.ndarray, np.ndarray]:
    """One chroma plane of the frame t, reference and distorted."""
    y, x = np.mgrid[:height, :width]
    coarse, fine = mix(x >> 4, y >> 4, t, c), mix(x, y, t, c + 2)
    reference = 64 + coarse % 96 + fine % 16
    distorted = 8 * (reference // 8) + 1 + (coarse >> 8) % 5
    if bit_depth == 8:
        return reference.astype(np.uint8), distorted.astype(np.uint8)
    levels = 1 << (bit_depth - 8)
    reference = reference * levels + (fine >> 16) % levels
    distorted = distorted * levels + (fine >> 12) % levels
    return reference.astype(np.uint16), distorted.astype(np.uint16)


def chroma_size(width: int, height: int, chroma: str) -> tuple[int, int]:
    return (width if chroma == "444" else -(-width // 2)), (-(-height // 2) if chroma == "420" else height)


def pair_of(width: int, height: int, chroma: str, bit_depth: int, t: int = 0) -> tuple[Frame, Frame]:
    luma = np.zeros((height, width), np.uint8 if bit_depth == 8 else np.uint16)
    sides = [planes_of(*chroma_size(width, height, chroma), bit_depth, t, c) for c in (1, 2)]
    (u, v), (distorted_u, distorted_v) = zip(*sides, strict=True)
    return (luma, u, v), (luma, distorted_u, distorted_v)


def scores(reference: Frame, distorted: Frame, bit_depth: int, chroma: str, options: str = "") -> np.ndarray:
    height, width = reference[0].shape
    features = [f"{name}={options}" if options else name for name in NAMES]
    extractor = FeatureExtractor(width, height, bit_depth, chroma=chroma, features=features)
    extractor.push(reference, distorted)
    rows = extractor.flush()
    assert rows is not None
    assert rows.shape == (1, 3)
    return rows[0]


def change_planes(frame: Frame, change: Callable[[np.ndarray], np.ndarray]) -> Frame:
    luma, u, v = frame
    return change(luma), change(u), change(v)


def digits(values: Iterable[float]) -> str:
    return " ".join(f"{value:.9g}" for value in values)


@pytest.mark.parametrize(("width", "height", "chroma", "bit_depth", "options", "t", "expected"), GOLDEN)
def test_stated_values(
    width: int, height: int, chroma: str, bit_depth: int, options: str, t: int, expected: str
) -> None:
    pair = pair_of(width, height, chroma, bit_depth, t)
    assert digits(scores(*pair, bit_depth, chroma, OPTIONS[options])) == expected


def test_a_clip_against_itself_is_not_zero_by_the_models_options() -> None:
    reference, _ = pair_of(576, 324, "420", 8)
    assert (
        digits(scores(reference, reference, 8, "420", MODEL))
        == "5.08626317e-06 7.62939453e-06 6.35782908e-06"
    )
    assert digits(scores(reference, reference, 8, "420")) == "0 0 0"


DEFINITION = """
from tests.features.test_speed_chroma import GOLDEN, OPTIONS, digits, pair_of, scores
for width, height, chroma, bit_depth, options, t, expected in GOLDEN[:20]:
    found = digits(scores(*pair_of(width, height, chroma, bit_depth, t), bit_depth, chroma, OPTIONS[options]))
    assert found == expected, (width, height, chroma, bit_depth, options, found)
"""


def test_stated_values_by_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMAF_DNN_ISA", "scalar")
    subprocess.run([sys.executable, "-c", DEFINITION], cwd=ROOT, check=True)


EVERY_OPTION = [
    *OPTIONS.values(),
    "speed_kernelscale=2:speed_weight_var_mode=1",
    "speed_kernelscale=3.711:speed_weight_var_mode=2:speed_sigma_nn=1.5",
    "speed_kernelscale=0.5:speed_weight_var_mode=6",
    "speed_prescale=1.3:speed_prescale_method=bilinear:speed_weight_var_mode=3",
    "speed_prescale=0.8:speed_prescale_method=bicubic:speed_weight_var_mode=4",
    "speed_prescale=0.7:speed_prescale_method=lanczos4",
    "speed_prescale=0.9:speed_prescale_method=nearest",
]


@pytest.mark.parametrize("options", EVERY_OPTION)
def test_kernels_give_the_bits_of_the_definition(monkeypatch: pytest.MonkeyPatch, options: str) -> None:
    for width, height, bit_depth in [(642, 483, 8), (723, 401, 10)]:
        pair = pair_of(width, height, "420", bit_depth, 3)
        monkeypatch.delenv("VMAF_DNN_ISA", raising=False)
        by_kernels = scores(*pair, bit_depth, "420", options)
        monkeypatch.setenv("VMAF_DNN_ISA", "scalar")
        np.testing.assert_array_equal(by_kernels, scores(*pair, bit_depth, "420", options))


@pytest.mark.parametrize("options", OPTIONS.values())
@pytest.mark.parametrize("bit_depth", [10, 12, 16])
def test_samples_shifted_left_give_the_same_bits(bit_depth: int, options: str) -> None:
    pair = pair_of(640, 480, "420", 8)
    reference, distorted = (
        change_planes(frame, lambda plane: plane.astype(np.uint16) << (bit_depth - 8)) for frame in pair
    )
    np.testing.assert_array_equal(
        scores(reference, distorted, bit_depth, "420", options), scores(*pair, 8, "420", options)
    )


def with_noise_between(plane: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise wherever no kept sample's 9 taps reach: one row and one column of 16 are kept."""

    def is_read(side: int) -> np.ndarray:
        place = np.arange(side)
        nearest = (place + 8) // 16
        return (abs(place - 16 * nearest) <= 4) & (nearest < side // 16)

    noise = rng.integers(0, 256, plane.shape).astype(plane.dtype)
    read = is_read(plane.shape[0])[:, None] & is_read(plane.shape[1])[None, :]
    return np.where(read, plane, noise)


@pytest.mark.parametrize(("width", "height"), [(576, 324), (643, 481), (1280, 720)])
def test_samples_between_those_that_count_do_not(width: int, height: int) -> None:
    rng = np.random.default_rng(1)
    pair = pair_of(width, height, "444", 8)
    reference, distorted = (
        change_planes(frame, lambda plane: with_noise_between(plane, rng)) for frame in pair
    )
    assert not np.array_equal(reference[1], pair[0][1])
    np.testing.assert_array_equal(
        scores(reference, distorted, 8, "444", MODEL), scores(*pair, 8, "444", MODEL)
    )


def test_planes_without_colour_count_as_no_error() -> None:
    (luma, u, v), (_, distorted_u, distorted_v) = pair_of(640, 480, "420", 8)
    flat = np.full_like(u, 128)
    assert scores((luma, u, v), (luma, flat, flat), 8, "420", MODEL).tolist() == [0, 0, 0]
    both = scores((luma, u, v), (luma, distorted_u, distorted_v), 8, "420", MODEL)
    assert scores((luma, u, v), (luma, distorted_u, flat), 8, "420", MODEL).tolist() == [both[0], 0, both[0]]
    assert scores((luma, u, v), (luma, flat, distorted_v), 8, "420", MODEL).tolist() == [0, both[1], both[1]]


def test_scores_are_limited() -> None:
    pair = pair_of(576, 324, "420", 8)
    assert scores(*pair, 8, "420", "speed_max_val=3.1").tolist() == [3.1, pytest.approx(3.00672913), 3.1]


@pytest.mark.parametrize(
    ("width", "height", "bit_depth", "options", "message"),
    [
        (144, 324, 8, "", "at least 80x80 samples, got 72x162"),
        (320, 240, 8, "speed_prescale=0.5", "at least 80x80 samples, got 80x60 (160x120 before"),
        (576, 324, 9, "", "8, 10, 12 or 16 bits, got 9"),
        (576, 324, 8, "speed_kernelscale=1.1", "speed_kernelscale is 1.1"),
        (576, 324, 8, "speed_sigma_nn=0", "speed_sigma_nn is 0; it must be 0.1 to 2."),
        (
            576,
            324,
            8,
            "speed_weight_var_mode=7",
            "speed_weight_var_mode is 7; it must be a whole number of 0 to 6.",
        ),
    ],
)
def test_refusals(width: int, height: int, bit_depth: int, options: str, message: str) -> None:
    with pytest.raises(InvalidArgument, match=re.escape(message)):
        scores(*pair_of(width, height, "420", bit_depth), bit_depth, "420", options)
