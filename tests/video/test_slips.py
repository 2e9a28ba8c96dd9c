# SPDX-License-Identifier: BSD-3-Clause
"""Frames that are compared with a neighbour of their own are warned of, with their numbers."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import FfmpegRunner
from tests.support.extract import X264
from tests.support.y4m import reordered

N_FRAMES = 150
ALL = tuple(range(N_FRAMES))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> tuple[Path, Path]:
    """A clip, and an encode of it, both as y4m."""
    folder = tmp_path_factory.mktemp("moving")
    reference, encode, plain = folder / "reference.y4m", folder / "encode.mp4", folder / "plain.y4m"
    scene = "testsrc2=s=128x96:r=25"
    ffmpeg("-f", "lavfi", "-i", scene, "-frames:v", N_FRAMES, "-pix_fmt", "yuv420p", reference)
    ffmpeg("-i", reference, *X264, "-crf", 28, encode)
    ffmpeg("-i", encode, plain)
    return reference, plain


def warned(reference: Path, distorted: Path) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        vmaf_dnn.features(reference, distorted)
    return [str(warning.message) for warning in caught]


def test_a_frame_lost_here_and_doubled_there(
    pair: tuple[Path, Path], tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    slipped = tmp_path / "slipped.mp4"
    filters = "trim=end_frame=48,select='not(eq(n,10))',loop=1:1:29,setpts=N/25/TB"
    ffmpeg("-i", pair[0], "-vf", filters, *X264, "-crf", 18, slipped)
    (sentence,) = warned(reordered(pair[0], tmp_path / "short.y4m", ALL[:48]), slipped)
    assert "slipped.mp4 fit neighbours of those of" in sentence
    assert "short.y4m: 10 to 28 fit one frame later; where a run begins and ends" in sentence


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ((*ALL[:20], *ALL[21:120], 119, *ALL[120:]), "20 to 118 fit one frame later;"),
        ((*ALL[:60], 59, *ALL[60:70], *ALL[71:]), "60 to 70 fit one frame earlier;"),
        ((*ALL[:63], 62, *ALL[63:]), "63 to 148 fit one frame earlier;"),
        ((0, *ALL[:-1]), "1 to 148 fit one frame earlier; one clip begins a frame earlier; --sync auto"),
    ],
)
def test_runs_across_blocks(pair: tuple[Path, Path], tmp_path: Path, order: Sequence[int], told: str) -> None:
    (sentence,) = warned(pair[0], reordered(pair[1], tmp_path / "other.y4m", order[:N_FRAMES]))
    assert told in sentence


def test_many_runs_are_one_warning(pair: tuple[Path, Path], tmp_path: Path) -> None:
    order = list(ALL)
    for start in (10, 30, 50, 70, 90):
        order[start : start + 8] = ALL[start + 1 : start + 9]
    (sentence,) = warned(pair[0], reordered(pair[1], tmp_path / "other.y4m", order))
    assert "10 to 17 fit one frame later, 30 to 37 fit one frame later, 50 to 57" in sentence
    assert ", and 2 runs more; where" in sentence


@pytest.mark.parametrize("case", ["aligned", "same", "single", "frozen", "still", "short"])
def test_others_are_not_warned_of(pair: tuple[Path, Path], tmp_path: Path, case: str) -> None:
    order: dict[str, Sequence[int]] = {
        "single": (*ALL[:20], 19, *ALL[21:]),
        "frozen": (*ALL[:20], *([20] * 30), *ALL[50:]),
        "still": [7] * N_FRAMES,
        "short": (*ALL[:20], *ALL[21:25], 24, *ALL[25:]),
    }
    other = reordered(pair[1], tmp_path / "other.y4m", order.get(case, ALL))
    assert warned(pair[0], pair[0] if case == "same" else other) == []


@pytest.mark.parametrize("n_frames", [1, 2, 3, 63, 64, 65, 66])
def test_any_length_is_looked_at(pair: tuple[Path, Path], tmp_path: Path, n_frames: int) -> None:
    clips = [reordered(clip, tmp_path / f"{i}.y4m", ALL[:n_frames]) for i, clip in enumerate(pair)]
    assert warned(clips[0], clips[1]) == []


def test_each_clip_has_its_warning(pair: tuple[Path, Path], tmp_path: Path) -> None:
    late = reordered(pair[1], tmp_path / "late.y4m", (*ALL[:40], 39, *ALL[40:-1]))
    with pytest.warns(RuntimeWarning, match=r"late\.y4m fit neighbours .*: 40 to 148") as caught:
        vmaf_dnn.score(pair[0], [pair[1], late, pair[1]])
    assert len(caught) == 1
