# SPDX-License-Identifier: BSD-3-Clause
"""A ladder survives a clip that can't be scored."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from vmaf_dnn import InvalidArgument, VideoError
from vmaf_dnn.cli import main


@pytest.fixture(scope="module")
def misfits(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("misfits")
    paths = {name: folder / f"{name}.mkv" for name in ("small", "short", "shorter", "damaged", "gone")}
    ffmpeg("-i", clips.reference, "-vf", "scale=88:72", "-c:v", "ffv1", paths["small"])
    ffmpeg("-i", clips.reference, "-frames:v", N_FRAMES - 1, "-c:v", "ffv1", paths["short"])
    ffmpeg("-i", clips.reference, "-frames:v", 4, "-c:v", "ffv1", paths["shorter"])
    paths["damaged"].write_bytes(clips.distorted.read_bytes()[:-500])
    return paths


SENTENCES = {
    "small": "the clips differ in size",
    "short": "the clips differ in length: 9 frames in",
    "shorter": "the clips differ in length: 10 frames in {reference}, 4 in {clip}, as",
    "damaged": "decoding {clip} failed",
    "gone": "{clip}: no such file",
}


@pytest.mark.parametrize("kind", SENTENCES)
@pytest.mark.parametrize("extractor", ["native", "libvmaf"])
def test_the_rest_is_scored_as_if_alone(
    kind: str, extractor: str, clips: Clips, misfits: dict[str, Path]
) -> None:
    told: list[tuple[object, VideoError]] = []
    (report,) = vmaf_dnn.score(
        clips.reference,
        [misfits[kind], clips.distorted],
        on_misfit=lambda clip, error: told.append((clip, error)),
        extractor=extractor,
    )
    alone = vmaf_dnn.score(clips.reference, clips.distorted, extractor=extractor)
    assert report.clips == alone.clips
    for name, values in alone.metrics.items():
        np.testing.assert_array_equal(report.metrics[name], values)
    ((clip, error),) = told
    assert clip == misfits[kind]
    sentence = SENTENCES[kind].format(reference=clips.reference, clip=clip)
    if extractor == "native":
        assert str(error).startswith(sentence)


def test_without_a_hook_the_first_misfit_is_raised(clips: Clips, misfits: dict[str, Path]) -> None:
    with pytest.raises(VideoError, match="differ in length"):
        vmaf_dnn.score(clips.reference, [clips.distorted, misfits["short"]])
    with pytest.raises(VideoError, match="differ in size"):
        vmaf_dnn.score(clips.reference, misfits["small"], on_misfit=lambda clip, error: None)
    with pytest.raises(InvalidArgument, match="on_misfit must be a callable, got 3"):
        vmaf_dnn.score(clips.reference, [clips.distorted], on_misfit=3)  # type: ignore[call-overload]


def test_a_reference_that_fails_fails_all(clips: Clips, misfits: dict[str, Path]) -> None:
    with pytest.raises(VideoError, match="no such file"):
        vmaf_dnn.score(misfits["gone"], [clips.distorted] * 2, on_misfit=lambda clip, error: None)


def test_every_misfit_is_named_and_the_command_fails(
    clips: Clips, misfits: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    several = [str(path) for path in (misfits["small"], clips.distorted, misfits["damaged"], clips.reference)]
    words = ["-r", str(clips.reference), *(word for path in several for word in ("-d", path))]
    assert main([*words, "-o", str(tmp_path / "all"), "--json"]) == 1
    out, err = capsys.readouterr()
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == [several[1], several[3]]
    assert [line.partition(":")[2].split()[0] for line in err.splitlines()] == ["error:"] * 2
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == [
        "distorted.mkv.json",
        "reference.y4m.json",
    ]
    assert main([*words, "--json"]) == 1
    listed = json.loads(capsys.readouterr().out)
    assert [item["distorted"] for item in listed] == [several[1], several[3]]
    assert main([*words, "--fail-fast"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_where_all_are_misfits_nothing_is_written(
    clips: Clips, misfits: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "all"
    words = ["-d", str(misfits["short"]), "-d", str(misfits["damaged"]), "-o", str(folder)]
    assert main(["-r", str(clips.reference), *words]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 2)
    assert not folder.exists()


def test_auto_chooses_in_spite_of_a_misfit(
    clips: Clips, misfits: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["-d", str(misfits["gone"]), "-d", str(clips.distorted), "--tiny-model", "auto"]
    assert main(["-r", str(clips.reference), *words]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split("\t")[3] == "vmaf_tiny_v5"
    assert "no such file" in err


def test_long_sound_makes_no_other_length(clips: Clips, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    sounding = tmp_path / "sounding.mkv"
    sound = ("-f", "lavfi", "-i", "sine=d=30", "-map", "0:v", "-map", "1:a", "-c:a", "flac")
    ffmpeg("-i", clips.reference, *sound, "-c:v", "ffv1", sounding)
    assert len(vmaf_dnn.score(clips.reference, sounding).frames) == N_FRAMES
