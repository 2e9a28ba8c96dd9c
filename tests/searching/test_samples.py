# SPDX-License-Identifier: BSD-3-Clause
"""Where samples lie, and that they hold the frames of the clip."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clips import FfmpegRunner
from vmaf_dnn import VideoError, VideoOptions
from vmaf_dnn.searching.samples import Sample, choose_samples, cut_samples
from vmaf_dnn.searching.source import open_source
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.y4m import open_y4m

RATE, N_FRAMES = 25, 60


@given(
    n_frames=st.integers(1, 400_000),
    rate=st.floats(1, 120),
    n_samples=st.none() | st.integers(1, 40),
    duration=st.floats(0, 60),
)
def test_samples_are_in_the_middle_of_equal_parts(
    n_frames: int, rate: float, n_samples: int | None, duration: float
) -> None:
    samples = choose_samples(n_frames, rate, n_samples, duration)
    ends = [0, *(sample.first + sample.n_frames for sample in samples)]
    assert all(sample.n_frames > 0 for sample in samples)
    assert all(sample.first >= end - 1 for sample, end in zip(samples, ends, strict=False))
    assert ends[-1] <= n_frames + 1
    if len(samples) > 1:
        part = n_frames / len(samples)
        for k, sample in enumerate(samples):
            assert abs(sample.first + sample.n_frames / 2 - (k + 0.5) * part) < 0.51


@pytest.mark.parametrize(("minutes", "n_samples"), [(1, 4), (12, 4), (30, 10), (45, 15), (180, 16)], ids=str)
def test_long_clips_have_more_samples(minutes: int, n_samples: int) -> None:
    assert len(choose_samples(minutes * 60 * 25, 25.0, None, 5.0)) == n_samples


def test_a_short_clip_is_its_own_sample() -> None:
    assert choose_samples(500, 25.0, None, 5.0) == [Sample(0, 500)]
    assert choose_samples(501, 25.0, None, 5.0)[0] == Sample(0, 125)
    assert choose_samples(10, 25.0, 1, 0.0) == [Sample(4, 1)]


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    """Each frame of its own grey; key frames are rare, so that seeking has to decode."""
    clip = tmp_path_factory.mktemp("counting") / "counting.mkv"
    grey = f"color=black:s=64x64:r={RATE},geq=lum='16+3*N':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", grey, "-frames:v", N_FRAMES, "-c:v", "libx264", "-qp", 0, "-g", 250, clip)
    return clip


@pytest.mark.parametrize("suffix", [".mkv", ".y4m", ".yuv"])
def test_samples_hold_the_frames_that_were_chosen(
    counting: Path, suffix: str, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    clip = tmp_path / f"clip{suffix}"
    ffmpeg("-i", counting, *(["-c", "copy"] if suffix == ".mkv" else []), clip)
    raw = {"width": 64, "height": 64, "pixel_format": "420", "bitdepth": 8} if suffix == ".yuv" else {}
    tool = find_ffmpeg(libvmaf=False)
    source = open_source(clip, VideoOptions(**raw), tool)  # type: ignore[arg-type]
    assert (source.n_frames, source.frame_rate) == (N_FRAMES, RATE)
    samples = [Sample(0, 3), Sample(7, 5), Sample(N_FRAMES - 2, 2)]
    fractions: list[float] = []
    files = cut_samples(source, samples, tool, tmp_path, fractions.append)
    for sample, file in zip(samples, files, strict=True):
        numbers = range(sample.first, sample.first + sample.n_frames)
        assert greys(file) == [16 + 3 * number for number in numbers]
    assert fractions == sorted(fractions)


def test_a_full_disk_is_refused_before_the_work(
    counting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = find_ffmpeg(libvmaf=False)
    source = open_source(counting, VideoOptions(), tool)
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(
        VideoError, match=r"and their encodes take 1 MB .* 0 MB are free; take fewer .* TMPDIR\."
    ):
        cut_samples(source, [Sample(0, 60)], tool, tmp_path, lambda done: None)


def test_a_clip_that_ends_early(counting: Path, tmp_path: Path) -> None:
    tool = find_ffmpeg(libvmaf=False)
    source = open_source(counting, VideoOptions(), tool)
    with pytest.raises(VideoError, match=r"holds no frame at 40\.0 s, where a sample was to be"):
        cut_samples(source, [Sample(0, 2), Sample(1000, 2)], tool, tmp_path, lambda done: None)


def greys(file: Path) -> list[int]:
    clip = open_y4m(file)
    assert clip.frame_offsets is not None
    data = np.frombuffer(file.read_bytes(), np.uint8)
    return [int(data[offset : offset + 64 * 64].mean()) for offset in clip.frame_offsets]
