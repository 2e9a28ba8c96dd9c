# SPDX-License-Identifier: BSD-3-Clause
"""What holds of features whatever their values, and the frames that are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.features import ISAS, KINDS, extract, known
from tests.support.synthetic import Frame, Pair, pair_of_kind, synthetic_pair
from vmaf_dnn import InvalidArgument
from vmaf_dnn._core import FeatureExtractor


@settings(max_examples=20, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    width=st.integers(33, 120),
    height=st.integers(33, 120),
    bit_depth=st.integers(9, 16),
    seed=st.integers(0, 99),
)
def test_more_bits_of_the_same_picture_change_nothing(
    kind: str, width: int, height: int, bit_depth: int, seed: int
) -> None:
    pairs = [pair_of_kind(kind, width, height, 8, seed + t) for t in range(2)]
    shift = np.uint16(bit_depth - 8)
    deeper: list[Pair] = [(r.astype(np.uint16) << shift, d.astype(np.uint16) << shift) for r, d in pairs]
    np.testing.assert_array_equal(extract(deeper, bit_depth), extract(pairs))


@pytest.mark.parametrize("bit_depth", [8, 10, 16])
def test_flat_pictures_lose_nothing(bit_depth: int) -> None:
    black, grey = (np.full((120, 90), value, np.uint8 if bit_depth == 8 else np.uint16) for value in (0, 10))
    assert extract([(black, grey), (black, black)], bit_depth).tolist() == [[1, 1, 1, 1, 1, 0]] * 2


def test_identical_pictures_score_about_one() -> None:
    rows = extract([pair_of_kind("identical", 640, 360, 8, seed) for seed in range(2)])
    assert ((rows[:, 0] > 1) & (rows[:, 0] < 1.00001)).all()
    np.testing.assert_allclose(rows[:, 1:5], 1, atol=2e-6)


def test_motion2_is_the_lesser_of_a_frame_and_the_next() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in (0, 1, 9, 10)]
    motion = [extract(pairs[i - 1 : i + 1])[1, 5] for i in (1, 2, 3)]
    assert motion[1] > max(motion[0], motion[2])
    assert extract(pairs)[:, 5].tolist() == [0, motion[0], motion[2], motion[2]]
    assert extract(pairs[:1])[:, 5].tolist() == [0]


def test_a_flush_ends_the_clip_and_begins_another() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(3)]
    extractor = FeatureExtractor(96, 64)
    assert extractor.flush() is None
    for _ in range(2):
        rows = [extractor.push(*pair) for pair in pairs] + [extractor.flush()]
        assert rows[0] is None
        np.testing.assert_array_equal(np.concatenate(known(rows[1:])), extract(pairs))
    assert extractor.flush() is None


def test_versions_of_one_reference_score_as_if_alone() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(3)]
    versions: list[Callable[[Frame], Frame]] = [
        lambda frame: frame,
        lambda frame: frame // 2,
        lambda frame: np.bitwise_xor(frame, np.uint8(5)),
    ]
    extractor = FeatureExtractor(96, 64, n_distorted=3)
    rows = [extractor.push(r, *(version(d) for version in versions)) for r, d in pairs] + [extractor.flush()]
    for i, version in enumerate(versions):
        alone = extract([(r, version(d)) for r, d in pairs])
        np.testing.assert_array_equal(np.stack(known(rows[1:]))[:, i], alone)


@pytest.mark.parametrize("bit_depth", [8, 10])
@pytest.mark.parametrize(
    "lay_out",
    [
        lambda frame: np.pad(frame, ((0, 0), (0, 13)), constant_values=255)[:, : frame.shape[1]],
        lambda frame: frame[::-1].copy()[::-1],
        lambda frame: np.frombuffer(b"?" + frame.tobytes(), frame.dtype, offset=1).reshape(frame.shape),
        lambda frame: np.repeat(frame, 2, axis=0)[::2],
    ],
    ids=["padded", "upside_down", "unaligned", "every_other_row"],
)
def test_layout_changes_nothing(bit_depth: int, lay_out: Any) -> None:
    pairs = [synthetic_pair(97, 65, bit_depth, t) for t in range(2)]
    laid_out = [(lay_out(reference), lay_out(distorted)) for reference, distorted in pairs]
    np.testing.assert_array_equal(extract(laid_out, bit_depth), extract(pairs, bit_depth))


GOOD = synthetic_pair(64, 48, 8, 0)[0]
REFUSED: list[tuple[Any, str]] = [
    ([1, 2], r"the distorted frame is a list; give a \(48, 64\) NumPy array of uint8"),
    (GOOD.astype(np.uint16), "the distorted frame has dtype uint16; give a"),
    (GOOD[:-1], r"the distorted frame has shape \(47, 64\); give a \(48, 64\)"),
    (GOOD.reshape(1, 48, 64), r"has shape \(1, 48, 64\)"),
    (GOOD.T.copy().T, "has samples that lie apart; give .* whose rows are contiguous"),
]


@pytest.mark.parametrize(("frame", "sentence"), REFUSED)
def test_refuses_frames_of_another_kind(frame: Any, sentence: str) -> None:
    pairs = [synthetic_pair(64, 48, 8, t) for t in range(2)]
    extractor = FeatureExtractor(64, 48)
    extractor.push(*pairs[0])
    with pytest.raises(InvalidArgument, match=sentence):
        extractor.push(GOOD, frame)
    rows = [extractor.push(*pairs[1]), extractor.flush()]
    np.testing.assert_array_equal(np.concatenate(known(rows)), extract(pairs))


@pytest.mark.parametrize("threads", [1, 3])
def test_refuses_samples_beyond_the_bit_depth(threads: int) -> None:
    reference, distorted = synthetic_pair(64, 200, 10, 0)
    distorted[7, 5] = 1024
    sentence = (
        "the distorted frame holds 1024 at column 5, row 7, which needs more than 10 bits; give the bit depth"
    )
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(64, 200, 10, threads=threads).push(reference, distorted)


@pytest.mark.parametrize("isa", ["scalar", *ISAS])
@pytest.mark.parametrize("features", [None, ["vif_scale0"], ["adm2", "motion2"], ["vif_scale1", "cambi"]])
@pytest.mark.parametrize("bit_depth", [9, 10, 15])
def test_a_frame_that_is_refused_leaves_no_trace(
    extract_on: Callable[..., np.ndarray], isa: str, features: list[str] | None, bit_depth: int
) -> None:
    options: dict[str, Any] = {} if features is None else {"features": features}
    pairs = [pair_of_kind("natural", 221, 66, bit_depth, seed) for seed in range(3)]
    expected = extract_on(isa, pairs, bit_depth, **options)
    extractor = FeatureExtractor(221, 66, bit_depth, threads=2, **options)
    rows: list[np.ndarray | None] = []
    for reference, distorted in pairs:
        for place in [(0, 0), (65, 220), (33, 64)]:
            for which in range(2):
                frames = [reference.copy(), distorted.copy()]
                frames[which][place] |= 1 << bit_depth
                sentence = f"at column {place[1]}, row {place[0]}, which needs more than {bit_depth} bits"
                with pytest.raises(InvalidArgument, match=sentence):
                    extractor.push(*frames)
        rows.append(extractor.push(reference, distorted))
    np.testing.assert_array_equal(np.concatenate(known([*rows, extractor.flush()])), expected)


@pytest.mark.parametrize("given_frames", [(), (GOOD, GOOD)])
def test_refuses_another_number_of_versions(given_frames: tuple[Frame, ...]) -> None:
    sentence = f"{len(given_frames)} distorted frames were given; this extractor takes 1"
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(64, 48).push(GOOD, *given_frames)


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((32, 48), {}, "frames are 32x48; each side must be 33 to 32768 samples"),
        ((64, 40000), {}, "frames are 64x40000; each side"),
        ((64, 48, 7), {}, "bit depth is 7; it must be 8 to 16"),
        ((64, 48, 17), {}, "bit depth is 17"),
        ((64, 48), {"n_distorted": 0}, "n_distorted is 0; it must be 1 to 1024"),
        ((64, 48), {"adm_enhn_gain_limit": 0.5}, "adm_enhn_gain_limit is 0.5.*; it must be 1 to 100"),
        ((64, 48), {"vif_enhn_gain_limit": float("nan")}, "vif_enhn_gain_limit is nan"),
        ((64, 48), {"threads": 0}, "threads is 0; there must be at least 1"),
        ((64, 48), {"motion_rule": "v2"}, "motion_rule is v2; it must be v3.1 or v3.2"),
    ],
)
def test_refuses_what_it_cannot_extract(
    arguments: tuple[int, ...], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(*arguments, **options)
