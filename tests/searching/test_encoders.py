# SPDX-License-Identifier: BSD-3-Clause
"""The encoders that a search drives, as the ffmpeg at hand has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.clips import FfmpegRunner
from tests.support.searches import FASTEST, SCENE, search
from vmaf_dnn import InvalidArgument, ToolMissing
from vmaf_dnn.searching import containers, encoders
from vmaf_dnn.searching.encoders import ENCODERS, Encoder
from vmaf_dnn.searching.encoding import Recipe, encode_sample
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg


def test_an_encoder_that_this_ffmpeg_has_not(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "encoders_of", lambda path: frozenset({"libx264", "libx265"}))
    with pytest.raises(
        InvalidArgument, match="'libsvtav1' is not in this ffmpeg; there are libx264, libx265 in"
    ):
        search(clip, encoder="libsvtav1")
    monkeypatch.setattr(encoders, "encoders_of", lambda path: frozenset({"mpeg4"}))
    with pytest.raises(ToolMissing, match="has none of the encoders that a search drives"):
        search(clip)


def test_an_ffmpeg_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="-encoders gave no answer"):
        encoders.encoders_of(str(tmp_path / "none"))


def test_every_encoder_is_in_the_ffmpeg_of_the_tests() -> None:
    there = encoders.encoders_of(find_ffmpeg(libvmaf=False).path)
    assert {encoder.name for encoder in ENCODERS} <= there
    for encoder in ENCODERS:
        crfs = [encoder.typical_crf(float(score)) for score in range(101)]
        assert crfs == sorted(crfs, reverse=True)
        assert encoder.crf[0] <= min(crfs) <= max(crfs) <= encoder.crf[1]


@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_encodes_do_not_depend_on_the_cpus(encoder: Encoder, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    sample, cpus = tmp_path / "sample.y4m", os.sched_getaffinity(0)
    ffmpeg("-f", "lavfi", "-i", SCENE.replace("128x96", "320x180"), "-frames:v", 12, sample)
    recipe, tool = Recipe(encoder, "crf", FASTEST[encoder.name]), find_ffmpeg(libvmaf=False)
    encodes = []
    for some in (cpus, {min(cpus)}):
        os.sched_setaffinity(0, some)  # of this thread, and what it starts
        try:
            encode_sample(sample, recipe, encoder.typical_crf(90), tmp_path / "encoded.nut", tool)
        finally:
            os.sched_setaffinity(0, cpus)
        encodes.append((tmp_path / "encoded.nut").read_bytes())
    assert encodes[0] == encodes[1]


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda encoder: encoder.name)
def test_containers_hold_what_they_are_said_to(
    encoder: Encoder, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    settings = ("-pix_fmt", "yuv420p", "-c:v", encoder.name, encoder.preset_flag, FASTEST[encoder.name])
    for suffix, held in containers._HELD.items():
        if encoder.name in held:
            encode = tmp_path / f"out{suffix}"
            ffmpeg("-f", "lavfi", "-i", SCENE, "-frames:v", 2, *settings, encode)
            ffmpeg("-i", encode, "-fps_mode", "passthrough", "-f", "rawvideo", tmp_path / "out.raw")
            assert (tmp_path / "out.raw").stat().st_size == 2 * 128 * 96 * 3 // 2


@pytest.mark.parametrize("encoder", [encoder.name for encoder in ENCODERS if encoder.name != "libx264"])
def test_the_other_encoders(clip: Path, encoder: str) -> None:
    result = search(
        clip, 80, encoder=encoder, preset=FASTEST[encoder], crf=None, samples=1, sample_duration=0.2
    )
    assert result.chosen.scores["vmaf_tiny_v2"]["mean"] >= 80
    assert result.encoder_arguments[:2] == ("-c:v", encoder)
    assert len(result.tries) <= 6
