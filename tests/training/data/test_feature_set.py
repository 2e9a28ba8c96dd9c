# SPDX-License-Identifier: BSD-3-Clause
from __future__ import annotations

import numpy as np
import pytest

from vmaf_dnn import FeatureExtractor
from vmaf_dnn.errors import InvalidArgument
from vmaf_dnn.extractors import CANONICAL_6
from vmaf_train.data.feature_set import (
    FEATURE_SETS,
    NEG,
    V1_DISPLAYS,
    ChromaCorrection,
    FeatureSet,
    feature_set,
)


@pytest.mark.parametrize("features", [*V1_DISPLAYS.values(), NEG])
def test_the_extractor_takes_every_set(features: FeatureSet) -> None:
    extractor = FeatureExtractor(640, 640, features=features.requests, chroma="420")
    assert len(set(extractor.features)) == len(features.names)


def test_displays_differ_in_detail_chroma_and_rate_alone() -> None:
    assert len(V1_DISPLAYS) == len(set(V1_DISPLAYS.values())) == 8
    assert {features.options[0] for features in V1_DISPLAYS.values()} == {V1_DISPLAYS["3d0h"].options[0]}
    for name in ("3d0h", "5d0h", "1d5h_2160", "3d0h_2160"):
        ours, hfr = V1_DISPLAYS[name].options, V1_DISPLAYS[f"hfr_{name}"].options
        assert ours[:3] == hfr[:3]
        assert hfr[3] == f"{ours[3]}:motion_five_frame_window=true:motion_moving_average=true"


def test_an_exact_zero_of_chroma_alone_is_replaced() -> None:
    rows = np.array([[1, 0.0, 0.9, 3], [1, -0.0, 0.9, 3], [1, 1e-12, 0.9, 3], [1, 7, 0.9, 3]])
    corrected = V1_DISPLAYS["3d0h"].corrected(rows)
    np.testing.assert_allclose(corrected[:, 1], [12, 12, 1e-12, 7])
    np.testing.assert_array_equal(corrected[:, [0, 2, 3]], rows[:, [0, 2, 3]])
    assert rows[0, 1] == 0
    assert FeatureSet(CANONICAL_6).corrected(rows) is rows


def test_a_set_is_a_name_or_columns() -> None:
    assert feature_set("v1") is FEATURE_SETS["v1"]
    assert feature_set("psnr, ssim").names == ("psnr", "ssim")
    assert feature_set("psnr").requests == ("psnr",)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("a,,b", r"The features are a, , b; give one or more names, each once\."),
        ("a,b,a", r"The features are a, b, a; give one or more names, each once\."),
    ],
)
def test_a_list_that_is_none_is_refused(words: str, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        feature_set(words)


def test_options_and_correction_must_fit_the_names() -> None:
    with pytest.raises(InvalidArgument, match="There are 1 option texts for 2 features; give one a feature"):
        FeatureSet(("a", "b"), ("x=1",))
    with pytest.raises(InvalidArgument, match="correction is over 'c', which is not among a, b; add"):
        FeatureSet(("a", "b"), (), ChromaCorrection(120, "a", "c"))


@pytest.mark.parametrize("features", [V1_DISPLAYS["hfr_5d0h"], NEG, FeatureSet(("a",))])
def test_json_gives_a_set_back(features: FeatureSet) -> None:
    assert FeatureSet.from_json(features.to_json()) == features
