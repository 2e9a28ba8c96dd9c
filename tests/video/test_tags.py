# SPDX-License-Identifier: BSD-3-Clause
"""What a clip says of its colours changes no sample that is compared."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner
from tests.support.extract import Extract, lossless
from vmaf_dnn.errors import VideoError
from vmaf_dnn.svm import find_model

pytestmark = pytest.mark.filterwarnings("ignore:.*(differ|states):RuntimeWarning")

# Numbers of ITU-T H.273, as far as H.264 carries them.
MATRICES = (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
PRIMARIES = (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22)
TRANSFERS = tuple(range(1, 19))
QUICK = ("matrix_coefficients=1", "matrix_coefficients=14", "transfer_characteristics=16")
TAGS = [
    *(f"matrix_coefficients={number}" for number in MATRICES),
    *(f"colour_primaries={number}" for number in PRIMARIES),
    *(f"transfer_characteristics={number}" for number in TRANSFERS),
    "video_full_range_flag=0",
    "video_full_range_flag=1",
    "chroma_sample_loc_type=0",
    "chroma_sample_loc_type=2",
    "colour_primaries=9:transfer_characteristics=16:matrix_coefficients=9:video_full_range_flag=1",
    "colour_primaries=1:transfer_characteristics=13:matrix_coefficients=8",
]

Tagged = Callable[[str], Path]


@pytest.fixture(scope="module")
def encode(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> Path:
    path = tmp_path_factory.mktemp("tags") / "plain.mp4"
    ffmpeg("-i", clips.reference, "-c:v", "libx264", "-crf", 24, path)
    return path


@pytest.fixture
def tagged(tmp_path: Path, encode: Path, ffmpeg: FfmpegRunner) -> Tagged:
    """The same stream with other tags."""

    def make(tags: str) -> Path:
        path = tmp_path / f"{tags.replace(':', ',').replace('/', '-')}.mp4"
        ffmpeg("-i", encode, "-c", "copy", "-bsf:v", f"h264_metadata={tags}", path)
        return path

    return make


@pytest.mark.parametrize(
    "tags", [pytest.param(t, marks=() if t in QUICK else pytest.mark.slow) for t in TAGS]
)
def test_features_are_those_of_the_samples(
    extract: Extract, clips: Clips, encode: Path, tagged: Tagged, tags: str
) -> None:
    clip = tagged(tags)
    for plain, pair in (
        ((clips.reference, encode), (clips.reference, clip)),
        ((encode, clips.reference), (clip, clips.reference)),
    ):
        np.testing.assert_array_equal(extract(*pair).rows(), extract(*plain).rows())


@pytest.mark.parametrize("tags", QUICK)
def test_scaled_clips_keep_their_samples(
    extract: Extract, clips: Clips, encode: Path, tagged: Tagged, tags: str
) -> None:
    options = vmaf_dnn.VideoOptions(scale=270)
    plain = extract(clips.reference, encode, options=options).rows()
    np.testing.assert_array_equal(extract(clips.reference, tagged(tags), options=options).rows(), plain)


@pytest.mark.parametrize("extractor", ["native", "libvmaf"])
@pytest.mark.parametrize("tags", QUICK)
def test_chroma_is_that_of_the_samples(
    extractor: str, encode: Path, clips: Clips, tagged: Tagged, tags: str
) -> None:
    def scores(clip: Path) -> list[dict[str, float]]:
        model = "version=vmaf_v1.0.16_3d0h"
        report = vmaf_dnn.score(
            clips.reference, clip, svm_model=model, tiny_model=None, extractor=extractor, scale=330
        )
        return [frame["metrics"] for frame in report.frames]

    assert scores(tagged(tags)) == scores(encode)


@pytest.mark.parametrize("name", ["model.json", "vmaf_v1.json"])
def test_a_file_says_itself_whether_its_model_compares_chroma(
    tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, name: str
) -> None:
    """Whatever the file is called, 4:4:4 stays 4:4:4, and the encode's size reaches CAMBI."""
    found = find_model("vmaf_v1.0.16_3d0h")
    assert found is not None
    shutil.copy(found, tmp_path / name)
    graph = "scale=640:360,noise=c1s=9:c2s=9:all_seed=4"
    pair = [lossless(ffmpeg, clips.reference, tmp_path / "r.mkv", "yuv444p", "scale=640:360")]
    pair.append(lossless(ffmpeg, clips.reference, tmp_path / "d.mkv", "yuv444p", graph))
    ours, theirs, built_in = (
        vmaf_dnn.score(*pair, svm_model=model, tiny_model=None, extractor=extractor)
        for model, extractor in (
            (f"path={tmp_path / name}:cambi.enc_bitdepth=8", "native"),
            (f"path={tmp_path / name}:cambi.enc_bitdepth=8", "libvmaf"),
            ("version=vmaf_v1.0.16_3d0h:cambi.enc_bitdepth=8", "libvmaf"),
        )
    )
    assert theirs.metrics["vmaf"].tolist() == built_in.metrics["vmaf"].tolist()
    np.testing.assert_allclose(ours.metrics["vmaf"], theirs.metrics["vmaf"], rtol=0, atol=1.3e-6)


RANDOM_TAGS = st.fixed_dictionaries(
    {},
    optional={
        "matrix_coefficients": st.sampled_from(MATRICES[1:]),
        "colour_primaries": st.sampled_from(PRIMARIES),
        "transfer_characteristics": st.sampled_from(TRANSFERS),
        "video_full_range_flag": st.integers(0, 1),
        "sample_aspect_ratio": st.sampled_from(["1/1", "4/3", "16/11", "10/11"]),
        "chroma_sample_loc_type": st.integers(0, 5),
        "video_format": st.integers(0, 5),
    },
)


@pytest.mark.long
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tags=st.tuples(RANDOM_TAGS, RANDOM_TAGS))
def test_any_two_tagged_clips_are_refused_or_scored_alike(
    extract: Extract, encode: Path, tagged: Tagged, tags: tuple[dict[str, object], dict[str, object]]
) -> None:
    """A pair may be refused, for its range or its transfer curve; if not, tags change no feature."""
    pair = [tagged(":".join(f"{key}={value}" for key, value in one.items()) or "level=auto") for one in tags]
    expected = extract(encode, encode).rows()
    refusal = ""
    try:
        np.testing.assert_array_equal(extract(*pair).rows(), expected)
    except VideoError as error:
        refusal = str(error)
    assert re.fullmatch(r"(the clips differ in (colour range|transfer curve): .* \(ffmpeg .*\)\.)?", refusal)
