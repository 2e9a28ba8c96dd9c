# SPDX-License-Identifier: BSD-3-Clause
"""Scene cuts of the reference: by the numbers of changes, and of clips that are measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import FfmpegRunner
from vmaf_dnn.extractors.cuts import scene_cuts


def cuts_of(changes: list[float]) -> tuple[int, ...]:
    return scene_cuts(np.array(changes, np.float32))


def test_a_frame_that_is_unlike_the_one_before_begins_a_scene() -> None:
    assert cuts_of([1, 1, 1, 40, 1, 1]) == (4,)
    assert cuts_of([40]) == (1,)
    assert cuts_of([]) == ()


def test_motion_is_no_cut() -> None:
    assert cuts_of([15, 16, 14, 20, 15, 17, 15]) == ()
    assert cuts_of([1, 1, 9.9, 1, 1]) == ()


def test_a_flash_is_no_cut() -> None:
    assert cuts_of([1, 1, 1, 60, 58, 1, 1, 1]) == ()


def test_cuts_may_follow_each_other_after_some_frames() -> None:
    assert cuts_of([1, 30, 1, 1, 30, 1, 1, 30, 1]) == (2, 5, 8)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le"])
def test_the_cuts_of_a_clip(tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str) -> None:
    """On both sides of where frames are looked at together, some 64 at a time."""
    lengths = 40, 24, 2, 60, 30
    sources = [
        f"testsrc2=s=96x64:r=25:d={n / 25}" if i % 2 else f"mandelbrot=s=96x64:r=25,trim=end_frame={n}"
        for i, n in enumerate(lengths)
    ]
    graph = ";".join(f"{source},format={pixel_format},setsar=1[{i}]" for i, source in enumerate(sources))
    joined = "".join(f"[{i}]" for i in range(len(lengths)))
    clip = tmp_path / "scenes.mkv"
    ffmpeg("-filter_complex", f"{graph};{joined}concat=n={len(lengths)}", "-c:v", "ffv1", clip)
    report = vmaf_dnn.score(clip, clip)
    assert report.scene_cuts == (40, 64, 66, 126)


def test_libvmaf_does_not_tell(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    clip = tmp_path / "clip.y4m"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:r=25", "-frames:v", 5, "-pix_fmt", "yuv420p", clip)
    assert vmaf_dnn.score(clip, clip, extractor="libvmaf").scene_cuts is None
    assert vmaf_dnn.score(clip, clip).scene_cuts == ()
