# SPDX-License-Identifier: BSD-3-Clause
"""The offset between clips that begin at different frames: found, said, or refused."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import FfmpegRunner
from tests.support.extract import FFV1, X264
from tests.support.y4m import reordered
from vmaf_dnn import FeatureTable, VideoError
from vmaf_dnn.video import VideoOptions
from vmaf_dnn.video.timing.sync import best_offset

N_FRAMES = 48
MOVING = "testsrc2=s=176x144:r=25,hue=h=40*t,noise=alls=6:allf=t:all_seed=3"
WINDOW = 125


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("moving")
    reference, encode, plain = folder / "reference.y4m", folder / "encode.mp4", folder / "plain.y4m"
    ffmpeg("-f", "lavfi", "-i", MOVING, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", reference)
    ffmpeg("-i", reference, *X264, "-crf", 33, encode)
    ffmpeg("-i", encode, plain)
    return reference, plain


def synced(reference: Path, distorted: Path, **options: Any) -> FeatureTable:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).* before .*; these are dropped", RuntimeWarning)
        return vmaf_dnn.features(reference, distorted, sync="auto", shortest=True, **options)


def assert_same(table: FeatureTable, other: FeatureTable) -> None:
    for name, values in other.metrics.items():
        np.testing.assert_array_equal(table.metrics[name], values, name)


def test_aligned_clips_stay_as_they_are(pair: tuple[Path, Path]) -> None:
    """Without a warning, and without --shortest."""
    table = vmaf_dnn.features(*pair, sync="auto")
    assert_same(table, vmaf_dnn.features(*pair))
    assert table.chosen[1]["sync_frames"] == 0


@pytest.mark.parametrize("seed", range(6))
def test_random_cuts_are_matched(tmp_path: Path, pair: tuple[Path, Path], seed: int) -> None:
    random = np.random.default_rng(seed)
    start, other_start = random.integers(0, 12, 2)
    end, other_end = N_FRAMES - random.integers(0, 6, 2)
    ref = reordered(pair[0], tmp_path / "r.y4m", range(start, end))
    dist = reordered(pair[1], tmp_path / "d.y4m", range(other_start, other_end))
    table = synced(ref, dist)
    assert table.chosen[1]["sync_frames"] == start - other_start
    common = range(max(start, other_start), min(end, other_end))
    parts = [reordered(clip, tmp_path / f"{i}.y4m", common) for i, clip in enumerate(pair)]
    assert_same(table, vmaf_dnn.features(*parts))


def test_what_is_dropped_is_said(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    late = reordered(pair[1], tmp_path / "late.y4m", range(7, N_FRAMES))
    with pytest.warns(
        RuntimeWarning, match=r"reference\.y4m begins 7 frames \(0\.280 s\) before .*late\.y4m; these"
    ):
        report = vmaf_dnn.score(pair[0], late, sync="auto")
    assert report.clips is not None
    blocks = report.clips.as_dict()
    assert (blocks["reference"]["first_frame"], blocks["distorted"]["first_frame"]) == (7, 0)
    assert blocks["distorted"]["sync_frames"] == -7
    early = reordered(pair[0], tmp_path / "early.y4m", range(1, N_FRAMES))
    with pytest.warns(
        RuntimeWarning, match=r"plain\.y4m begins 1 frame \(0\.040 s\) before .*early\.y4m; these"
    ):
        vmaf_dnn.score(early, pair[1], sync="auto")


def test_several_clips_have_each_their_offset(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    cuts = [reordered(pair[1], tmp_path / f"{n}.y4m", range(n, N_FRAMES)) for n in (0, 3, 9)]
    with pytest.warns(RuntimeWarning, match="before"):
        reports = vmaf_dnn.score(pair[0], cuts, sync="auto", tiny_model=None)
    expected = vmaf_dnn.features(
        *(reordered(clip, tmp_path / f"{i}.y4m", range(9, N_FRAMES)) for i, clip in enumerate(pair))
    )
    for report in reports:
        for name, values in report.metrics.items():
            np.testing.assert_array_equal(values, expected.metrics[name])


@pytest.mark.parametrize("extractor", ["native", "libvmaf"])
def test_seconds_and_skipped_frames_count_from_where_both_begin(
    tmp_path: Path, pair: tuple[Path, Path], extractor: str
) -> None:
    late = reordered(pair[1], tmp_path / "late.y4m", range(5, N_FRAMES))
    table = synced(pair[0], late, frame_skip_ref=2, start=0.2, duration=0.4, extractor=extractor)
    parts = [reordered(clip, tmp_path / f"{i}.y4m", range(10, 20)) for i, clip in enumerate(pair)]
    assert_same(table, vmaf_dnn.features(*parts, extractor=extractor))


@pytest.mark.parametrize("scene", ["still", "other", "short", "repeated"])
def test_what_does_not_tell_is_refused(
    tmp_path: Path, pair: tuple[Path, Path], ffmpeg: FfmpegRunner, scene: str
) -> None:
    clip = tmp_path / "clip.y4m"
    if scene == "other":
        source = "testsrc=s=176x144:r=25,noise=alls=9:allf=t"
        ffmpeg("-f", "lavfi", "-i", source, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", clip)
    else:
        order = {"still": [0] * N_FRAMES, "short": range(11), "repeated": [*range(8)] * 6}[scene]
        reordered(pair[1], clip, order)
    reference = clip if scene in ("still", "repeated") else pair[0]
    with pytest.raises(VideoError, match=r"no offset of up to 5 s fits .*; leave --sync out, and drop"):
        synced(reference, clip)


def test_rates_that_differ_are_refused(tmp_path: Path, pair: tuple[Path, Path], ffmpeg: FfmpegRunner) -> None:
    fast = tmp_path / "fast.mkv"
    ffmpeg("-i", pair[1], "-vf", "fps=50", *FFV1, fast)
    with pytest.raises(
        VideoError, match=r"differ in frame rate: .* 25 frames a second, .* 50, and --sync auto"
    ):
        synced(pair[0], fast, match="time")


def test_a_wrong_offset_is_never_taken() -> None:
    """Changes that drift, as those of a slow pan, with noise up to several times as strong."""
    random = np.random.default_rng(5)
    n_found = 0
    for trial in range(200):
        white = random.standard_normal((60 + 40, 300)).astype(np.float32)
        n_mixed = trial % 4 + 1
        changes = np.sum([white[i : i + 60] for i in range(n_mixed)], axis=0)
        start, other_start = random.integers(0, 25, 2)
        noise = random.standard_normal((60, 300)).astype(np.float32) * random.uniform(0, 4)
        found = best_offset(changes[start:], (changes + noise)[other_start:], WINDOW)
        assert found in (start - other_start, None)
        n_found += found is not None
    assert n_found > 60


def test_the_word_is_checked() -> None:
    with pytest.raises(vmaf_dnn.InvalidArgument, match="sync must be one of none, auto, got 3"):
        VideoOptions(sync="3")
