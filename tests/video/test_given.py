# SPDX-License-Identifier: BSD-3-Clause
"""Frames that are given in the place of clips: the scores of the files, in one pass, or a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from vmaf_dnn import InvalidArgument, Report, VideoError, features, score

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]
WIDTH, HEIGHT = 176, 144
OF_CHROMA = ["speed_chroma_uv", "adm2"]


@pytest.fixture(scope="module")
def planes(
    clips: Clips, ffmpeg: FfmpegRunner, tmp_path_factory: pytest.TempPathFactory
) -> list[list[Planes]]:
    """The planes of both clips, as ffmpeg writes them."""
    return [
        _planes(path, ffmpeg, tmp_path_factory.mktemp("raw")) for path in (clips.reference, clips.distorted)
    ]


def _planes(path: Path, ffmpeg: FfmpegRunner, folder: Path) -> list[Planes]:
    ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", folder / "clip.yuv")
    luma, chroma = WIDTH * HEIGHT, WIDTH * HEIGHT // 4
    frames = np.fromfile(folder / "clip.yuv", np.uint8).reshape(-1, luma + 2 * chroma)
    return [
        (
            frame[:luma].reshape(HEIGHT, WIDTH),
            frame[luma : luma + chroma].reshape(HEIGHT // 2, WIDTH // 2),
            frame[luma + chroma :].reshape(HEIGHT // 2, WIDTH // 2),
        )
        for frame in frames
    ]


def lumas(planes: list[list[Planes]]) -> list[list[np.ndarray]]:
    return [[luma for luma, _, _ in clip] for clip in planes]


def reused(frames: list[np.ndarray]) -> Iterator[np.ndarray]:
    """One array, whose content is replaced for each frame."""
    memory = np.empty_like(frames[0])
    for frame in frames:
        memory[:] = frame
        yield memory
        memory[:] = 0


def assert_same_bits(given: Report, expected: Report) -> None:
    assert list(given.metrics) == list(expected.metrics)
    for name, values in expected.metrics.items():
        np.testing.assert_array_equal(given.metrics[name], values)


@pytest.mark.parametrize(
    "form",
    [
        list,
        iter,
        np.stack,
        reused,
        lambda frames: (np.asfortranarray(frame) for frame in frames),
        lambda frames: (np.pad(frame, 5)[5:-5, 5:-5] for frame in frames),
    ],
    ids=["list", "iterator", "array", "reused", "columns", "part"],
)
def test_planes_of_luma_score_as_their_files_do(
    clips: Clips, planes: list[list[Planes]], form: Callable[[Any], Any]
) -> None:
    reference, distorted = map(form, lumas(planes))
    assert_same_bits(score(reference, distorted), score(clips.reference, clips.distorted))


@pytest.fixture(scope="module")
def full(planes: list[list[Planes]]) -> list[list[Planes]]:
    """The same luma, with chroma of its size."""
    return [[(luma, luma // 2 + 60, 200 - luma // 3) for luma, _, _ in clip] for clip in planes]


@pytest.fixture(scope="module")
def with_chroma(full: list[list[Planes]], tmp_path_factory: pytest.TempPathFactory) -> vmaf_dnn.FeatureTable:
    """What is measured of files that hold those planes."""
    folder = tmp_path_factory.mktemp("full")
    for name, clip in zip(("reference.yuv", "distorted.yuv"), full, strict=True):
        np.stack([np.stack(frame) for frame in clip]).tofile(folder / name)
    geometry: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "pixel_format": "444", "bitdepth": 8}
    return features(folder / "reference.yuv", folder / "distorted.yuv", features=OF_CHROMA, **geometry)


def assert_same_table(given: vmaf_dnn.FeatureTable, expected: vmaf_dnn.FeatureTable) -> None:
    assert list(given.metrics) == list(expected.metrics)
    for name, values in expected.metrics.items():
        np.testing.assert_array_equal(given.metrics[name], values)


def test_planes_with_chroma_measure_as_their_files_do(
    full: list[list[Planes]], with_chroma: vmaf_dnn.FeatureTable
) -> None:
    assert_same_table(features(iter(full[0]), iter(full[1]), features=OF_CHROMA), with_chroma)


def test_frames_of_pyav_with_chroma_measure_as_their_files_do(
    full: list[list[Planes]], with_chroma: vmaf_dnn.FeatureTable
) -> None:
    av = pytest.importorskip("av")
    frames = [[av.VideoFrame.from_ndarray(np.stack(frame), "yuv444p") for frame in clip] for clip in full]
    assert_same_table(features(*frames, features=OF_CHROMA), with_chroma)


def test_words_of_sixteen_bits_score_as_their_files_do(
    clips: Clips, planes: list[list[Planes]], ffmpeg: FfmpegRunner, tmp_path: Path
) -> None:
    deep = [[frame.astype(np.uint16) * 4 + 1 for frame in clip] for clip in lumas(planes)]
    paths = [tmp_path / "reference.yuv", tmp_path / "distorted.yuv"]
    for path, clip in zip(paths, deep, strict=True):
        np.concatenate(
            [np.concatenate([frame.ravel(), np.full(frame.size // 2, 512, np.uint16)]) for frame in clip]
        ).tofile(path)
    expected = score(*paths, width=WIDTH, height=HEIGHT, pixel_format="420", bitdepth=10)
    assert_same_bits(score(*deep, bitdepth=10), expected)


def test_frames_of_pyav_score_as_their_files_do(clips: Clips) -> None:
    av = pytest.importorskip("av")
    with av.open(str(clips.reference)) as reference, av.open(str(clips.distorted)) as distorted:
        given = score(reference.decode(video=0), distorted.decode(video=0), frame_rate=25)
    assert_same_bits(given, score(clips.reference, clips.distorted))


def test_a_file_and_frames_stand_side_by_side(clips: Clips, planes: list[list[Planes]]) -> None:
    expected = score(clips.reference, clips.distorted)
    luma = lumas(planes)
    assert_same_bits(score(clips.reference, iter(luma[1])), expected)
    assert_same_bits(score(iter(luma[0]), clips.distorted), expected)
    first, second = score(clips.reference, [clips.distorted, iter(luma[1])])
    assert_same_bits(first, expected)
    assert_same_bits(second, expected)
    reports = score(iter(luma[0]), [iter(luma[1]), luma[0]])
    assert_same_bits(reports[0], expected)
    names = [report.clips.distorted for report in reports if report.clips]
    assert names == ["given distorted clip 1", "given distorted clip 2"]


def test_frames_are_chosen_as_those_of_files_are(clips: Clips, planes: list[list[Planes]]) -> None:
    chosen: dict[str, Any] = {"frame_cnt": 4, "frame_skip_ref": 2, "frame_skip_dist": 3, "subsample": 2}
    expected = score(clips.reference, clips.distorted, **chosen)
    assert_same_bits(score(*map(iter, lumas(planes)), **chosen), expected)


def test_times_come_of_the_frame_rate_that_is_told(planes: list[list[Planes]]) -> None:
    report = score(*lumas(planes), frame_rate=50)
    assert report.frame_rate == 50
    (worst,) = report.worst(1)
    assert worst.time_s == worst.frame_number / 50
    assert score(*lumas(planes)).worst(1)[0].time_s is None


def test_no_more_frames_are_taken_than_are_wanted(planes: list[list[Planes]]) -> None:
    reference, distorted = map(iter, lumas(planes))
    score(reference, distorted, frame_cnt=4)
    assert len(list(reference)) == len(list(distorted)) == N_FRAMES - 4


def test_frames_are_taken_two_ahead_at_most() -> None:
    """So that little memory is in use, however long the clip is."""
    n_taken = 0

    def frames() -> Iterator[np.ndarray]:
        nonlocal n_taken
        for i in range(200):
            n_taken += 1
            yield np.full((64, 64), i % 200, np.uint8)

    leads = []
    score(
        frames(),
        (np.full((64, 64), i, np.uint8) for i in range(200)),
        progress=lambda done: leads.append(n_taken - done.n_frames_done),
    )
    assert len(leads) == 200
    assert max(leads) <= 2


def test_frames_of_known_number_tell_progress(planes: list[list[Planes]]) -> None:
    totals = set()
    score(*lumas(planes), progress=lambda done: totals.add(done.n_frames_total))
    assert totals == {N_FRAMES}


def test_shallower_frames_are_raised_where_that_is_asked(planes: list[list[Planes]]) -> None:
    reference, distorted = lumas(planes)
    deep = [frame.astype(np.uint16) << 2 for frame in reference]
    av = pytest.importorskip("av")
    frame = av.VideoFrame.from_ndarray(
        np.pad(distorted[0], ((0, HEIGHT // 2), (0, 0)), constant_values=128), "yuv420p"
    )
    with pytest.raises(VideoError, match=r"differ in bit depth: .*\(depth='auto'\) does as it is read"):
        score((frame.reformat(format="yuv420p10le") for _ in range(2)), [frame, frame])
    report = score((frame.reformat(format="yuv420p10le") for _ in range(2)), [frame, frame], depth="auto")
    assert report.clips
    assert report.clips.distorted_states["treated"] == "raised to 10 bits"
    assert len(deep) == N_FRAMES


class Broken(Exception):
    pass


def failing(frames: list[np.ndarray]) -> Iterator[np.ndarray]:
    yield from frames[:5]
    raise Broken


def test_what_the_iterator_raises_passes(planes: list[list[Planes]]) -> None:
    reference, distorted = lumas(planes)
    with pytest.raises(Broken):
        score(reference, failing(distorted))
    with pytest.raises(Broken):
        score(failing(reference), distorted)


GOOD = np.zeros((64, 64), np.uint8)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (GOOD.astype(float), "is float64; expected uint8, or uint16 with the value in the low bits"),
        (GOOD.astype(">u2"), "is >u2; expected uint8"),
        (GOOD[0], r"has the shape \(64,\); expected a plane of luma"),
        (np.zeros((64, 64, 3), np.uint8), r"has the shape \(64, 64, 3\); expected a plane of luma"),
        ((GOOD, GOOD), "has 2 planes; expected a plane of luma"),
        ((GOOD, GOOD[:9], GOOD[:9]), r"is uint8 of .*; chroma has the size of no layout that is known"),
        ((GOOD, GOOD, GOOD.astype(np.uint16)), "is uint8 and uint16; expected uint8"),
        ((GOOD, "u", "v"), "is str; expected a plane of luma"),
        (np.ma.masked_array(GOOD), "is MaskedArray; expected a plane of luma"),
        (GOOD.astype(np.uint16), "is uint16; say how many of its bits count, bitdepth=10 or 12 or 16"),
    ],
)
def test_refuses_what_is_no_frame(frame: Any, sentence: str) -> None:
    with pytest.raises(VideoError, match=f"^frame 0 of the given distorted clip {sentence}"):
        score([GOOD], [frame])


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (GOOD[:-1], r"is uint8 of \(63, 64\), expected uint8 of \(64, 64\) as those before it"),
        (GOOD.astype(np.uint16), r"is uint16 of \(64, 64\), expected uint8 of \(64, 64\)"),
        ((GOOD, GOOD, GOOD), r"is uint8 of \(64, 64\) and \(64, 64\) and \(64, 64\), expected"),
        (None, "is NoneType; expected a plane of luma"),
    ],
)
def test_refuses_a_frame_that_is_not_as_the_first(frame: Any, sentence: str) -> None:
    with pytest.raises(VideoError, match=f"^frame 3 of the given distorted clip {sentence}"):
        score([GOOD] * 5, [GOOD, GOOD, GOOD, frame, GOOD])


def test_refuses_samples_of_more_bits_than_are_told() -> None:
    frames = [np.full((64, 64), value, np.uint16) for value in (1023, 1024)]
    sentence = r"frame 1 of the given reference has a sample of 1024, more than 10 bits hold; .*frame >> 6"
    with pytest.raises(VideoError, match=sentence):
        score(frames, frames, bitdepth=10)
    assert len(score(frames, frames, bitdepth=12).frames) == 2


@pytest.mark.parametrize("form", [list, iter])
def test_refuses_lengths_that_differ(form: Callable[[Any], Any]) -> None:
    with pytest.raises(
        VideoError, match=r"the clips differ in length: .*\(shortest=True\) scores the common"
    ):
        score(form([GOOD] * 5), form([GOOD] * 3))
    assert len(score(form([GOOD] * 5), form([GOOD] * 3), shortest=True).frames) == 3


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"distorted": []}, InvalidArgument, "distorted names no clip and holds no frame"),
        ({"distorted": iter(())}, InvalidArgument, "distorted names no clip and holds no frame"),
        ({"reference": []}, VideoError, "given reference holds no frame"),
        ({"reference": 5}, InvalidArgument, "reference must be a path or frames, got 5"),
        ({"distorted": [[GOOD], 5]}, InvalidArgument, r"distorted\[1\] must be a path or frames, got 5"),
        ({"bitdepth": 10}, VideoError, "is uint8 of 8 bits, and bitdepth=10 was given; leave it out"),
        ({"start": 1}, VideoError, "given reference is a sequence of frames, which is read once, and times"),
        ({"crop": "auto"}, VideoError, "given reference is a sequence of frames, which is not read twice"),
        ({"extractor": "libvmaf"}, VideoError, "which the extractor libvmaf does not read"),
        (
            {"distorted": [GOOD[1:]]},
            VideoError,
            "is 64x63; scale given distorted clip, which is a sequence of frames, before",
        ),
        (
            {"distorted": [GOOD[1:]], "scale": True},
            VideoError,
            "and frames of 64x64 are compared; scale them",
        ),
        ({"tiny_model": "vmaf_tiny_v5"}, VideoError, "given reference is grey, and speed_chroma"),
    ],
)
def test_refuses_what_can_not_be_done_with_frames(
    given: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        score(**{"reference": [GOOD], "distorted": [GOOD], **given})


def test_refuses_one_iterator_in_two_places() -> None:
    frames = iter([GOOD] * 4)
    with pytest.raises(InvalidArgument, match="given reference and given distorted clip are one iterator"):
        score(frames, frames)
    with pytest.raises(InvalidArgument, match="given distorted clip 1 and given distorted clip 2 are one"):
        score([GOOD], [frames, frames])
    with pytest.raises(InvalidArgument, match="are one iterator"):
        features(frames, frames)


def test_refuses_frames_of_pyav_that_have_no_planes() -> None:
    av = pytest.importorskip("av")
    rgb = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
    sentence = r"frame 0 of the given distorted clip is rgb24, .*\(frame.reformat\(format='yuv420p'\)\)"
    with pytest.raises(VideoError, match=sentence):
        score([GOOD], [rgb])
    assert len(score([GOOD], [rgb.reformat(format="yuv420p")]).frames) == 1


def test_frames_of_full_and_limited_range_are_not_compared() -> None:
    av = pytest.importorskip("av")
    frames = [av.VideoFrame.from_ndarray(np.zeros((96, 64), np.uint8), "yuv420p") for _ in range(2)]
    frames[0].color_range, frames[1].color_range = 1, 2
    with pytest.raises(VideoError, match="range"):
        score([frames[0]], [frames[1]])


def test_a_pipe_of_such_a_name_is_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("given reference")
    assert len(score([GOOD], [GOOD]).frames) == 1
    assert vmaf_dnn.score([GOOD], islice([GOOD] * 3, 1)).width == 64
