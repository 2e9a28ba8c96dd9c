# SPDX-License-Identifier: BSD-3-Clause
"""The features of VMAF v1 against stated values, libvmaf's log, and one another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.clips import LogReader
from tests.support.features import ISAS, extract
from tests.support.synthetic import synthetic_pair
from tests.support.v1 import (
    ALL_FEATURES,
    CAMBI,
    HFR_MOTION,
    MOTION,
    SPEED,
    adm,
    coloured_pair,
    extract_coloured,
    features_of,
    write_coloured_y4m,
)
from vmaf_dnn import CANONICAL_6, FeatureExtractor, InvalidArgument

ADM_VALUES = [
    ((176, 144, 8), "3d0h", 0, (0.966580602876955, 0.0107273456262574, 0.973388218325991)),
    ((176, 144, 8), "5d0h", 0, (0.974367607569593, 0.00655120299150569, 0.980091964401263)),
    ((176, 144, 8), "3d0h_2160", 0, (0.97711313867028, 0.00516914303921872, 0.982428454157431)),
    ((176, 144, 8), "3d0h", 2, (0.962416351801102, 0.0108378656146733, 0.970440086576369)),
    ((577, 325, 8), "3d0h", 1, (0.96155135125373, 0.0106365874086709, 0.96989496965501)),
    ((577, 325, 8), "5d0h", 0, (0.975560826058339, 0.00648744457400951, 0.980946344868634)),
    ((192, 108, 10), "3d0h_2160", 0, (0.977597800113334, 0.00452590499037256, 0.982960688582222)),
    ((192, 108, 12), "3d0h", 0, (0.967312777936342, 0.00992867425373664, 0.974140342279318)),
    ((192, 108, 16), "3d0h", 0, (0.967291493066278, 0.0102341090096113, 0.974033812443511)),
    ((1920, 1080, 8), "5d0h", 0, (0.975235365177333, 0.00695823230688313, 0.980577285932068)),
]


@pytest.mark.parametrize("isa", ["scalar", *ISAS])
@pytest.mark.parametrize(("clip", "file", "t", "expected"), ADM_VALUES)
def test_adm_has_the_stated_values(
    extract_on: Callable[..., np.ndarray],
    isa: str,
    clip: tuple[int, int, int],
    file: str,
    t: int,
    expected: tuple[float, ...],
) -> None:
    names = [adm(output, file) for output in ("adm2", "aim", "adm3")]
    rows = extract_on(isa, [synthetic_pair(*clip, t)], clip[2], features=names)
    np.testing.assert_allclose(rows[0], expected, rtol=2e-14)


MOTION_VALUES: dict[str, list[list[float]]] = {
    "motion_max_val=18": [
        [0, 7.63591926480517, 7.4836188422309, 7.4836188422309, 7.57451036241319, 7.57451036241319],
        [
            7.64068660029659,
            7.63591926480517,
            7.4836188422309,
            7.4836188422309,
            7.57451036241319,
            7.57451036241319,
        ],
    ],
    "motion_max_val=18:motion_five_frame_window=true:motion_moving_average=true": [
        [0, 0, 14.8451615321783, 14.8811302656009, 14.8451615321783, 14.9544521378882],
        [
            14.9361491262177,
            14.9361491262177,
            14.890655329198,
            14.8631458988896,
            14.8631458988896,
            14.8998068350333,
        ],
    ],
    "motion_blend_factor=0.25:motion_blend_offset=2:motion_fps_weight=0.7": [
        [0, 5.34514348536362, 5.23853318956163, 5.23853318956163, 5.30215725368924, 5.30215725368924],
        [
            2.8371201550519,
            2.8362858713409,
            2.80963329739041,
            2.80963329739041,
            2.82553931342231,
            2.82553931342231,
        ],
    ],
    "motion_force_zero=true": [[0] * 6, [0] * 6],
}


@pytest.mark.parametrize("options", MOTION_VALUES)
def test_motion_has_the_stated_values(options: str) -> None:
    pairs = [synthetic_pair(192, 108, 10, t) for t in range(6)]
    rows = extract(pairs, 10, features=[f"motion2={options}", f"motion3={options}"])
    np.testing.assert_allclose(rows.T, MOTION_VALUES[options], rtol=2e-14)


@pytest.mark.parametrize("n_frames", [1, 2, 3, 4])
def test_motion_of_few_frames(n_frames: int) -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(n_frames)]
    rows = extract(pairs, features=["motion3", HFR_MOTION])
    pushed = [extract(pairs[i : i + 2], features=["motion3"])[0, 0] for i in range(n_frames - 1)]
    assert len(rows) == n_frames
    assert (rows[:, 0] > 0).all() == (n_frames > 1)
    assert (rows[:, 1] > 0).all() == (n_frames > 2)
    if n_frames > 1:
        assert rows[0, 0] == pushed[0]


def test_a_window_of_five_frames_comes_two_frames_late() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(5)]
    extractor = FeatureExtractor(96, 64, features=["adm2", HFR_MOTION])
    for _ in range(2):
        given_rows = [extractor.push(*pair) for pair in pairs]
        assert [row is None for row in given_rows] == [True, True, False, False, False]
        last = extractor.flush()
        assert last is not None
        assert last.shape == (2, 2)
        rows = np.concatenate([*[row for row in given_rows if row is not None], last])
        np.testing.assert_array_equal(rows[:, :1], extract(pairs, features=["adm2"]))
        assert extractor.flush() is None


def test_skipped_frames_count_for_motion() -> None:
    pairs = [synthetic_pair(96, 64, 8, t) for t in range(7)]
    features = ["adm2", "motion3", HFR_MOTION]
    extractor = FeatureExtractor(96, 64, features=features)
    rows = [extractor.skip(r) if t % 3 else extractor.push(r, d) for t, (r, d) in enumerate(pairs)]
    rows.append(extractor.flush())
    np.testing.assert_array_equal(
        np.concatenate([row for row in rows if row is not None]), extract(pairs, features=features)[::3]
    )


# Not of every width: libvmaf's vector code reads past the rows of some narrow frames.
SIZES = [
    (640, 362, 8, "420"),
    (577, 325, 8, "420"),
    (641, 363, 10, "420"),
    (720, 406, 12, "422"),
    (600, 330, 10, "444"),
]


@pytest.mark.parametrize(("width", "height", "bit_depth", "chroma"), SIZES)
@pytest.mark.parametrize("kind", ["natural", "noise", "contrast", "identical", "flat"])
def test_features_equal_libvmaf(
    tmp_path: Path, libvmaf_log: LogReader, kind: str, width: int, height: int, bit_depth: int, chroma: str
) -> None:
    pairs = [coloured_pair(kind, width, height, bit_depth, chroma, seed) for seed in range(4)]
    reference, distorted = (
        write_coloured_y4m(tmp_path / f"{i}.y4m", [pair[i] for pair in pairs], bit_depth, chroma)
        for i in range(2)
    )
    files = ["3d0h", "5d0h", "3d0h_2160", "hfr_3d0h"]
    models = "|".join(rf"version=vmaf_v1.0.16_{file}\:name={file}" for file in files)
    log = libvmaf_log(reference, distorted, f"model='{models}'")
    extractor = FeatureExtractor(width, height, bit_depth, chroma=chroma, features=ALL_FEATURES)
    rows = extract_coloured(pairs, bit_depth, chroma, ALL_FEATURES)
    logged = [[frame["metrics"][name] for name in extractor.features] for frame in log["frames"]]
    rounded = [
        [float(f"{value:.6f}" if value == 0 or value >= 1e-6 else f"{value:.16f}") for value in row]
        for row in rows
    ]
    np.testing.assert_array_equal(rounded, logged)


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("kind", ["natural", "noise", "inverted", "checker", "flat"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(320, 460),
    height=st.integers(320, 360),
    bit_depth=st.sampled_from([8, 10, 12, 16]),
    chroma=st.sampled_from(["420", "422", "444"]),
    seed=st.integers(0, 99),
)
def test_instruction_sets_give_the_bits_of_the_definition(
    monkeypatch: pytest.MonkeyPatch,
    extract_on: Callable[..., np.ndarray],
    isa: str,
    kind: str,
    width: int,
    height: int,
    bit_depth: int,
    chroma: str,
    seed: int,
) -> None:
    pairs = [coloured_pair(kind, width, height, bit_depth, chroma, seed + t) for t in range(2)]
    extract_on(isa, [synthetic_pair(40, 40, 8, 0)])  # skips where the CPU lacks it
    rows = extract_coloured(pairs, bit_depth, chroma, ALL_FEATURES, threads=1 + seed % 3)
    monkeypatch.setenv("VMAF_DNN_ISA", "scalar")
    np.testing.assert_array_equal(rows, extract_coloured(pairs, bit_depth, chroma, ALL_FEATURES))


@pytest.mark.parametrize("mode", ["0", "1", "2", "3"])
@pytest.mark.parametrize("isa", ISAS)
def test_modes_and_displays_have_the_bits_of_the_definition(
    extract_on: Callable[..., np.ndarray], isa: str, mode: str
) -> None:
    geometries = {
        "0": ("3:1080", "6.5:900"),
        "1": ("3:1080",),
        "2": ("5:720", "5:2160"),
        "3": ("3:1080", "5:2160"),
    }
    scales = ":adm_csf_scale=0.002893:adm_csf_diag_scale=0.001586" if mode == "1" else ""
    names = []
    for geometry in geometries[mode]:
        distance, lines = geometry.split(":")
        options = f"adm_norm_view_dist={distance}:adm_ref_display_height={lines}:adm_csf_mode={mode}{scales}"
        names += [f"{output}={options}" for output in ("adm2", "aim", "adm_scale0")]
    pairs = [synthetic_pair(200, 99, 8, t) for t in range(2)] + [(np.eye(99, 200) > 0,) * 2]
    pairs[2] = tuple(np.uint8(255) * frame for frame in pairs[2])  # type: ignore[assignment]
    expected = extract_on("scalar", pairs, features=names)
    np.testing.assert_array_equal(extract_on(isa, pairs, features=names), expected)
    assert np.isfinite(expected).all()


def test_features_are_the_same_alone_and_together() -> None:
    pairs = [coloured_pair("natural", 400, 330, 8, "420", seed) for seed in range(3)]
    both = [*features_of("3d0h"), *CANONICAL_6, *features_of("5d0h")[1:3], "adm2=adm_enhn_gain_limit=1"]
    together = extract_coloured(pairs, 8, "420", both)
    for column, name in enumerate(both):
        np.testing.assert_array_equal(
            together[:, column : column + 1], extract_coloured(pairs, 8, "420", [name])
        )
    luma = [(reference[0], distorted[0]) for reference, distorted in pairs]
    np.testing.assert_array_equal(together[:, 4:10], extract(luma))


def test_versions_of_one_reference_score_as_if_alone() -> None:
    pairs = [coloured_pair("natural", 400, 330, 10, "422", seed) for seed in range(3)]
    halves: list[Any] = [tuple(plane // 2 for plane in distorted) for _, distorted in pairs]
    extractor = FeatureExtractor(400, 330, 10, chroma="422", n_distorted=2, features=features_of("3d0h"))
    rows = [extractor.push(*pair, half) for pair, half in zip(pairs, halves, strict=True)] + [
        extractor.flush()
    ]
    table = np.stack([row for row in rows if row is not None])
    others: list[Any] = [(reference, half) for (reference, _), half in zip(pairs, halves, strict=True)]
    for version, clip in enumerate([pairs, others]):
        alone = extract_coloured(list(clip), 10, "422", features_of("3d0h"))
        np.testing.assert_array_equal(table[:, version], alone)


def test_names_are_those_of_libvmaf() -> None:
    extractor = FeatureExtractor(
        640, 360, chroma="420", features=[*features_of("5d0h"), HFR_MOTION, "vif_scale1"]
    )
    assert extractor.features == (
        "cambi_hrs_1080_cmxv_17_vlt_0.06",
        "speed_chroma_uv_mxv_45_nnf_0.1_ps_0.6_psm_bilinear_snn_0.19_wvm_5",
        "integer_adm3_csf_2_dlmw_0.7_egl_1_min_0.5_nw_0.02_nvd_5",
        "integer_motion3_mmxv_18",
        "integer_motion3_mffw_mmxv_18_mma",
        "integer_vif_scale1",
    )
    assert FeatureExtractor(64, 48).features == tuple(f"integer_{name}" for name in CANONICAL_6)


@pytest.mark.parametrize(
    ("features", "options", "sentence"),
    [
        (["adm4"], {}, "there is no feature adm4; there are adm2, aim, adm3, .*speed_chroma_uv"),
        (["adm2\x01"], {}, r"the feature adm2\\x01 is not text; write FEATURE=OPTION=VALUE:OPTION=VALUE"),
        ([], {}, "features names none; name one, as adm2, or leave it out"),
        ("adm2", {}, r"features must be a list of features, got 'adm2'; write \['adm2'\]"),
        (["adm2", 3], {}, "a feature must be a word, got 3"),
        (["adm2", "adm2=adm_csf_mode=0"], {}, "the feature integer_adm2 is asked for twice; ask for it once"),
        (
            ["adm2=adm_csf_mode"],
            {},
            "states adm_csf_mode without a value; write FEATURE=OPTION=VALUE:OPTION=VAL",
        ),
        (["adm2=adm_min_val=2"], {}, "adm_min_val is 2; it must be 0 to 1"),
        (["adm2=adm_min_val=half"], {}, "adm_min_val is half; it must be 0 to 1"),
        (["adm2=adm_csf_mode=1.5"], {}, "adm_csf_mode is 1.5; it must be a whole number of 0 to 3"),
        (["adm2=adm_csf_mode=0:adm_csf_mode=0"], {}, "adm_csf_mode is set twice; set it once"),
        (
            ["motion3=adm_csf_mode=0"],
            {},
            "adm_csf_mode is no option of this feature; it has motion_blend_factor",
        ),
        (["motion3=motion_max_val=18:"], {}, "without a value"),
        (
            ["adm3=adm_csf_mode=2:adm_norm_view_dist=4"],
            {},
            "adm_csf_mode 2 does not know 4 heights of a display",
        ),
        (
            ["adm3=adm_norm_view_dist=2"],
            {},
            "adm_norm_view_dist times adm_ref_display_height is 2160; it must be",
        ),
        (
            ["adm3=adm_csf_mode=1"],
            {},
            "the sensitivities of ADM are too large for its integers; set adm_csf_sca",
        ),
        (
            [f"speed_chroma_uv={SPEED}"],
            {},
            "speed_chroma compares chroma, and the frames are luma alone; give th",
        ),
        (["adm2"], {"chroma": "411"}, "chroma must be one of 420, 422, 444, or None, got '411'"),
        (
            ["adm2"],
            {"motion_rule": "v3.1"},
            "motion_rule is an option of the canonical six; write it into a fea",
        ),
        ([CAMBI], {}, "CAMBI needs a side of at least 216 samples, got frames of 64x48"),
    ],
)
def test_refuses_what_it_cannot_measure(features: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        FeatureExtractor(64, 48, features=features, **options)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (
            np.zeros((48, 64), np.uint8),
            "the reference frame is not three planes; give its Y, U and V as a tuple",
        ),
        ((np.zeros((48, 64), np.uint8),) * 3, r"the reference frame has shape \(48, 64\); give a \(24, 32\)"),
        (5, "the reference frame is no sequence of planes; give its Y, U and V"),
    ],
)
def test_refuses_frames_of_other_planes(frame: Any, sentence: str) -> None:
    extractor = FeatureExtractor(64, 48, chroma="420", features=["adm2", MOTION])
    with pytest.raises(InvalidArgument, match=sentence):
        extractor.push(frame, frame)


def test_refuses_chroma_beyond_the_bit_depth() -> None:
    (y, u, v), distorted = coloured_pair("natural", 64, 48, 10, "420", 0)
    u[3, 2] = 1024
    extractor = FeatureExtractor(64, 48, 10, chroma="420", features=["adm2"])
    with pytest.raises(InvalidArgument, match="plane U of the reference frame holds 1024 at column 2, row 3"):
        extractor.push((y, u, v), distorted)
