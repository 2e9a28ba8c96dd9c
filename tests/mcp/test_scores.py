# SPDX-License-Identifier: BSD-3-Clause
"""Scores that clients ask for are those of `score`."""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("mcp")

from tests.support.clips import Clips, FfmpegRunner
from tests.support.mcp_client import call, found, refusal, words_of
from tests.support.paths import ROOT
from vmaf_dnn import Report, score
from vmaf_dnn.mcp.allowed import ALLOW_VARIABLE

TINY = ROOT / "model" / "tiny"


@pytest.fixture(autouse=True)
def _allowed(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOW_VARIABLE, str(clips.reference.parent))


@pytest.fixture(scope="module")
def report(clips: Clips) -> Report:
    return score(clips.reference, clips.distorted)


def test_a_pair_gets_the_scores_of_the_library(report: Report) -> None:
    result = found("vmaf_score", ref="reference.y4m", dis="distorted.mkv")
    assert result["score"] == report.mean
    assert result["pooled"]["vmaf_tiny_v2"]["p5"] == report.percentile(5)
    assert (result["ref"], result["dis"]) == ("reference.y4m", "distorted.mkv")
    assert result["worst"][0]["frame_number"] == report.worst(1)[0].frame_number
    assert result["frames"] == []


def test_the_words_hold_the_headline(report: Report) -> None:
    words = words_of(call("vmaf_score", ref="reference.y4m", dis="distorted.mkv", pool="p5"))
    assert f"{report.percentile(5):.3f} (p5 of vmaf_tiny_v2 over 10 frames of 176x144)" in words


def test_every_frame_is_listed_when_asked_for(report: Report) -> None:
    frames = found("vmaf_score", ref="reference.y4m", dis="distorted.mkv", frames=True)["frames"]
    assert [frame["scores"]["vmaf_tiny_v2"] for frame in frames] == report.metrics["vmaf_tiny_v2"].tolist()


def test_raw_video_takes_its_geometry(clips: Clips, ffmpeg: FfmpegRunner, report: Report) -> None:
    raw = clips.reference.with_suffix(".yuv")
    ffmpeg("-i", clips.reference, "-f", "rawvideo", raw)
    geometry = {"width": 176, "height": 144, "pixfmt": "420", "bitdepth": 8}
    assert found("vmaf_score", ref=raw.name, dis="distorted.mkv", **geometry)["score"] == report.mean
    assert "no container that is known by its first bytes; if it is raw video, state width" in refusal(
        "vmaf_score", ref=raw.name, dis="distorted.mkv"
    )


def test_raw_video_may_have_any_name(clips: Clips, ffmpeg: FfmpegRunner) -> None:
    raw = clips.reference.with_name("frames")
    ffmpeg("-i", clips.reference, "-f", "rawvideo", raw)
    geometry = {"width": 176, "height": 144, "pixfmt": "420", "bitdepth": 8}
    assert found("vmaf_score", ref=raw.name, dis=raw.name, **geometry)["score"] > 97


def test_a_model_may_be_a_file_of_the_client(clips: Clips, report: Report) -> None:
    model = shutil.copy(TINY / "vmaf_tiny_v2.onnx", clips.reference.parent)
    shutil.copy(TINY / "vmaf_tiny_v2.json", clips.reference.parent)
    result = found("vmaf_score", ref="reference.y4m", dis="distorted.mkv", tiny_model=str(model))
    assert result["score"] == report.mean
    assert result["models"][0]["path"] == str(model)


def test_options_reach_the_library(clips: Clips) -> None:
    options = {"subsample": 3, "start": 0.08, "tiny_model": "vmaf_tiny_v4", "precision": "fp32"}
    expected = score(clips.reference, clips.distorted, **options)  # type: ignore[call-overload]
    result = found("vmaf_score", ref="reference.y4m", dis="distorted.mkv", **options)
    assert result["score"] == expected.mean
    assert result["models"][0]["precision"] == "fp32"


def test_libvmafs_own_models_score(clips: Clips) -> None:
    model = "version=vmaf_v0.6.1"
    result = found("vmaf_score", ref="reference.y4m", dis="distorted.mkv", model=model)
    expected = score(clips.reference, clips.distorted, tiny_model=None, svm_model=model)
    assert result["scores"] == {"vmaf": expected.mean}
    both = found(
        "vmaf_score", ref="reference.y4m", dis="distorted.mkv", model=model, tiny_model="vmaf_tiny_v4"
    )
    assert list(both["scores"]) == ["vmaf_tiny_v4", "vmaf"]


def test_warnings_of_the_library_come_along(clips: Clips, ffmpeg: FfmpegRunner) -> None:
    for primaries in ("bt709", "bt2020"):
        stating = f"setparams=color_primaries={primaries}"
        clip = clips.reference.with_name(f"{primaries}.mkv")
        ffmpeg("-i", clips.reference, "-vf", stating, "-c:v", "ffv1", clip)
    result = call("vmaf_score", ref="bt709.mkv", dis="bt2020.mkv")
    assert result.structured_content is not None
    (warning,) = result.structured_content["warnings"]
    assert "bt709.mkv" in warning
    assert "bt2020.mkv" in warning
    assert f"Warning: {warning}" in words_of(result)


def test_clips_that_do_not_fit_are_refused_by_the_clients_own_names(
    clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    ffmpeg("-i", clips.reference, "-vf", "scale=88:72", "-c:v", "ffv1", clips.reference.with_name("a b.mkv"))
    sentence = refusal("vmaf_score", ref="reference.y4m", dis="a b.mkv")
    assert "'a b.mkv' is 88x72" in sentence
    assert "/tmp" not in sentence


def test_the_worst_frames_come_as_pictures(report: Report) -> None:
    result = call("describe_worst_frames", ref="reference.y4m", dis="distorted.mkv", n=1, picture_width=100)
    assert not result.is_error, words_of(result)
    images = [block for block in result.content if block.type == "image"]
    assert [image.mime_type for image in images] == ["image/jpeg"] * 3
    worst = report.worst(1)[0]
    titles = [block.text for block in result.content if block.type == "text"][1:4]
    assert titles[0] == f"frame {worst.frame_number} at {worst.time_s:.2f} s: {worst.score:.3f}, reference"
    assert titles[2].rpartition(", ")[2].startswith("difference x ")


@pytest.fixture(scope="module")
def encodes(clips: Clips, ffmpeg: FfmpegRunner) -> list[str]:
    names = []
    for codec in ("libx264", "mpeg2video"):
        for level in (4, 8, 14, 24):
            quality = ("-crf", level * 2) if codec == "libx264" else ("-q:v", level)
            names.append(f"{codec}-{level}.mkv")
            ffmpeg("-i", clips.reference, "-c:v", codec, *quality, clips.reference.with_name(names[-1]))
    return names


def test_a_ladder_gives_rates_groups_hull_and_a_chart(encodes: list[str]) -> None:
    pytest.importorskip("bjontegaard")
    result = call("ladder", ref="reference.y4m", dis=encodes, target=60)
    assert not result.is_error, words_of(result)
    ladder = result.structured_content
    assert ladder is not None
    assert [group["name"] for group in ladder["groups"]] == ["h264", "mpeg2video"]
    assert {rung["name"] for group in ladder["groups"] for rung in group["rungs"]} == set(encodes)
    assert len(ladder["bd"]) == 1
    assert ladder["cheapest"] in encodes
    assert [block.mime_type for block in result.content if block.type == "image"] == ["image/png"]


def test_groups_of_a_ladder_go_by_the_clients_names(encodes: list[str]) -> None:
    result = found("ladder", ref="reference.y4m", dis=encodes[:2], group=r"-(\d+)\.mkv", chart=False)
    assert [group["name"] for group in result["groups"]] == ["4", "8"]


def test_models_are_compared_frame_by_frame(clips: Clips, report: Report) -> None:
    models = ["vmaf_tiny_v2", "vmaf_tiny_v4", "no_such_model"]
    result = found("compare_models", ref="reference.y4m", dis="distorted.mkv", models=models)
    first, second = result["on_pair"]
    assert (first["mean"], first["largest_difference"]) == (report.mean, 0)
    both = score(clips.reference, clips.distorted, tiny_model=models[:2])
    difference = both.metrics["vmaf_tiny_v4"] - both.metrics["vmaf_tiny_v2"]
    assert second["mean_difference"] == difference.mean()
    assert second["largest_difference"] == abs(difference).max()
    assert 'There is no model "no_such_model"' in result["errors"]["no_such_model"]


def test_a_comparison_of_nothing_but_faults_is_refused() -> None:
    sentence = refusal("compare_models", ref="reference.y4m", dis="distorted.mkv", models=["a", "b"])
    assert 'There is no model "a"' in sentence
    assert 'There is no model "b"' in sentence
