# SPDX-License-Identifier: BSD-3-Clause
"""What a search refuses, and by which sentence."""

from __future__ import annotations

import os
import re
import shlex
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.support.clips import FfmpegRunner, SpyFfmpeg
from tests.support.searches import SCENE, search
from vmaf_dnn import InvalidArgument, ModelNotFound, VideoError
from vmaf_dnn.errors import ClipWarning
from vmaf_dnn.searching.naming import told_by

REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    (
        {"target": "p5=high"},
        InvalidArgument,
        "a limit is POOLING=NUMBER or SCORE:POOLING=NUMBER, got 'p5=high'",
    ),
    ({"target": "modus=3"}, InvalidArgument, "the pooling must be one of mean"),
    ({"crf": (40, 20)}, InvalidArgument, "the range of crf is reversed: 40:20; give 20:40"),
    ({"crf": (20, 60)}, InvalidArgument, "must be within 0:51 for libx264, got 20:60"),
    (
        {"crf": (20.12, 20.2)},
        InvalidArgument,
        "the CRF of libx264 takes steps of 0.1, got 20.12; give 20.1 or 20.2",
    ),
    ({"crf": (20,)}, InvalidArgument, "must be two numbers, the lowest and the highest, got (20,)"),
    ({"crf": (20, float("nan"))}, InvalidArgument, "must be two numbers, got 20:nan"),
    ({"bitrate": True}, InvalidArgument, "crf and bitrate are two searches"),
    ({"crf": None, "bitrate": (0, 10)}, InvalidArgument, "the bitrate must be 1 kbit/s or more"),
    ({"max_encodes": 0}, InvalidArgument, "max_encodes must be 1 or more, got 0"),
    ({"samples": 0}, InvalidArgument, "samples must be 1 or more, got 0"),
    ({"sample_duration": -1}, InvalidArgument, "sample_duration must be a number of seconds"),
    ({"sample_duration": 0}, InvalidArgument, "sample_duration must be above 0, got 0"),
    ({"tolerance": "much"}, InvalidArgument, "tolerance must be a number, 0 or more, got 'much'"),
    ({"encoder_args": "-tune 'film"}, InvalidArgument, "encoder_args \"-tune 'film\" can't be read"),
    ({"encoder_args": [1]}, InvalidArgument, "encoder_args must be words, got [1]"),
    ({"start": 3.0}, InvalidArgument, "start says which frames of two clips are compared"),
    (
        {"target": "vmaf:p5=80"},
        InvalidArgument,
        "a limit is of 'vmaf', and the scores of this run are vmaf_tiny_v2",
    ),
    ({"loudness": 3}, InvalidArgument, "unknown video option 'loudness'"),
    ({"tiny_model": "nobody"}, ModelNotFound, "nobody"),
    ({"encoder": "mpeg4"}, InvalidArgument, "'mpeg4' is none that a search can drive; there are libx264"),
    ({"encoder_args": "-x264-params qpmin=x:y"}, VideoError, "encoding with libx264 at CRF 2"),
    ({"preset": "glacial"}, VideoError, "encoding with libx264 at CRF 2"),
    ({"encoder_args": "-vf scale=64:48"}, VideoError, "differ in size"),
]


@pytest.mark.parametrize(("keywords", "error", "sentence"), REFUSED, ids=lambda value: str(value)[:40])
def test_refusals(clip: Path, keywords: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=re.escape(sentence)) as raised:
        search(clip, **keywords)
    assert str(raised.value).endswith((".", ")"))


def make(ffmpeg: FfmpegRunner, path: Path, size: str) -> Path:
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"{SCENE},scale={size}",
        "-frames:v",
        5,
        "-pix_fmt",
        "yuv420p",
        "-c:v",
        "ffv1",
        path,
    )
    return path


def test_a_clip_that_is_too_small(tmp_path: Path, ffmpeg: FfmpegRunner, spy_ffmpeg: SpyFfmpeg) -> None:
    small = make(ffmpeg, tmp_path / "small.mkv", "32:48")
    with pytest.raises(VideoError, match=r"^\S*/small\.mkv is 32x48; VMAF needs 33x33 pixels or more\.$"):
        search(small, ffmpeg=str(spy_ffmpeg.path))
    assert not any("yuv4mpegpipe" in call for call in spy_ffmpeg.calls)


def test_sentences_name_the_clip_and_the_encoder(clip: Path) -> None:
    with pytest.raises(VideoError) as raised:
        search(clip, crf=(30, 30), encoder_args="-vf scale=64:48")
    sentence = str(raised.value)
    assert sentence.startswith(f"the encode of {clip} by libx264 at CRF 30 can't be scored: ")
    assert "its encode at CRF 30" in sentence
    assert not re.search("sample0|encoded|vmaf-dnn-", sentence)


def test_cures_that_name_a_temporary_file_are_left_out(clip: Path) -> None:
    with pytest.raises(VideoError, match=r"is full; look at --encoder-args, or convert the clip first\.$"):
        search(clip, crf=(30, 30), encoder_args="-color_range pc")


def test_warnings_name_the_clip(tmp_path: Path) -> None:
    sample, encode = tmp_path / "sample0.y4m", tmp_path / "encoded.mkv"
    with (
        pytest.warns(ClipWarning, match=r"^clip\.mkv and its encode differ$") as caught,
        told_by({sample: "clip.mkv", encode: "its encode"}),
    ):
        warnings.warn(ClipWarning(f"{sample} and encoded.mkv differ", encode), stacklevel=1)
    assert [warning.message.clip for warning in caught] == ["clip.mkv"]  # type: ignore[union-attr]


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_an_odd_size_that_an_encoder_refuses(
    encoder: str, tmp_path: Path, ffmpeg: FfmpegRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = make(ffmpeg, tmp_path / "odd.mkv", "65:49")
    with pytest.raises(VideoError, match=r"odd\.mkv is 65x49, .* even sizes only; make it even") as raised:
        search(odd, crf=(30, 30), encoder=encoder)
    cure = re.search(r"\(ffmpeg (.*)\)", str(raised.value))
    assert cure is not None
    monkeypatch.chdir(tmp_path)
    ffmpeg(*shlex.split(cure[1]))
    search(tmp_path / "odd.even.y4m", 0, crf=(30, 30), encoder=encoder)
    with pytest.raises(VideoError, match="Error setting preset") as raised:
        search(odd, crf=(30, 30), encoder=encoder, preset="glacial")
    assert "even" not in str(raised.value)


def test_a_target_that_is_out_of_reach(clip: Path) -> None:
    with pytest.raises(VideoError) as raised:
        search(clip, 99.9)
    assert re.fullmatch(
        r"libx264 doesn't reach mean=99\.9 for .*clip\.mkv, not even with CRF 20: the nearest, CRF 20, has"
        r" mean=\d\d\.\d\d; lower the target, choose a slower preset, or widen --crf\.",
        str(raised.value),
    )


def test_a_target_out_of_reach_of_the_best_crf(clip: Path) -> None:
    with pytest.raises(
        VideoError, match=r"not even with CRF 0: .*; lower the target or choose a slower preset\.$"
    ):
        search(clip, "min=101", crf=None)


def test_too_few_encodes_for_any(clip: Path) -> None:
    with pytest.raises(VideoError, match=r"none of 1 encodes by libx264 reaches .* \(--max-encodes 2\)\."):
        search(clip, 93, crf=None, bitrate=True, max_encodes=1)


@pytest.mark.parametrize("path", ["-", "fifo", "none.mkv", "sound.flac"])
def test_what_can_not_be_searched(path: str, clip: Path, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    os.mkfifo(tmp_path / "fifo")
    ffmpeg("-i", clip, "-vn", tmp_path / "sound.flac")
    sentence = {
        "-": "takes no pipe; give it a file",
        "fifo": "takes no pipe; give it a file",
        "none.mkv": "no such file",
        "sound.flac": "holds no video, only audio",
    }[path]
    with pytest.raises(VideoError, match=re.escape(sentence)):
        search(Path(path) if path == "-" else tmp_path / path)
