# SPDX-License-Identifier: BSD-3-Clause
"""The search itself, by small encodes: what it finds, and what it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

import vmaf_dnn
from tests.support.clips import FfmpegRunner, SpyFfmpeg
from tests.support.searches import N_FRAMES, search
from vmaf_dnn import VideoError


def test_the_last_crf_that_reaches_the_target(clip: Path, ffmpeg: FfmpegRunner, tmp_path: Path) -> None:
    """Encoded whole by hand, it has the score that is told, and the next has not."""
    result = search(clip, tolerance=0)
    assert result.is_settled
    assert result.chosen is max((t for t in result.tries if t.reaches_target), key=lambda t: t.value)
    following = next(tried for tried in result.tries if tried.value == round(result.value + 0.1, 6))
    assert not following.reaches_target
    for tried in (result.chosen, following):
        encode = tmp_path / "encode.mkv"
        settings = ("-c:v", "libx264", "-threads", 8, "-preset", "ultrafast", "-crf", tried.value)
        ffmpeg("-i", clip, "-an", *settings, encode)
        report = vmaf_dnn.score(clip, encode)
        assert tried.scores == {"vmaf_tiny_v2": {"mean": report.mean}}
    assert report.mean < 85


def test_a_higher_crf_is_a_smaller_encode(clip: Path) -> None:
    better, worse = (search(clip, 0, crf=(crf, crf)).chosen for crf in (25, 35))
    assert better.kbit_per_s > worse.kbit_per_s
    assert better.predicted_bytes > worse.predicted_bytes
    assert better.scores["vmaf_tiny_v2"]["mean"] > worse.scores["vmaf_tiny_v2"]["mean"]


def test_samples_foretell_the_whole(clip: Path, tmp_path: Path) -> None:
    whole = search(clip, crf=(30, 30), target=0)
    seconds = N_FRAMES / 25
    assert whole.chosen.predicted_bytes == round(whole.chosen.kbit_per_s * 125 * seconds)
    parts = search(clip, crf=(30, 30), target=0, samples=3, sample_duration=0.2)
    assert [(part.first, part.n_frames) for part in parts.samples] == [(8, 5), (28, 5), (48, 5)]
    assert 0.5 < parts.chosen.predicted_bytes / whole.chosen.predicted_bytes < 3  # a key frame a sample
    assert parts.chosen.scores["vmaf_tiny_v2"]["mean"] == pytest.approx(
        whole.chosen.scores["vmaf_tiny_v2"]["mean"], abs=5
    )


def test_searches_repeat_to_the_bit(clip: Path) -> None:
    one, other = (search(clip, samples=2, sample_duration=0.4) for _ in range(2))
    assert [(t.value, t.kbit_per_s, t.scores) for t in one.tries] == [
        (t.value, t.kbit_per_s, t.scores) for t in other.tries
    ]


def test_all_limits_hold_for_all_models(clip: Path) -> None:
    result = search(clip, "p5=82,mean=84", tiny_model=["vmaf_tiny_v2", "vmaf_tiny_v4"])
    assert set(result.chosen.scores) == {"vmaf_tiny_v2", "vmaf_tiny_v4"}
    for pooled in result.chosen.scores.values():
        assert pooled["p5"] >= 82
        assert pooled["mean"] >= 84
    assert result.target == "p5=82,mean=84"


def test_a_bitrate(clip: Path) -> None:
    result = search(clip, crf=None, bitrate=(100, 4000), tolerance=0, max_encodes=12)
    assert result.mode == "bitrate"
    assert result.is_settled
    assert result.encoder_arguments[-2:] == ("-b:v", f"{result.value:.0f}k")
    lower = [tried for tried in result.tries if tried.value < result.value]
    assert not any(tried.reaches_target for tried in lower)
    assert max(tried.value for tried in lower) == pytest.approx(result.value, rel=0.04)


def test_arguments_of_the_encoder_come_last(clip: Path, spy_ffmpeg: SpyFfmpeg) -> None:
    result = search(clip, 0, crf=(30, 30), encoder_args="-tune 'zerolatency'", ffmpeg=str(spy_ffmpeg.path))
    assert result.encoder_arguments == (
        *("-c:v", "libx264", "-threads", "8", "-preset", "ultrafast", "-crf", "30"),
        *("-tune", "zerolatency"),
    )
    assert any(" -crf 30 -tune zerolatency -y encoded.mkv" in call for call in spy_ffmpeg.calls)
    again = search(clip, 0, crf=(30, 30), encoder_args=("-tune", "zerolatency"))
    assert again.chosen.kbit_per_s == result.chosen.kbit_per_s


def test_the_clip_is_decoded_once_and_no_encode_stays(clip: Path, spy_ffmpeg: SpyFfmpeg) -> None:
    result = search(clip, ffmpeg=str(spy_ffmpeg.path), tolerance=0)
    assert len(result.tries) > 2
    assert sum("yuv4mpegpipe" in call for call in spy_ffmpeg.calls) == 1


def test_ten_bits_of_an_eight_bit_clip(clip: Path) -> None:
    result = search(clip, encoder_args="-pix_fmt yuv420p10le", crf=(25, 35))
    assert result.chosen.reaches_target


def test_raw_video_and_its_rate(clip: Path, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    raw = tmp_path / "clip.yuv"
    ffmpeg("-i", clip, raw)
    geometry = {"width": 128, "height": 96, "pixel_format": "420", "bitdepth": 8}
    of_raw = search(raw, crf=(30, 30), target=0, frame_rate=50.0, **geometry)
    usual = search(clip, crf=(30, 30), target=0)
    assert of_raw.frame_rate == 50
    assert of_raw.chosen.scores == usual.chosen.scores
    assert of_raw.chosen.kbit_per_s == pytest.approx(2 * usual.chosen.kbit_per_s, rel=0.2)


def test_a_crop_is_of_what_is_encoded(clip: Path, tmp_path: Path) -> None:
    output = tmp_path / "cropped.mkv"
    search(clip, 0, crf=(30, 30), crop="96:64:16:16", output=output)
    report = vmaf_dnn.score(clip, output, crop="96:64:16:16")
    assert (report.width, report.height) == (96, 64)


def test_json_holds_every_try(clip: Path) -> None:
    result = search(clip)
    block = result.as_dict()
    assert block["crf"] == result.value
    assert [tried["chosen"] for tried in block["tries"]].count(True) == 1
    assert [tried["crf"] for tried in block["tries"]] == [tried.value for tried in result.tries]
    assert block["samples"] == [{"start_s": 0.0, "frames": N_FRAMES}]
    assert str(result) == f"CRF {result.value:g} of libx264 reaches mean=85"


def test_an_end_before_the_last_step(clip: Path) -> None:
    result = search(clip, tolerance=0, max_encodes=2, target=60)
    assert not result.is_settled
    assert len(result.tries) == 2
    assert result.chosen.reaches_target


def test_the_end_of_the_range_that_limits_the_result(clip: Path) -> None:
    limited = search(clip, 60, crf=(20.5, 25))
    assert limited.value == 25
    assert limited.is_limited_by_range
    assert limited.warnings == ("CRF 25 is the end of --crf: beyond it a smaller encode may reach mean=60.",)
    assert limited.as_dict()["warnings"] == list(limited.warnings)
    assert search(clip, 85).warnings == ()
    assert search(clip, 0, crf=(40, 51)).warnings == ()  # the encoder's end


def test_encodes_that_do_not_change_with_the_crf(clip: Path) -> None:
    same = search(clip, crf=None, encoder_args="-x264-params qp=24")
    assert len(same.tries) > 1
    values = sorted(tried.value for tried in same.tries)
    assert same.warnings == (
        f"libx264 gives the same encode at CRF {values[0]:g} and CRF {values[-1]:g}; look whether"
        " --encoder-args set its quality.",
    )
    with pytest.raises(VideoError, match=r"has mean=.*; libx264 gives the same encode at CRF 0 and CRF "):
        search(clip, crf=None, encoder_args="-x264-params qp=45")
