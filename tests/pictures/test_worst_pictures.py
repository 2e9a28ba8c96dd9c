# SPDX-License-Identifier: BSD-3-Clause
"""The pictures are of the frames that were compared, with the colours that the clips state."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import Clips, FfmpegRunner, SpyFfmpeg
from tests.support.images import decoded
from tests.support.reports import report_with
from tests.support.synthetic import write_y4m
from vmaf_dnn import InvalidArgument, VideoError, VideoOptions, WorstPictures, worst_pictures
from vmaf_dnn.pictures import worst_pairs

N_FRAMES, STEP = 20, 8


def steps(path: Path, first: int = 20, *, n_frames: int = N_FRAMES, bit_depth: int = 8) -> Path:
    """A clip whose frame t is grey all over: luma is `first` + 8 t, in 8-bit steps."""
    dtype = np.uint8 if bit_depth == 8 else np.uint16
    scale = 1 << (bit_depth - 8)
    frames = [np.full((64, 64), (first + STEP * t) * scale, dtype) for t in range(n_frames)]
    return write_y4m(path, frames, bit_depth)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return steps(tmp_path / "reference.y4m"), steps(tmp_path / "distorted.y4m", 23)


def luma_of(image: bytes) -> int:
    """Limited-range luma of a grey picture."""
    (grey,) = np.unique(decoded(image, 64, 64)).tolist()
    return round(16 + grey * 219 / 255)


def lumas(pictures: WorstPictures) -> tuple[int, int]:
    return luma_of(pictures.reference), luma_of(pictures.distorted)


def worst_at(frame: int, n_frames: int = N_FRAMES) -> list[float]:
    return [10.0 if t == frame else 90.0 for t in range(n_frames)]


@pytest.mark.parametrize("frame", [0, 7, N_FRAMES - 1])
def test_the_worst_frame_and_its_partner(pair: tuple[Path, Path], frame: int) -> None:
    (pictures,) = worst_pictures(report_with(worst_at(frame)), *pair, 1)
    assert pictures.frame.frame_number == frame
    assert pictures.frame.score == 10.0
    assert lumas(pictures) == (20 + STEP * frame, 23 + STEP * frame)
    assert pictures.factor == 32
    assert np.unique(decoded(pictures.difference, 64, 64)).tolist() == [3 * 32]


def test_worst_first_whatever_their_order_in_the_clip(pair: tuple[Path, Path]) -> None:
    scores = [50.0 + t for t in range(N_FRAMES)]
    scores[15] = 20.0
    found = worst_pictures(report_with(scores), *pair, 2)
    assert [pictures.frame.frame_number for pictures in found] == [15, 0]
    assert [lumas(pictures)[0] for pictures in found] == [20 + STEP * 15, 20]


@pytest.mark.parametrize(
    ("options", "shifts"),
    [
        ({"frame_skip_ref": 2, "frame_skip_dist": 5, "frame_cnt": 10}, (2, 5)),
        ({"start": 0.16, "duration": 0.4}, (4, 4)),
        ({"threads": 1}, (0, 0)),
    ],
)
def test_the_frames_are_those_that_the_options_chose(
    pair: tuple[Path, Path], options: dict[str, Any], shifts: tuple[int, int]
) -> None:
    (pictures,) = worst_pictures(report_with(worst_at(6, 10)), *pair, 1, **options)
    assert lumas(pictures) == tuple(
        first + STEP * (6 + shift) for first, shift in zip((20, 23), shifts, strict=True)
    )


def test_frames_that_were_repeated_are_read_as_they_were(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    """At half the rate, each frame of the distorted clip is compared with two of the reference."""
    reference, distorted = steps(tmp_path / "reference.y4m"), tmp_path / "half.mkv"
    ffmpeg("-i", reference, "-vf", "select='not(mod(n,2))'", "-fps_mode", "vfr", "-c:v", "ffv1", distorted)
    report = vmaf_dnn.score(reference, distorted, match="time", tiny_model=None, shortest=True)
    report = report_with(worst_at(7, len(report.frame_numbers)))
    (pictures,) = worst_pictures(report, reference, distorted, 1, match="time", shortest=True)
    assert lumas(pictures) == (20 + STEP * 7, 20 + STEP * 6)


def test_numbers_of_every_other_frame(pair: tuple[Path, Path]) -> None:
    report = report_with(worst_at(3, 10), step=2)
    (pictures,) = worst_pictures(report, *pair, 1, subsample=2)
    assert (pictures.frame.frame_number, lumas(pictures)[0]) == (6, 20 + STEP * 6)


def test_deep_samples_are_shown_in_8_bits(tmp_path: Path) -> None:
    reference = steps(tmp_path / "reference.y4m", bit_depth=10)
    distorted = steps(tmp_path / "distorted.y4m", 24, bit_depth=10)
    (pictures,) = worst_pictures(report_with(worst_at(4)), reference, distorted, 1)
    assert lumas(pictures) == (20 + STEP * 4, 24 + STEP * 4)
    assert np.unique(decoded(pictures.difference, 64, 64)).tolist() == [4 * 32]


def test_scaled_clips_are_shown_at_the_size_that_was_compared(clips: Clips) -> None:
    report = vmaf_dnn.score(clips.reference, clips.distorted, scale=72)
    (pictures,) = worst_pictures(report, clips.reference, clips.distorted, 1, scale=72)
    assert decoded(pictures.reference, 88, 72).shape == decoded(pictures.distorted, 88, 72).shape


@pytest.mark.parametrize(("matrix", "lines"), [("bt709", 64), ("smpte170m", 64), ("bt2020nc", 64)])
def test_colours_are_those_of_the_stated_matrix(
    tmp_path: Path, ffmpeg: FfmpegRunner, matrix: str, lines: int
) -> None:
    clip = tmp_path / "red.mkv"
    scale = f"scale=out_color_matrix={matrix.removesuffix('nc')}:out_range=tv,format=yuv444p"
    ffmpeg(
        *("-f", "lavfi", "-i", f"color=c=0xe02040:s=64x{lines}:r=25", "-frames:v", 3, "-vf", scale),
        *("-colorspace", matrix, "-color_range", "tv", "-c:v", "ffv1", clip),
    )
    (pictures,) = worst_pictures(report_with([1.0, 2.0, 3.0]), clip, clip, 1)
    red, green, blue = decoded(pictures.reference, 64, lines)[10, 10].tolist()
    assert (red, green, blue) == (
        pytest.approx(0xE0, abs=2),
        pytest.approx(0x20, abs=2),
        pytest.approx(0x40, abs=2),
    )


def test_smaller_jpegs_for_pages(clips: Clips) -> None:
    report = vmaf_dnn.score(clips.reference, clips.distorted)
    (pictures,) = worst_pictures(report, clips.reference, clips.distorted, 1, image="jpeg", max_width=88)
    assert pictures.reference.startswith(b"\xff\xd8\xff")
    (exact,) = worst_pictures(report, clips.reference, clips.distorted, 1)
    small, whole = decoded(pictures.reference, 88, 72), decoded(exact.reference, 176, 144)
    halved = whole.reshape(72, 2, 88, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - halved).mean() < 6


def test_the_reference_of_a_ladder_is_decoded_once(clips: Clips, spy_ffmpeg: SpyFfmpeg) -> None:
    reports = [report_with(worst_at(t, 10), size=(176, 144)) for t in (2, 5)]
    options = VideoOptions(ffmpeg=str(spy_ffmpeg.path))
    others = [clips.distorted, clips.distorted]
    found = [
        (i, pair.frame.frame_number) for i, pair in worst_pairs(reports, clips.distorted, others, options, 1)
    ]
    assert found == [(0, 2), (1, 5)]
    assert len([call for call in spy_ffmpeg.calls if "rawvideo" in call]) == 3


def test_a_clip_that_was_left_out_of_the_run_is_left_out(pair: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(b"no clip")
    pairs = worst_pairs([report_with(worst_at(3))], pair[0], [broken, pair[1]], VideoOptions(), 1, scored=[1])
    assert [(i, shown.frame.frame_number) for i, shown in pairs] == [(0, 3)]
    gone = worst_pairs([report_with(worst_at(3))], pair[0], [broken], VideoOptions(), 1, scored=[0])
    with pytest.raises(VideoError, match=r"broken.mkv can't be read again as it was for its report"):
        next(gone)


def test_a_pipe_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.y4m"
    os.mkfifo(pipe)
    with pytest.raises(VideoError, match=r"pipe.y4m is a pipe, which is read once, and .*write it to a file"):
        worst_pictures(report_with(worst_at(3)), pair[0], pipe)
    with pytest.raises(VideoError, match="- is a pipe"):
        worst_pictures(report_with(worst_at(3)), "-", pair[1])


def test_what_is_not_the_clip_that_was_scored_is_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(
        InvalidArgument, match=r"frames of 32x48, and .*distorted.y4m is compared at 64x64; give"
    ):
        worst_pictures(report_with(worst_at(3), size=(32, 48)), *pair)
    with pytest.raises(
        VideoError, match=r"distorted.y4m has no frame 29, which its report has; name the clip"
    ):
        worst_pictures(report_with(worst_at(29, 30)), *pair)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"image": "webp"}, "image must be png or jpeg, got 'webp'."),
        ({"image": None}, "image must be png or jpeg, got None."),
        ({"max_width": 0}, "max_width must be 1 or more, got 0."),
        ({"max_width": "wide"}, "max_width must be a whole number, got 'wide'."),
        ({"n": -1}, "n must be 0 or more, got -1."),
        ({"metric": 1}, "metric must be a word, got 1."),
        ({"report": "x"}, "report must be a Report, got 'x'."),
    ],
)
def test_arguments_are_checked_before_clips_are_opened(arguments: dict[str, Any], sentence: str) -> None:
    whole: dict[str, Any] = {
        "report": report_with([1.0]),
        "reference": "no.y4m",
        "distorted": "clip.y4m",
    } | arguments
    with pytest.raises(InvalidArgument, match=f"^{re.escape(sentence)}$"):
        worst_pictures(**whole)


def test_frames_in_memory_are_refused(pair: tuple[Path, Path]) -> None:
    with pytest.raises(InvalidArgument, match="a clip to take pictures of must be a path, got"):
        worst_pictures(report_with(worst_at(3)), pair[0], [np.zeros((64, 64))])  # type: ignore[arg-type]


def test_warnings_of_the_run_are_not_said_twice(
    clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner, recwarn: pytest.WarningsRecorder
) -> None:
    tagged = tmp_path / "tagged.mkv"
    ffmpeg("-i", clips.reference, "-c:v", "ffv1", "-color_primaries", "bt2020", tagged)
    report = vmaf_dnn.score(clips.reference, clips.reference)
    recwarn.clear()
    worst_pictures(report, clips.reference, tagged, 1)
    assert [str(warning.message) for warning in recwarn] == []
