# SPDX-License-Identifier: BSD-3-Clause
"""Parts of clips by seconds, and frames matched by the time that they are shown at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner, LogReader, assert_equals_log
from tests.support.command import run
from tests.support.extract import FFV1, X264, Extract, lossless
from tests.support.y4m import reordered
from vmaf_dnn import FeatureTable, InvalidArgument, VideoError
from vmaf_dnn.video import VideoOptions

RAW = {"width": 176, "height": 144, "pixel_format": "420", "bitdepth": 8}
ALL = range(N_FRAMES)


def by_time(reference: Path, distorted: Path, **options: Any) -> FeatureTable:
    return vmaf_dnn.features(reference, distorted, match="time", **options)


def assert_same(table: FeatureTable, other: FeatureTable) -> None:
    assert list(table.metrics) == list(other.metrics)
    for name, values in other.metrics.items():
        np.testing.assert_array_equal(table.metrics[name], values, name)


@pytest.fixture
def plain(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> Path:
    """The distorted clip as y4m."""
    return lossless(ffmpeg, clips.distorted, tmp_path / "plain.y4m", "yuv420p")


@pytest.mark.parametrize("suffix", [".y4m", ".mkv", ".mp4", ".yuv"])
@pytest.mark.parametrize(
    ("start", "duration", "part"),
    [(0.12, 0, ALL[3:]), (0.08, 0.16, ALL[2:6]), (0, 0.2, ALL[:5]), (0.05, 0.1, ALL[2:4])],
)
def test_seconds_name_frames(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    plain: Path,
    ffmpeg: FfmpegRunner,
    suffix: str,
    start: float,
    duration: float,
    part: Sequence[int],
) -> None:
    clip = tmp_path / f"clip{suffix}"
    codec = {".mkv": FFV1, ".mp4": (*X264, "-qp", 0), ".y4m": (), ".yuv": ("-f", "rawvideo")}[suffix]
    ffmpeg("-i", plain, *codec, clip)
    raw: dict[str, Any] = RAW | {"frame_rate": 25.0} if suffix == ".yuv" else {}
    table = extract(clips.reference, clip, options=VideoOptions(start=start, duration=duration, **raw))
    assert_same(extract(*cut(clips, tmp_path, part)), table)


def cut(clips: Clips, folder: Path, part: Sequence[int]) -> tuple[Path, Path]:
    return (
        reordered(clips.reference, folder / "r.y4m", part),
        reordered(folder / "plain.y4m", folder / "d.y4m", part),
    )


def test_skipped_frames_are_dropped_before_seconds_are_counted(
    extract: Extract, tmp_path: Path, clips: Clips, plain: Path
) -> None:
    options = VideoOptions(frame_skip_ref=2, frame_skip_dist=1, start=0.08, duration=0.16, frame_cnt=3)
    pair = (
        reordered(clips.reference, tmp_path / "r.y4m", ALL[4:7]),
        reordered(plain, tmp_path / "d.y4m", ALL[3:6]),
    )
    assert_same(extract(clips.reference, clips.distorted, options=options), extract(*pair))


def test_the_rate_of_film_names_the_same_frame_in_every_container(
    tmp_path: Path, clips: Clips, plain: Path, ffmpeg: FfmpegRunner
) -> None:
    """Matroska rounds 1001/24000 s to milliseconds."""
    pair = [
        reordered(clip, tmp_path / f"{clip.stem}.film.y4m", ALL, "24000:1001")
        for clip in (clips.reference, plain)
    ]
    film = tmp_path / "film.mkv"
    ffmpeg("-i", pair[1], *FFV1, film)
    for number in ALL[1:]:
        for second in (number * 1001 / 24000, round(number * 1001 / 24000, 3)):
            table = vmaf_dnn.features(pair[0], film, start=second)
            assert len(table.frame_numbers) == N_FRAMES - number


def test_start_is_after_the_end(extract: Extract, clips: Clips) -> None:
    with pytest.raises(
        VideoError, match=r"ends at 0\.400 s, and --start \(start=\) is 0\.4; start earlier\.$"
    ):
        extract(clips.reference, clips.distorted, options=VideoOptions(start=0.4))
    with pytest.raises(VideoError, match=r"shows no new frame from 0\.01 s to 0\.02 s; give a longer"):
        extract(clips.reference, clips.distorted, options=VideoOptions(start=0.01, duration=0.01))


def test_raw_video_has_no_seconds(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    raw = tmp_path / "raw.yuv"
    ffmpeg("-i", clips.distorted, "-f", "rawvideo", raw)
    options = VideoOptions(start=0.1, **RAW)  # type: ignore[arg-type]
    with pytest.raises(VideoError, match=r"raw\.yuv states no frame rate, .*; state it with --frame_rate"):
        extract(clips.reference, raw, options=options)


@pytest.mark.parametrize("name", ["start", "duration", "frame_rate"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "1"])
def test_what_is_no_time_is_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidArgument, match=f"{name} must be a number of"):
        VideoOptions(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("decoder", ["ffmpeg", "av"])
@pytest.mark.parametrize("threads", [1, 2])
def test_clips_of_one_rate_have_the_bits_of_index(
    tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, decoder: str, threads: int
) -> None:
    if decoder == "av":
        pytest.importorskip("av")
    transport = tmp_path / "clip.ts"
    ffmpeg("-i", clips.distorted, "-c", "copy", transport)
    for clip in (clips.distorted, transport):
        words: dict[str, Any] = {"decoder": decoder, "threads": threads}
        assert_same(
            by_time(clips.reference, clip, **words), vmaf_dnn.features(clips.reference, clip, **words)
        )


def test_libvmaf_matches_clips_of_one_rate_by_time(extract: Extract, clips: Clips) -> None:
    table = extract(clips.reference, clips.distorted, options=VideoOptions(match="time"))
    assert_same(table, extract(clips.reference, clips.distorted))


def test_twice_the_rate_is_scored_as_libvmaf_scores_the_frames_that_correspond(
    tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, libvmaf_log: LogReader
) -> None:
    fast, slow = tmp_path / "fast.mp4", tmp_path / "slow.mkv"
    ffmpeg("-i", clips.reference, "-vf", "fps=50", *X264, "-crf", 33, fast)
    ffmpeg("-i", fast, "-vf", r"select=not(mod(n\,2))", "-fps_mode", "passthrough", *FFV1, slow)
    assert_equals_log(by_time(clips.reference, fast), libvmaf_log(clips.reference, slow))


def test_half_the_rate_is_shown_twice(
    tmp_path: Path, clips: Clips, plain: Path, ffmpeg: FfmpegRunner
) -> None:
    pytest.importorskip("av")
    reference = reordered(clips.reference, tmp_path / "fast.y4m", ALL, "50:1")
    slow = reordered(plain, tmp_path / "slow.y4m", ALL[::2], "25:1")
    pair = clips.reference, reordered(plain, tmp_path / "d.y4m", [i // 2 * 2 for i in ALL])
    assert_same(by_time(reference, slow), vmaf_dnn.features(*pair))
    slow_mkv = lossless(ffmpeg, slow, tmp_path / "slow.mkv", "yuv420p")
    for decoder in ("ffmpeg", "av"):
        assert_same(by_time(reference, slow_mkv, decoder=decoder), vmaf_dnn.features(*pair))


@pytest.mark.parametrize(
    ("dropped", "shown"),
    [
        ((3, 4), [0, 1, 2, 2, 2, 5, 6, 7, 8, 9]),
        ((1, 8), [0, 0, 2, 3, 4, 5, 6, 7, 7, 9]),
        ((1, 3, 5, 7), [0, 0, 2, 2, 4, 4, 6, 6, 8, 9]),
    ],
)
def test_a_dropped_frame_leaves_the_one_before_it_on_show(
    tmp_path: Path, clips: Clips, plain: Path, ffmpeg: FfmpegRunner, dropped: Sequence[int], shown: list[int]
) -> None:
    uneven = tmp_path / "uneven.mkv"
    kept = "*".join(rf"not(eq(n\,{number}))" for number in dropped)
    ffmpeg("-i", plain, "-vf", f"select={kept}", "-fps_mode", "passthrough", *FFV1, uneven)
    pair = clips.reference, reordered(plain, tmp_path / "d.y4m", shown)
    assert_same(by_time(clips.reference, uneven), vmaf_dnn.features(*pair))


def test_a_part_by_time(tmp_path: Path, clips: Clips, plain: Path, ffmpeg: FfmpegRunner) -> None:
    fast = tmp_path / "fast.mkv"
    ffmpeg("-i", plain, "-vf", "fps=50", *FFV1, fast)
    table = by_time(clips.reference, fast, start=0.12, duration=0.2, frame_cnt=4)
    assert_same(table, vmaf_dnn.features(*cut(clips, tmp_path, ALL[3:7])))


def test_several_clips_have_each_their_frames(
    tmp_path: Path, clips: Clips, plain: Path, ffmpeg: FfmpegRunner
) -> None:
    fast = tmp_path / "fast.mkv"
    ffmpeg("-i", plain, "-vf", "fps=50", *FFV1, fast)
    one, other, alone = (
        *vmaf_dnn.score(clips.reference, [fast, plain], match="time"),
        vmaf_dnn.score(clips.reference, plain),
    )
    for report in (one, other):
        for name, values in alone.metrics.items():
            np.testing.assert_array_equal(report.metrics[name], values)
    assert one.clips is not None
    assert one.clips.distorted_states["frames_left_out"] == N_FRAMES - 1


@pytest.mark.parametrize("n_frames", [N_FRAMES - 1, N_FRAMES + 1])
def test_lengths_that_differ(tmp_path: Path, clips: Clips, plain: Path, n_frames: int) -> None:
    other = reordered(plain, tmp_path / "other.y4m", [min(i, 9) for i in range(n_frames)])
    sentence = r"differ in length: 0\.400 s of .*, 0\.(360|440) s of .*; --shortest \(shortest=True\)"
    with pytest.raises(VideoError, match=sentence):
        by_time(clips.reference, other)
    assert len(by_time(clips.reference, other, shortest=True).frame_numbers) == min(n_frames, N_FRAMES)


def test_libvmaf_takes_each_frame_once(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    fast = tmp_path / "fast.mkv"
    ffmpeg("-i", clips.distorted, "-vf", "fps=50", *FFV1, fast)
    with pytest.raises(VideoError, match=r"frames of .*fast\.mkv are repeated or left out, which .* libvmaf"):
        by_time(clips.reference, fast, extractor="libvmaf")


def test_times_that_fall_are_refused(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    odd = tmp_path / "odd.nut"
    ffmpeg(
        "-i",
        clips.reference,
        "-vf",
        "setpts=1/25/TB*(N-2*gte(N\\,5))",
        "-fps_mode",
        "passthrough",
        *FFV1,
        odd,
    )
    with pytest.raises(VideoError, match=r"odd\.nut: frame \d is shown no later than the one before it, "):
        by_time(clips.reference, odd)


def test_a_report_says_how_frames_were_chosen(tmp_path: Path, clips: Clips, plain: Path) -> None:
    report = vmaf_dnn.score(clips.reference, plain, start=0.12)
    assert report.clips is not None
    blocks = report.clips.as_dict()
    assert [blocks[role]["first_frame"] for role in ("reference", "distorted")] == [3, 3]
    slow = reordered(plain, tmp_path / "slow.y4m", ALL[::2], "25:2")
    clips_block = vmaf_dnn.score(clips.reference, slow, match="time").clips
    assert clips_block is not None
    told = clips_block.as_dict()["distorted"]
    assert {key: told[key] for key in ("match", "first_frame", "frames_repeated", "frames_left_out")} == {
        "match": "time",
        "first_frame": 0,
        "frames_repeated": 5,
        "frames_left_out": 0,
    }
    untouched = vmaf_dnn.score(clips.reference, plain).clips
    assert untouched is not None
    assert "match" not in untouched.as_dict()["distorted"]


def test_the_flags_do_the_same(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    fast, out = tmp_path / "fast.mkv", tmp_path / "out.json"
    ffmpeg("-i", clips.distorted, "-vf", "fps=50", *FFV1, fast)
    words = ("--match", "time", "--start", "0.12", "--duration", "0.2", "--frame-rate", "30", "-o", out)
    done = run("-r", clips.reference, "-d", fast, *words)
    assert (done.returncode, done.stderr) == (0, "")
    report = vmaf_dnn.score(clips.reference, fast, match="time", start=0.12, duration=0.2)
    document = json.loads(out.read_text())
    assert len(document["frames"]) == 5
    assert document["clips"]["distorted"]["frames_left_out"] == 4
    assert document["tiny_model"]["pooled"]["mean"] == round(report.mean, 6)


def test_a_refusal_of_rates_names_the_flag(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    fast = tmp_path / "fast.mkv"
    ffmpeg("-i", clips.distorted, "-vf", "fps=50", *FFV1, fast)
    with pytest.raises(
        VideoError, match=r"differ in frame rate: .*: match them by time \(--match time\), keep"
    ):
        vmaf_dnn.features(clips.reference, fast, shortest=True)
    assert len(by_time(clips.reference, fast, shortest=True).frame_numbers) == N_FRAMES


def test_the_model_that_suits_a_clip_is_chosen_before_frames_are(clips: Clips) -> None:
    words: dict[str, Any] = {"tiny_model": None, "svm_model": "auto", "viewing": "tv", "scale": 180}
    whole = vmaf_dnn.score(clips.reference, clips.distorted, **words)
    timed = vmaf_dnn.score(clips.reference, clips.distorted, match="time", **words)
    assert timed.scores == whole.scores
