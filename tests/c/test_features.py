# SPDX-License-Identifier: BSD-3-Clause
"""The extractor from C: the rows of Python's, and every refusal by its sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.c_programs import build_program, run
from tests.support.features import known
from tests.support.make_models import write_model_of_v1
from tests.support.paths import C_SOURCES
from tests.support.synthetic import synthetic_frames, write_raw
from tests.support.v1 import HFR_MOTION, coloured_pair, features_of
from vmaf_dnn._core import FeatureExtractor

CLIPS = [
    (64, 48, 8, 1, 1, "v3.2"),
    (33, 47, 8, 3, 1, "v3.1"),
    (131, 67, 10, 2, 3, "v3.2"),
    (201, 135, 16, 1, 2, "v3.1"),
]
NULLS = "extractor, reference, distorted, rows or n_rows is NULL."
REFUSED_CONFIGS = [
    "struct_size of the VmafDnnExtractorConfig is 0; set it to sizeof(VmafDnnExtractorConfig).",
    "struct_size of the VmafDnnExtractorConfig is 16; set it to sizeof(VmafDnnExtractorConfig).",
    f"struct_size of the VmafDnnExtractorConfig is {2**64 - 1}; set it to sizeof(VmafDnnExtractorConfig).",
    "frames are 32x64; each side must be 33 to 32768 samples.",
    "frames are 64x32769; each side must be 33 to 32768 samples.",
    "bit depth is 17; it must be 8 to 16.",
    "n_distorted is -1; it must be 1 to 1024.",
    "n_distorted is 1025; it must be 1 to 1024.",
    "adm_enhn_gain_limit is 0.5; it must be 1 to 100.",
    "vif_enhn_gain_limit is 101; it must be 1 to 100.",
    "motion_rule is 7; use a name of VmafDnnMotionRule.",
    "The VmafDnnExtractorConfig sets a member that version "
    f"{vmaf_dnn.__version__} of the library does not know; install a newer one.",
    *["extractor or config is NULL."] * 2,
    "chroma is 4; use a name of VmafDnnChroma.",
    "n_features is set, but features is NULL.",
    "n_features is 0; it must be 1 to 1024.",
    "a name in features is NULL.",
    "adm_min_val is 3; it must be 0 to 1.",
    "column is 6; it must be 0 to 5.",
    "column is -1; it must be 0 to 5.",
    "extractor or name is NULL.",
    "extractor or n_columns is NULL.",
]
REFUSED_FRAMES = [
    *[NULLS] * 5,
    "n_distorted is 2; the extractor was opened for 1.",
    "the reference plane has samples that are NULL; give its first sample.",
    "the distorted plane has a stride of 126 bytes, but a row takes 128; give the bytes from one row to the "
    "next.",
    "the distorted plane has a stride of -126 bytes, but a row takes 128; give the bytes from one row to the "
    "next.",
    *[
        f"the {name} plane has a stride of {stride} bytes, but at most {(2**63 - 1) // 32768} are possible; "
        "give the bytes from one row to the next."
        for name, stride in [
            ("distorted", 2**63 - 2),
            ("reference", -(2**63)),
            ("reference", (2**63 - 1) // 32768 + 1),
        ]
    ],
    "the distorted plane has 16-bit samples at odd addresses; align its first sample and its stride to 2 "
    "bytes.",
    "the reference plane has 16-bit samples at odd addresses; align its first sample and its stride to 2 "
    "bytes.",
    "the reference frame holds 1024 at column 2, row 3, which needs more than 10 bits; give the bit depth "
    "that the samples have.",
    *["extractor, rows or n_rows is NULL."] * 3,
    "extractor, reference, rows or n_rows is NULL.",
]


@pytest.mark.parametrize("clip", CLIPS, ids=str)
def test_c_program_extracts_like_python(tmp_path: Path, clip: tuple[int, int, int, int, int, str]) -> None:
    width, height, bit_depth, n_distorted, threads, rule = clip
    raw = write_raw(tmp_path / "clip.raw", *clip[:4])
    program = build_program(C_SOURCES / "features.c", tmp_path)
    said = run(program, raw, *clip).splitlines()
    python = FeatureExtractor(
        width, height, bit_depth, n_distorted=n_distorted, motion_rule=rule, threads=threads
    )
    rows = [*(python.push(*frame) for frame in synthetic_frames(*clip[:4])), python.flush()]
    expected = np.concatenate([*rows[1:], *rows[1:]])
    np.testing.assert_array_equal([[float(word) for word in line.split()] for line in said], expected)
    assert np.ptp(expected, axis=0).all()
    scored = [row for number, row in enumerate(rows[1:]) if number % 2 == 0]
    said = run(program, raw, *clip, 2).splitlines()
    np.testing.assert_array_equal(
        [[float(word) for word in line.split()] for line in said], np.concatenate(known(scored * 2))
    )


@pytest.mark.parametrize("n_distorted", [1, 2])
def test_c_program_chooses_features_as_python_does(tmp_path: Path, n_distorted: int) -> None:
    features = [*features_of("3d0h"), HFR_MOTION, "vif_scale3"]
    frames = []
    for seed in range(4):
        reference, distorted = coloured_pair("natural", 333, 322, 8, "420", seed)
        frames.append([reference, distorted, tuple(plane // 2 for plane in distorted)][: 1 + n_distorted])
    raw = tmp_path / "clip.raw"
    raw.write_bytes(b"".join(plane.tobytes() for frame in frames for planes in frame for plane in planes))
    program = build_program(C_SOURCES / "chosen_features.c", tmp_path)
    said = run(program, raw, 333, 322, n_distorted, *features).splitlines()
    python = vmaf_dnn.FeatureExtractor(333, 322, chroma="420", n_distorted=n_distorted, features=features)
    rows = [python.push(*frame) for frame in frames] + [python.flush()]
    assert said[: len(features)] == list(python.features)
    numbers = [[float(word) for word in line.split()] for line in said[len(features) :]]
    np.testing.assert_array_equal(numbers, np.concatenate(known(rows)))


def test_a_model_tells_c_what_to_measure(tmp_path: Path) -> None:
    options = [feature.partition("=")[2] for feature in features_of("3d0h")]
    model = write_model_of_v1(tmp_path, feature_options=options)
    program = build_program(C_SOURCES / "features_of_model.c", tmp_path)
    *features, refused = run(program, model).splitlines()
    assert features == features_of("3d0h")
    assert refused == "column is 4; it must be 0 to 3."


def test_c_program_hears_why_it_is_refused(tmp_path: Path) -> None:
    said = run(build_program(C_SOURCES / "features_refused.c", tmp_path)).splitlines()
    assert said == REFUSED_CONFIGS + 3 * REFUSED_FRAMES
