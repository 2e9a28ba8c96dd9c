# SPDX-License-Identifier: BSD-3-Clause
"""Which frames are compared with which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader, assert_equals_log
from tests.support.extract import FFV1, Extract, lossless
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions


def test_frames_match_by_index_not_by_time(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    late = tmp_path / "late.mkv"
    ffmpeg("-i", clips.distorted, "-vf", "setpts=N*N*7+900", "-fps_mode", "passthrough", *FFV1, late)
    expected = extract(clips.reference, clips.distorted).rows()
    np.testing.assert_array_equal(extract(clips.reference, late).rows(), expected)


def test_threads_change_nothing(extract: Extract, clips: Clips) -> None:
    one, three = (extract(clips.reference, clips.distorted, options=VideoOptions(threads=n)) for n in (0, 3))
    np.testing.assert_array_equal(one.rows(), three.rows())


def cut(ffmpeg: FfmpegRunner, clip: Path, folder: Path, start: int, end: int) -> Path:
    part = folder / f"{clip.stem}_{start}_{end}.mkv"
    ffmpeg(
        "-i",
        clip,
        "-vf",
        f"trim=start_frame={start}:end_frame={end},setpts=PTS-STARTPTS",
        "-c:v",
        "ffv1",
        part,
    )
    return part


def test_skip_and_count_are_libvmafs(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    options = VideoOptions(frame_skip_ref=3, frame_skip_dist=1, frame_cnt=4)
    table = extract(clips.reference, clips.distorted, options=options)
    reference, distorted = (
        cut(ffmpeg, clips.reference, tmp_path, 3, 7),
        cut(ffmpeg, clips.distorted, tmp_path, 1, 5),
    )
    assert_equals_log(table, libvmaf_log(reference, distorted))


def test_subsample_is_libvmafs(extract: Extract, clips: Clips, libvmaf_log: LogReader) -> None:
    table = extract(clips.reference, clips.distorted, options=VideoOptions(subsample=3))
    assert table.frame_numbers.tolist() == [0, 3, 6, 9]
    assert_equals_log(table, libvmaf_log(clips.reference, clips.distorted, "n_subsample=3"))


def test_subsample_does_not_thin_motion(extract: Extract, clips: Clips) -> None:
    whole = extract(clips.reference, clips.distorted)
    third = extract(clips.reference, clips.distorted, options=VideoOptions(subsample=3))
    np.testing.assert_array_equal(third.metrics["integer_motion2"], whole.metrics["integer_motion2"][::3])


@pytest.mark.parametrize("suffix", [".mkv", ".y4m"])
@pytest.mark.parametrize("shorter", ["reference", "distorted"])
def test_lengths_that_differ(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    suffix: str,
    shorter: str,
    libvmaf_log: LogReader,
) -> None:
    pair = {
        name: lossless(ffmpeg, clip, tmp_path / f"{name}{suffix}", "yuv420p")
        for name, clip in (("reference", clips.reference), ("distorted", clips.distorted))
    }
    ends = {name: cut(ffmpeg, clip, tmp_path, 0, 6) for name, clip in pair.items()}
    pair[shorter] = lossless(ffmpeg, ends[shorter], tmp_path / f"short{suffix}", "yuv420p")
    sentence = r"differ in length: (6 frames in .*, (10|more)|10 frames in .*, 6) in .*; --shortest"
    with pytest.raises(VideoError, match=sentence):
        extract(pair["reference"], pair["distorted"])
    table = extract(pair["reference"], pair["distorted"], options=VideoOptions(shortest=True))
    assert_equals_log(table, libvmaf_log(ends["reference"], ends["distorted"]))


def test_sizes_that_differ(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    small = lossless(ffmpeg, clips.distorted, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    with pytest.raises(VideoError, match=r"differ in size: .* is 176x144, .* is 88x72; --scale"):
        extract(clips.reference, small)
    big = lossless(ffmpeg, small, tmp_path / "big.mkv", "yuv420p", "scale=176:144:flags=bicubic")
    table = extract(clips.reference, small, options=VideoOptions(scale=True))
    assert_equals_log(table, libvmaf_log(clips.reference, big))


def test_both_clips_are_scaled_to_the_lines_of_a_display(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    small = lossless(ffmpeg, clips.distorted, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    shown = [
        lossless(ffmpeg, clip, tmp_path / f"{i}.mkv", "yuv420p", "scale=660:540:flags=bicubic")
        for i, clip in enumerate((clips.reference, small))
    ]
    table = extract(clips.reference, small, options=VideoOptions(scale=540))
    assert (table.width, table.height) == (660, 540)
    assert_equals_log(table, libvmaf_log(*shown))


@pytest.mark.parametrize("skipped", ["frame_skip_ref", "frame_skip_dist"])
def test_skipping_everything_is_an_error(extract: Extract, clips: Clips, skipped: str) -> None:
    with pytest.raises(
        VideoError,
        match=r"(has 10 frames, and skipping leaves none of them|ends within the 10 frames to be skipped)",
    ):
        extract(clips.distorted, clips.distorted, options=VideoOptions(**{skipped: N_FRAMES}))  # type: ignore[arg-type]
