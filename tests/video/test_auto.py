# SPDX-License-Identifier: BSD-3-Clause
"""The model that suits a clip, and what CAMBI knows of the encode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.v1 import CAMBI, coloured_pair, write_coloured_y4m
from vmaf_dnn import InvalidArgument, VideoOptions
from vmaf_dnn.auto import VIEWINGS, choose
from vmaf_dnn.cli import main
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.comparison import open_comparison
from vmaf_dnn.video.ffmpeg.program import FFmpeg, find_ffmpeg
from vmaf_dnn.video.stated import Stated

V1 = "version=vmaf_v1.0.16_3d0h"
AS_COMPARED = "cambi_hrs_1080_cmxv_17_vlt_0.06"


def clip_of(width: int, height: int, frame_rate: float | None = 25) -> Clip:
    return Clip(Path("clip.y4m"), width, height, 8, "420", (), stated=Stated(frame_rate=frame_rate))


def write_clip(path: Path, size: tuple[int, int], which: int, rate: str = "25:1") -> Path:
    """Four frames: the reference of a pair (0), or what became of it (1)."""
    frames = [coloured_pair("natural", *size, 8, "420", seed)[which] for seed in range(4)]
    write_coloured_y4m(path, frames, 8, "420")
    path.write_bytes(path.read_bytes().replace(b"F25:1", b"F" + rate.encode(), 1))
    return path


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    """A reference, and encodes of its size and of a smaller one."""
    return [
        write_clip(tmp_path / "reference.y4m", (480, 340), 0),
        write_clip(tmp_path / "same.y4m", (480, 340), 1),
        write_clip(tmp_path / "smaller.y4m", (320, 226), 1),
    ]


@pytest.mark.parametrize(
    ("viewing", "rate", "svm", "tiny"),
    [
        (None, 25, "vmaf_v1.0.16_3d0h", "vmaf_tiny_v5"),
        ("tv", 40, "vmaf_v1.0.16_3d0h", "vmaf_tiny_v5"),
        ("tv", 60000 / 1001, "vmaf_v1.0.16_hfr_3d0h", "vmaf_tiny_v5_hfr"),
        ("phone", 24, "vmaf_v1.0.16_5d0h", "vmaf_tiny_v5_phone"),
        ("phone", 50, "vmaf_v1.0.16_hfr_5d0h", "vmaf_tiny_v5_phone_hfr"),
        ("4k", 30, "vmaf_v1.0.16_1d5h_2160", "vmaf_tiny_v5_4k"),
        ("4k", 48, "vmaf_v1.0.16_hfr_1d5h_2160", "vmaf_tiny_v5_4k_hfr"),
        ("4k-tv", None, "vmaf_v1.0.16_3d0h_2160", "vmaf_tiny_v5_4k_3h"),
        ("4k-tv", 60, "vmaf_v1.0.16_hfr_3d0h_2160", "vmaf_tiny_v5_4k_3h_hfr"),
    ],
)
def test_viewing_and_frame_rate_choose(viewing: str | None, rate: float | None, svm: str, tiny: str) -> None:
    choice = choose(clip_of(1920, 1080, rate), viewing, True)
    assert (choice.svm, choice.tiny) == (svm, tiny)


@pytest.mark.parametrize(
    ("size", "viewing", "scale", "is_4k", "lines"),
    [
        ((1920, 1080), None, False, False, False),
        ((1920, 804), None, False, False, False),  # letterboxed: it fills the width
        ((1920, 1088), None, False, False, False),  # a tenth more or less is no other size
        ((1080, 1920), None, False, False, False),  # upright
        ((640, 360), None, False, False, 1080),
        ((1280, 536), None, False, False, 804),
        ((3840, 2160), None, False, True, False),
        ((4096, 2160), None, False, True, False),
        ((2560, 1440), None, False, True, 2160),
        ((3840, 2160), "tv", False, False, 1080),
        ((1920, 1080), "4k", False, True, 2160),
        ((3840, 2160), None, 1080, False, 1080),
        ((1920, 1080), None, 2160, True, 2160),
        ((640, 360), None, True, False, True),
    ],
)
def test_the_display_decides_how_many_lines_are_compared(
    size: tuple[int, int], viewing: str | None, scale: bool | int, is_4k: bool, lines: bool | int
) -> None:
    choice = choose(clip_of(*size), viewing, scale)
    assert ("2160" in choice.svm, choice.scale) == (is_4k, lines)


def test_auto_stands_beside_a_model_called_vmaf(clips: list[Path]) -> None:
    """It will have the name of the model that is chosen, which another may have."""
    pair = clips[0], clips[1]
    report = vmaf_dnn.score(*pair, svm_model=["auto", "version=vmaf_v0.6.1"], tiny_model=None)
    assert list(report.scores)[1:] == ["vmaf"]
    chosen = next(iter(report.scores))
    named = f"version=vmaf_v0.6.1:name={chosen}"
    with pytest.raises(InvalidArgument, match=f"2 models are called {chosen}; name one"):
        vmaf_dnn.score(*pair, svm_model=["auto", named], tiny_model=None)


def test_auto_is_the_model_of_its_name(clips: list[Path]) -> None:
    reference, *others = clips
    chosen = vmaf_dnn.score(reference, others, svm_model="auto", tiny_model=None)
    named = vmaf_dnn.score(reference, others, svm_model=V1, tiny_model=None, scale=1080)
    assert [report.scores for report in chosen] == [
        {"vmaf_v1.0.16_3d0h": report.scores["vmaf"]} for report in named
    ]
    phone = vmaf_dnn.score(*clips[:2], svm_model="auto:name=p", tiny_model=None, viewing="phone")
    assert list(phone.scores) == ["p"]
    assert phone.height == 1080


def test_a_high_frame_rate_is_seen(tmp_path: Path) -> None:
    pair = [write_clip(tmp_path / f"{i}.y4m", (480, 340), i, "60000:1001") for i in range(2)]
    report = vmaf_dnn.score(*pair, svm_model="auto", tiny_model=None, scale=340)
    assert list(report.scores) == ["vmaf_v1.0.16_hfr_3d0h"]
    assert open_rate(pair[0]) == pytest.approx(59.94, abs=0.01)


def open_rate(path: Path) -> float | None:
    def ffmpeg() -> FFmpeg:
        return find_ffmpeg(None, libvmaf=False)

    return open_comparison(path, [], VideoOptions(), ffmpeg).reference.frame_rate


def test_the_encode_is_libvmafs_options_of_cambi(clips: list[Path]) -> None:
    reference, same, smaller = clips
    ours = vmaf_dnn.score(reference, [same, smaller], svm_model=V1, tiny_model=None, scale=True)
    names = [next(name for name in report.metrics if name.startswith("cambi")) for report in ours]
    assert names == [AS_COMPARED, f"{AS_COMPARED}_ench_226_encw_320"]
    overloads = f"{V1}:cambi.enc_width=320:cambi.enc_height=226"
    for extractor in ("libvmaf", "native"):
        theirs = vmaf_dnn.score(
            reference, smaller, svm_model=overloads, tiny_model=None, scale=True, extractor=extractor
        )
        for name, values in ours[1].metrics.items():
            np.testing.assert_allclose(values, theirs.metrics[name], rtol=0, atol=1.3e-6, err_msg=name)
    alone = vmaf_dnn.score(reference, smaller, svm_model=V1, tiny_model=None, scale=True, extractor="libvmaf")
    assert names[1] in alone.metrics
    as_compared = vmaf_dnn.score(
        reference, smaller, svm_model=V1, tiny_model=None, scale=True, encoded="none"
    )
    assert (as_compared.metrics[AS_COMPARED] != ours[1].metrics[names[1]]).all()


def test_reports_tell_what_the_encode_was(clips: list[Path]) -> None:
    reference, same, smaller = clips
    reports = vmaf_dnn.score(reference, [same, smaller], svm_model=V1, tiny_model=None, scale=True)
    told = [json.loads(report.to_json())["clips"]["distorted"].get("encoded") for report in reports]
    assert told == [None, "320x226"]
    forced = vmaf_dnn.score(reference, same, svm_model=V1, tiny_model=None, encoded="384:272:10")
    assert json.loads(forced.to_json())["clips"]["distorted"]["encoded"] == "384x272, 10 bits"
    assert 'encoded="384x272, 10 bits"' in forced.to_xml()
    assert "encoded" not in vmaf_dnn.score(reference, smaller, scale=True).to_json()


def test_features_that_are_spelt_out_know_what_is_asked_for(clips: list[Path]) -> None:
    reference, _, smaller = clips
    plain = vmaf_dnn.features(reference, smaller, features=[CAMBI], scale=True)
    assert list(plain.metrics) == [AS_COMPARED]
    asked = vmaf_dnn.features(reference, smaller, features=[CAMBI], scale=True, encoded="320:226:8")
    assert "encbd_8" in next(iter(asked.metrics))


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"viewing": "cinema"}, r"viewing must be one of tv, phone, 4k, 4k-tv, got 'cinema'\."),
        ({"viewing": "tv"}, r"viewing chooses among models, .*: ask for the model auto"),
        ({"encoded": "640x360"}, r"encoded must be W:H:DEPTH, as 1280:720:8, auto or none, got '640x360'\."),
        ({"encoded": "0:360:8"}, r"encoded is 0:360:8, and an encode has no side and no depth of 0\."),
        ({"encoded": "640:360:5"}, r"enc_bitdepth is 5; it must be a whole number of 6 to 16\."),
        ({"encoded": None}, r"encoded must be W:H:DEPTH, .* got None\."),
    ],
)
def test_refuses_what_makes_no_sense(keywords: Any, sentence: str, clips: list[Path]) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        vmaf_dnn.score(*clips[:2], **keywords)


def test_the_command_chooses(clips: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["-r", str(clips[0]), "-d", str(clips[2]), "-m", "auto", "--viewing", "phone", "--scale"]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("vmaf_v1.0.16_5d0h: ")
    with pytest.raises(SystemExit) as ended:
        main([*words[:4], "--viewing", VIEWINGS[0]])
    assert ended.value.code == 2
    assert "viewing chooses among models" in capsys.readouterr().err
