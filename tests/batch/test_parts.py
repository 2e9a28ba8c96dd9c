# SPDX-License-Identifier: BSD-3-Clause
"""A clip measured in parts has the numbers that it has as a whole, in every bit, wherever it is cut."""

from __future__ import annotations

import dataclasses
import pickle
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vmaf_dnn
from tests.support.batches import write_clips
from tests.support.clips import FfmpegRunner
from tests.support.v1 import HFR_MOTION, MOTION, features_of
from tests.support.y4m import reordered
from vmaf_dnn import InvalidArgument, VideoError
from vmaf_dnn.batch.parts import Part, measure_part, score_in_parts, spans_of
from vmaf_dnn.extractors import FeatureTable, native
from vmaf_dnn.extractors.measuring import WHOLE, Measured, Measurement, Span
from vmaf_dnn.video.options import VideoOptions

N_FRAMES = 30
OF_MOTION = [
    "motion2",
    "motion2=motion_rule=v3.1",
    MOTION,
    HFR_MOTION,
    "motion2=motion_five_frame_window=true",
    "motion3=motion_moving_average=true",
    "motion3=motion_blend_factor=0.5:motion_blend_offset=2:motion_fps_weight=0.7",
]
FEATURES = ["adm2", "vif_scale0", "vif_scale3", *OF_MOTION]
Cuts = Sequence[int]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("parts")
    ((reference, distorted),) = write_clips(folder, 1, 1, N_FRAMES)
    return folder / reference, folder / distorted


def spans_at(cuts: Cuts) -> list[Span]:
    """The parts that begin at 0 and at each cut; the last goes to the end."""
    firsts = [0, *sorted(set(cuts))]
    return [*(Span(first, end - first) for first, end in pairwise(firsts)), Span(firsts[-1])]


def in_parts(cuts: Cuts) -> Callable[[Measurement], Measured]:
    """Measure as workers would, from what was sent to them."""

    def measure(measurement: Measurement) -> Measured:
        sent = pickle.dumps(measurement)
        return Measured.joined([measure_part(Part(pickle.loads(sent), span)) for span in spans_at(cuts)])

    return measure


def tables(pair: tuple[Path, Path], cuts: Cuts, features: list[str], **options: Any) -> list[FeatureTable]:
    """The table of the whole, and that of the parts."""
    asked = VideoOptions(threads=1, **options)
    return [
        native.extract(pair[0], [pair[1]], options=asked, features=features, measure=measure)[0]
        for measure in (None, in_parts(cuts))
    ]


def assert_equal(whole: FeatureTable, parts: FeatureTable) -> None:
    assert parts.frame_numbers.tolist() == whole.frame_numbers.tolist()
    assert list(parts.metrics) == list(whole.metrics)
    for name, values in whole.metrics.items():
        assert parts.metrics[name].tobytes() == values.tobytes(), name
    compared: dict[str, object] = {"metrics": {}, "frame_numbers": None, "fps": None}
    assert vars(parts) | compared == vars(whole) | compared


@settings(max_examples=40, deadline=None)
@given(
    cuts=st.lists(st.integers(1, N_FRAMES - 1), max_size=6),
    subsample=st.integers(1, 5),
    skip=st.integers(0, 3),
    n_kept=st.sampled_from([0, N_FRAMES - 3, 7]),
)
def test_any_cut_gives_the_same_bits(
    pair: tuple[Path, Path], cuts: Cuts, subsample: int, skip: int, n_kept: int
) -> None:
    cuts = [cut for cut in cuts if cut < (n_kept or N_FRAMES - skip)]
    whole, parts = tables(
        pair,
        cuts,
        FEATURES,
        subsample=subsample,
        frame_skip_ref=skip,
        frame_skip_dist=skip,
        frame_cnt=n_kept,
    )
    assert_equal(whole, parts)


def test_every_frame_may_be_a_part(pair: tuple[Path, Path]) -> None:
    assert_equal(*tables(pair, range(1, N_FRAMES), FEATURES))


def test_a_part_that_begins_behind_the_end_is_empty(pair: tuple[Path, Path]) -> None:
    """As a container's duration may promise more frames than there are."""
    assert_equal(*tables(pair, [10, N_FRAMES, N_FRAMES + 3, N_FRAMES + 20], FEATURES))


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("coloured")
    reference, encode = folder / "r.y4m", folder / "d.mkv"
    scene = "testsrc2=size=224x216:rate=25,noise=alls=14:allf=t:all_seed=5"
    ffmpeg("-f", "lavfi", "-i", scene, "-frames:v", 14, "-pix_fmt", "yuv444p", reference)
    ffmpeg("-i", reference, "-c:v", "libx264", "-crf", 33, "-bf", 3, "-g", 6, encode)
    return reference, encode


@pytest.mark.parametrize("cuts", [[7], [1, 2, 5, 13]])
def test_the_features_of_v1_of_a_decoded_clip(coloured: tuple[Path, Path], cuts: Cuts) -> None:
    assert_equal(*tables(coloured, cuts, [*features_of("3d0h"), HFR_MOTION]))


def test_frames_that_are_matched_by_time(
    coloured: tuple[Path, Path], tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    slower = tmp_path / "slower.mkv"
    ffmpeg("-i", coloured[1], "-vf", "fps=15", "-c:v", "libx264", "-crf", 30, slower)
    assert_equal(*tables((coloured[0], slower), [3, 9], ["adm2", MOTION], match="time"))


def test_slips_are_found_across_cuts(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    plain = tmp_path / "plain.y4m"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x96:r=25", "-frames:v", 60, "-pix_fmt", "yuv420p", plain)
    slipped = reordered(plain, tmp_path / "slipped.y4m", (*range(20), *range(21, 50), 49, *range(50, 60)))

    def warned(cuts: Cuts | None) -> list[str]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            measure = None if cuts is None else in_parts(cuts)
            native.extract(plain, [slipped], options=VideoOptions(threads=1), measure=measure)
        return [str(warning.message) for warning in caught]

    (sentence,) = warned(None)
    assert "20 to 48 fit one frame later" in sentence
    for cuts in ([25], [20, 21, 22, 49], [1, 59], [30, 31]):
        assert warned(cuts) == [sentence]


@pytest.mark.parametrize("cuts", [[5], [24], [25, 26]])
def test_lengths_that_differ_are_told_as_of_the_whole(
    pair: tuple[Path, Path], tmp_path: Path, cuts: Cuts, ffmpeg: FfmpegRunner
) -> None:
    """Of containers, whose frames nobody has counted."""
    longer, shorter = tmp_path / "longer.mkv", tmp_path / "shorter.mkv"
    ffmpeg("-i", pair[0], "-c:v", "ffv1", longer)
    ffmpeg("-i", pair[1], "-frames:v", 25, "-c:v", "ffv1", shorter)
    sentences = []
    for measure in (None, in_parts(cuts)):
        with pytest.raises(VideoError) as caught:
            native.extract(longer, [shorter], options=VideoOptions(threads=1), measure=measure)
        sentences.append(str(caught.value))
    assert sentences[0] == sentences[1]
    assert "differ in length: 25 frames in" in sentences[0]


def measurement_of(pair: tuple[Path, Path], **options: Any) -> Measurement:
    seen: list[Measurement] = []

    def look(measurement: Measurement) -> Measured:
        seen.append(measurement)
        return measure_part(Part(measurement, WHOLE))

    native.extract(pair[0], [pair[1]], options=VideoOptions(threads=1, **options), measure=look)
    return seen[0]


@pytest.mark.parametrize("cuts", [[1], [5, 6], [2, 9, 24]])
def test_what_frames_change_by_and_fit_is_that_of_the_whole(pair: tuple[Path, Path], cuts: Cuts) -> None:
    measurement = measurement_of(pair)
    whole = measure_part(Part(measurement, WHOLE))
    parts = in_parts(cuts)(measurement)
    assert whole.changes.shape == (N_FRAMES - 1,)
    assert parts.changes.tobytes() == whole.changes.tobytes()
    assert parts.verdicts.tobytes() == whole.verdicts.tobytes()


def test_raw_clips_are_cut_by_time(pair: tuple[Path, Path]) -> None:
    measurement = measurement_of(pair)
    assert spans_of(measurement, 0.4, 2) == [Span(0, 10), Span(10, 10), Span(20)]
    assert spans_of(measurement, 0.5, 1) == [Span(0, 12), Span(12, 12), Span(24)]
    assert spans_of(measurement, N_FRAMES / 25, 2) == [WHOLE]
    assert spans_of(measurement, 1e-9, 2)[:2] == [Span(0, 1), Span(1, 1)]


def test_decoded_clips_get_a_part_a_worker(coloured: tuple[Path, Path]) -> None:
    measurement = measurement_of(coloured)
    assert spans_of(measurement, 0.04, 2) == [Span(0, 7), Span(7)]
    assert spans_of(measurement, 0.4, 8) == [Span(0, 10), Span(10)]


def as_json(report: vmaf_dnn.Report) -> str:
    return dataclasses.replace(report, fps=None).to_json()


@pytest.mark.parametrize("models", [{}, {"tiny_model": ["vmaf_tiny_v2", "vmaf_tiny_v4"], "subsample": 2}])
def test_a_report_is_that_of_score(coloured: tuple[Path, Path], models: dict[str, Any]) -> None:
    seen: list[vmaf_dnn.Progress] = []
    whole = vmaf_dnn.score(*coloured, threads=1, **models)
    parts = score_in_parts(*coloured, seconds=0.2, workers=2, progress=seen.append, **models)
    assert as_json(parts) == as_json(whole)
    for name, values in whole.metrics.items():
        assert parts.metrics[name].tobytes() == values.tobytes()
    assert [progress.n_frames_done for progress in seen][-1] == 14
    assert len(seen) == 2


def test_the_error_is_that_of_the_first_part(pair: tuple[Path, Path], tmp_path: Path) -> None:
    cut = tmp_path / "cut.y4m"
    cut.write_bytes(pair[1].read_bytes()[:-1])
    with pytest.raises(VideoError, match="is truncated: frame 29"):
        score_in_parts(pair[0], cut, seconds=0.4, workers=1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"seconds": 0}, "seconds must be more than 0, got 0; 60 is usual."),
        ({"seconds": "60s"}, "seconds must be a number of seconds"),
        ({"workers": 0}, "workers must be 1 or more, got 0."),
        ({"workers": 1, "scheduler": "tcp://127.0.0.1:1"}, "a cluster has its own"),
        ({"retries": -1}, "retries must be 0 or more"),
        ({"measure": print}, "measure is chosen by score_in_parts"),
        ({"extractor": "libvmaf"}, "libvmaf's extractor measures a clip whole"),
    ],
)
def test_refusals(pair: tuple[Path, Path], words: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        score_in_parts(*pair, **words)


def test_joined_parts_keep_their_order() -> None:
    parts = [
        Measured(n, [[np.full(n, float(n))]], np.full((1, n), n, np.int8), np.full(n, n, np.float32), 0.5)
        for n in (2, 0, 3)
    ]
    joined = Measured.joined(parts)
    assert joined.n_frames == 5
    assert joined.columns[0][0].tolist() == [2, 2, 3, 3, 3]
    assert joined.verdicts.tolist() == [[2, 2, 3, 3, 3]]
    assert joined.changes.tolist() == [2, 2, 3, 3, 3]
    assert joined.process_s == 1.5
