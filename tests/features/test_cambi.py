# SPDX-License-Identifier: BSD-3-Clause
"""CAMBI: libvmaf's values of pictures made of integer arithmetic, to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tests.support.paths import ROOT
from tests.support.synthetic import Frame
from vmaf_dnn import FeatureExtractor, InvalidArgument

# As the models of VMAF v1 take it, but for their maximum of 17.
V1 = "cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06"

Picture = tuple[str, int, int, int, int]  # kind, width, height, bit depth, number of the frame


def make_picture(kind: str, width: int, height: int, bit_depth: int, n: int = 0) -> Frame:
    y, x = np.mgrid[:height, :width].astype(np.int64)
    unit, peak = 1 << (bit_depth - 8), (1 << bit_depth) - 1
    bands = (30 * unit + (3 * x + 2 * y + 7 * n) // 64) % (peak + 1)
    tiles = 7 * (x // 16) + 13 * (y // 16)
    if kind == "bands":
        samples = bands
    elif kind == "dither":
        samples = np.minimum(peak, bands + ((x * x + 3 * x * y + 5 * y * y + 7 * n) % 61 == 0))
    elif kind == "blocks":
        samples = 28 * unit + (tiles + 5 * n) % 9
    elif kind == "dark":
        samples = 16 * unit + (x + 2 * y + 3 * n) // 40
    elif kind == "edge":
        least = 1 if bit_depth == 8 else unit
        samples = np.array([0, least, peak, peak - 1, 2, peak - 2, 3, 0, 16 * unit])[(tiles + n) % 9]
    elif kind == "flat":
        samples = np.full((height, width), 37 * unit)
    else:  # noise, of which no two neighbours are equal
        samples = (x * 37 + y * 101) % (peak + 1)
    return samples.astype(np.uint8 if bit_depth == 8 else np.uint16)


def cambi_of(picture: Picture, options: str = "") -> float:
    kind, width, height, bit_depth, n = picture
    feature = f"cambi={options}" if options else "cambi"
    extractor = FeatureExtractor(width, height, bit_depth, features=[feature])
    frame = make_picture(kind, width, height, bit_depth, n)
    rows = [extractor.push(frame, frame), extractor.flush()]
    return float(np.concatenate([row for row in rows if row is not None])[0, 0])


WITH_V1: list[tuple[Picture, float]] = [
    (("bands", 576, 324, 8, 0), 20.198850450406024),
    (("bands", 576, 324, 10, 0), 5.279607241770275),
    (("bands", 321, 243, 12, 0), 1.7732675113831275),
    (("bands", 257, 219, 8, 0), 14.946995804912776),
    (("bands", 1920, 1080, 8, 0), 20.563502189355486),
    (("bands", 1920, 1080, 10, 0), 5.332483277073507),
    (("bands", 3840, 2160, 8, 0), 8.991631213953792),
    (("blocks", 576, 324, 8, 0), 1.354526326504344),
    (("blocks", 576, 324, 10, 0), 13.727885276618556),
    (("blocks", 321, 243, 12, 0), 6.928339406797844),
    (("blocks", 257, 219, 8, 0), 0.8490041310861804),
    (("blocks", 1920, 1080, 8, 0), 4.678422974320349),
    (("dark", 576, 324, 8, 0), 20.075899935583084),
    (("dark", 576, 324, 10, 0), 4.74714095150472),
    (("dark", 257, 219, 8, 0), 14.564064209106897),
    (("dark", 1920, 1080, 8, 0), 20.456254686048325),
    (("edge", 576, 324, 8, 0), 0.0),
    (("flat", 576, 324, 8, 0), 0.0),
    (("flat", 576, 324, 10, 0), 0.0),
    (("noise", 576, 324, 8, 0), 0.0),
    (("dither", 576, 324, 8, 0), 20.183686022573756),
    (("dither", 576, 324, 8, 1), 19.30911352825476),
    (("dither", 576, 324, 9, 0), 10.461887319120247),
    (("dither", 576, 324, 10, 0), 5.2798387664344535),
    (("dither", 576, 324, 16, 0), 0.17365141867576595),
    (("dither", 321, 243, 12, 0), 1.7734386488386606),
    (("dither", 257, 219, 8, 0), 14.957893516430495),
    (("dither", 216, 120, 8, 0), 10.503896611765741),
    (("dither", 120, 216, 8, 0), 10.495523082329745),
    (("dither", 1280, 720, 8, 0), 23.07452717960517),
    (("dither", 1920, 1080, 8, 0), 20.563935279154535),
    (("dither", 1920, 1080, 10, 0), 5.332891614113434),
    (("dither", 1921, 1081, 8, 0), 20.561641591581107),
    (("dither", 1921, 1081, 10, 0), 5.329082347772106),
    (("dither", 2560, 1440, 8, 0), 17.022703681707895),
    (("dither", 3840, 2160, 8, 0), 8.98869994092353),
]

WITH_DEFAULTS: list[tuple[Picture, float]] = [
    (("edge", 576, 324, 8, 0), 4.550474377449599),
    (("edge", 576, 324, 10, 0), 3.4669029912257026),
    (("edge", 321, 243, 12, 0), 3.041391798635383),
    (("edge", 321, 243, 16, 0), 2.9956907390464926),
    (("dark", 576, 324, 10, 0), 5.419359943064551),
    (("dither", 1920, 1080, 8, 0), 20.79094018781658),
    (("dither", 1921, 1081, 10, 0), 5.304742004601139),
    # Here the order shows in which contrast values are added up.
    (("dither", 3840, 2160, 8, 0), 9.463010374964368),
]

DITHER: Picture = ("dither", 576, 324, 8, 0)

WITH_ONE_OPTION = [
    ("", 20.183686022573756),
    ("enc_bitdepth=10", 20.228570941647096),
    ("enc_width=480:enc_height=270", 21.52796368344994),
    ("enc_width=481:enc_height=271", 21.57096921123444),
    ("enc_width=577:enc_height=200", 20.183686022573756),
    ("window_size=101", 22.940786617693085),
    ("topk=0.1", 28.698311856690886),
    ("cambi_topk=1", 14.674236144196632),
    ("tvi_threshold=0.005", 20.183711728567935),
    ("tvi_threshold=0.1", 2.8296092204566707),
    ("cambi_vis_lum_threshold=2", 18.46243634402313),
    ("max_log_contrast=0", 0.011587692362834023),
    ("max_log_contrast=4", 20.368443583257527),
    ("eotf=pq", 20.183711728567935),
    ("cambi_max_val=1.5", 1.5),
]


@pytest.mark.parametrize(("picture", "expected"), WITH_V1, ids=str)
def test_pictures_have_the_values_of_libvmaf(picture: Picture, expected: float) -> None:
    assert cambi_of(picture, V1) == expected


@pytest.mark.parametrize(("picture", "expected"), WITH_DEFAULTS, ids=str)
def test_pictures_have_the_values_of_libvmaf_with_its_defaults(picture: Picture, expected: float) -> None:
    assert cambi_of(picture) == expected


@pytest.mark.parametrize(("options", "expected"), WITH_ONE_OPTION)
def test_each_option_has_the_value_of_libvmaf(options: str, expected: float) -> None:
    assert cambi_of(DITHER, options) == expected


def test_no_value_exceeds_the_maximum() -> None:
    assert cambi_of(("bands", 576, 324, 8, 0), f"{V1}:cambi_max_val=17") == 17


SMALL = [case for case in WITH_V1 if case[0][1] < 600]

DEFINITION = """
from tests.features.test_cambi import DITHER, SMALL, V1, WITH_ONE_OPTION, cambi_of

print(*[cambi_of(picture, V1) for picture, _ in SMALL])
print(*[cambi_of(DITHER, options) for options, _ in WITH_ONE_OPTION])
"""


def test_the_definition_gives_the_same() -> None:
    environment = {**os.environ, "VMAF_DNN_ISA": "scalar"}
    command = [sys.executable, "-c", DEFINITION]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    assert [float(value) for value in printed.split()] == [value for _, value in [*SMALL, *WITH_ONE_OPTION]]


@pytest.mark.parametrize(
    ("size", "options", "sentence"),
    [
        ((214, 120), V1, "CAMBI needs a side of at least 216 samples, got frames of 214x120; scale them up"),
        ((4096, 2160), "", "CAMBI's window for frames of 4096x2160 would have a side of 67 samples; it may"),
        ((8192, 4320), V1, "CAMBI's window for frames of 8192x4320 would have a side of 69 samples; it may"),
    ],
)
def test_refuses_what_libvmaf_refuses(size: tuple[int, int], options: str, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(*size, features=[f"cambi={options}" if options else "cambi"])


def test_each_version_is_measured_at_the_size_of_its_encode() -> None:
    frames = [make_picture("dither", 960, 540, 8, seed) for seed in range(3)]
    encodes = [(480, 270, 0), (0, 0, 10), (0, 0, 0)]
    words = ["=enc_width=480:enc_height=270", "=enc_bitdepth=10", ""]
    together = FeatureExtractor(960, 540, n_distorted=3, features=["cambi"], encodes=encodes)
    assert together.push(frames[0], *frames) is None
    rows = together.flush()
    assert rows is not None
    for frame, word, row in zip(frames, words, rows, strict=True):
        alone = FeatureExtractor(960, 540, features=[f"cambi{word}"])
        alone.push(frame, frame)
        np.testing.assert_array_equal(alone.flush(), [row])


def test_options_of_the_feature_win_over_the_encode() -> None:
    frame = make_picture("dither", 960, 540, 8)
    rows = []
    for encodes in (None, [(577, 200, 10)]):
        extractor = FeatureExtractor(
            960, 540, features=["cambi=enc_width=480:enc_height=270:enc_bitdepth=8"], encodes=encodes
        )
        extractor.push(frame, frame)
        rows.append(extractor.flush())
    np.testing.assert_array_equal(rows[0], rows[1])


@pytest.mark.parametrize(
    ("encodes", "sentence"),
    [
        ([], r"encodes is \[\]; give \(width, height, bit depth\) of each of the 1 distorted versions\."),
        ([(1, 2)], r"an encode is \(1, 2\); give \(width, height, bit depth\)"),
        ([(480, -1, 8)], r"the height of an encode must be 0 or more, got -1\."),
        ([("480", 270, 8)], r"the width of an encode must be a whole number, got '480'\."),
    ],
)
def test_refuses_encodes_that_are_none(encodes: Any, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(960, 540, features=["cambi"], encodes=encodes)
