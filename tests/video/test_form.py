# SPDX-License-Identifier: BSD-3-Clause
"""Black bars, fields, film grain, RGB and stills: clips brought to one form as was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from tests.support.extract import FFV1, Extract, lossless
from vmaf_dnn import InvalidArgument, VideoError
from vmaf_dnn.extractors import FeatureTable
from vmaf_dnn.video import VideoOptions

BARS = "pad=176:180:0:18"
PICTURE = "176:144:0:18"


@pytest.fixture(scope="module")
def letterboxed(tmp_path_factory: pytest.TempPathFactory, clips: Clips, ffmpeg: FfmpegRunner) -> Clips:
    folder = tmp_path_factory.mktemp("letterboxed")
    pair = Clips(folder / "reference.y4m", folder / "distorted.mkv")
    ffmpeg("-i", clips.reference, "-vf", BARS, pair.reference)
    ffmpeg("-i", clips.distorted, "-vf", BARS, *FFV1, pair.distorted)
    return pair


def assert_equal(one: FeatureTable, other: FeatureTable) -> None:
    for name, values in other.metrics.items():
        np.testing.assert_array_equal(one.metrics[name], values)


@pytest.mark.parametrize("crop", ["auto", PICTURE])
@pytest.mark.parametrize("which", ["reference", "distorted", "both"])
def test_bars_are_cut_off_whichever_clip_has_them(
    extract: Extract, clips: Clips, letterboxed: Clips, crop: str, which: str
) -> None:
    ref = clips.reference if which == "distorted" else letterboxed.reference
    dist = clips.distorted if which == "reference" else letterboxed.distorted
    table = extract(ref, dist, options=VideoOptions(crop=crop))
    assert_equal(table, extract(clips.reference, clips.distorted))
    assert (table.width, table.height) == (176, 144)
    assert table.clips is not None
    treated = [clip.treated for clip in table.clips]
    assert treated.count(("cropped to 176x144 from 0,18 on",)) == (2 if which == "both" else 1)


def test_a_reference_with_bars_beside_a_smaller_encode_without(
    extract: Extract, clips: Clips, letterboxed: Clips, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    small = lossless(ffmpeg, clips.distorted, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    with pytest.raises(
        VideoError, match=r"differ in the picture's shape: .* or with --crop auto \(crop='auto'\)"
    ):
        extract(letterboxed.reference, small, options=VideoOptions(scale=True))
    table = extract(letterboxed.reference, small, options=VideoOptions(scale=True, crop="auto"))
    assert_equal(table, extract(clips.reference, small, options=VideoOptions(scale=True)))


@pytest.mark.parametrize("crop", ["auto", "176:144:0:0"])
def test_a_clip_without_bars_stays_as_it_is(extract: Extract, clips: Clips, crop: str) -> None:
    table = extract(clips.reference, clips.distorted, options=VideoOptions(crop=crop))
    assert_equal(table, extract(clips.reference, clips.distorted))
    assert table.clips is not None
    assert [clip.treated for clip in table.clips] == [(), ()]


@pytest.mark.parametrize(
    ("crop", "sentence"),
    [
        ("176:144:0:60", r"is 176x180, and 176x144 from 0,60 on is not within it; give a smaller --crop"),
        ("170:121:0:18", r"shares chroma between 2x2 pixels, and --crop 170:121:0:18"),
    ],
)
def test_refuses_parts_that_there_are_not(letterboxed: Clips, crop: str, sentence: str) -> None:
    with pytest.raises(VideoError, match=sentence):
        vmaf_dnn.score(letterboxed.reference, letterboxed.distorted, crop=crop)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"crop": "16:9"}, "crop must be W:H:X:Y, as 1920:800:0:140, or auto, got '16:9'"),
        ({"crop": 3}, "crop must be W:H:X:Y"),
        ({"crop": "0:9:1:1"}, "crop must be W:H:X:Y"),
        ({"deinterlace": "yes"}, "deinterlace must be"),
        ({"no_grain": 1}, "no_grain must be"),
        ({"scale_method": "best"}, "scale_method must be one of bicubic, bilinear, lanczos, spline, area"),
        ({"matrix": "bt2020"}, "matrix must be one of bt709, bt601, got bt2020"),
    ],
)
def test_refuses_options(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        VideoOptions(**given)


@pytest.mark.parametrize(("order", "parity"), [("tff", "tff"), ("bff", "bff")])
def test_fields_become_whole_pictures(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, order: str, parity: str
) -> None:
    fields, whole = tmp_path / "fields.mkv", tmp_path / "whole.mkv"
    ffmpeg("-i", clips.reference, "-vf", f"setfield={order}", *FFV1, "-field_order", "tt", fields)
    ffmpeg(
        "-i",
        clips.reference,
        "-vf",
        f"setfield={order}",
        "-c:v",
        "libx264",
        "-qp",
        0,
        "-flags",
        "+ildct",
        fields,
    )
    ffmpeg("-i", fields, "-vf", f"bwdif=mode=send_frame:parity={parity}:deint=all", *FFV1, whole)
    table = extract(clips.reference, fields, options=VideoOptions(deinterlace=True))
    assert_equal(table, extract(clips.reference, whole))
    assert len(table.frame_numbers) == N_FRAMES
    assert table.clips is not None
    assert table.clips[1].treated == ("deinterlaced (bwdif)",)


def test_nothing_to_deinterlace_is_said(clips: Clips) -> None:
    with pytest.raises(VideoError, match=r"no clip states that it has fields, so there is nothing to dein"):
        vmaf_dnn.score(clips.reference, clips.distorted, deinterlace=True)


def test_a_scaling_method_may_be_named(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    small = lossless(ffmpeg, clips.distorted, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    big = lossless(ffmpeg, small, tmp_path / "big.mkv", "yuv420p", "scale=176:144:flags=lanczos")
    table = extract(clips.reference, small, options=VideoOptions(scale=True, scale_method="lanczos"))
    assert_equal(table, extract(clips.reference, big))
    assert table.clips is not None
    assert table.clips[1].treated == ("scaled to 176x144 (lanczos)",)


def test_film_grain_is_left_out(tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    grainy, plain = tmp_path / "grainy.mkv", tmp_path / "plain.mkv"
    codec = (
        "-c:v",
        "libsvtav1",
        "-crf",
        30,
        "-preset",
        8,
        "-svtav1-params",
        "film-grain=50:film-grain-denoise=1",
    )
    ffmpeg("-i", clips.reference, *codec, grainy)
    ffmpeg("-export_side_data", "film_grain", "-i", grainy, *FFV1, plain)
    report = vmaf_dnn.score(clips.reference, grainy, no_grain=True)
    expected = vmaf_dnn.score(clips.reference, plain)
    assert report.mean == expected.mean != vmaf_dnn.score(clips.reference, grainy).mean
    assert report.clips is not None
    assert report.clips.as_dict()["distorted"]["treated"] == "decoded without film grain"


@pytest.mark.parametrize(("matrix", "word"), [("bt709", "bt709"), ("bt601", "smpte170m")])
@pytest.mark.parametrize("pixel_format", ["rgb24", "gbrp", "bgr0", "gbrp10le"])
def test_rgb_is_made_into_yuv_by_the_named_matrix(
    extract: Extract,
    tmp_path: Path,
    clips: Clips,
    ffmpeg: FfmpegRunner,
    matrix: str,
    word: str,
    pixel_format: str,
) -> None:
    pair, plain = [], []
    flags = "accurate_rnd+full_chroma_int+bicubic"
    deep = "yuv444p10le" if "10" in pixel_format else "yuv444p"
    for clip in (clips.reference, clips.distorted):
        pair.append(tmp_path / f"{clip.stem}.rgb.mkv")
        ffmpeg("-i", clip, "-vf", f"scale,format={pixel_format}", "-c:v", "ffv1", "-strict", "-2", pair[-1])
        plain.append(tmp_path / f"{clip.stem}.yuv.y4m")
        graph = f"scale=out_color_matrix={word}:out_range=limited:flags={flags},format={deep}"
        ffmpeg("-i", pair[-1], "-vf", graph, "-strict", "-1", plain[-1])
    with pytest.raises(VideoError, match=r"no plane of luma.* --matrix bt709 \(matrix='bt709'\)"):
        extract(*pair)
    table = extract(*pair, options=VideoOptions(matrix=matrix))
    assert_equal(table, extract(*plain))
    assert table.clips is not None
    assert table.clips[0].treated == (f"converted from RGB by {matrix}",)


@pytest.mark.parametrize("first", [0, 1, 37])
def test_numbered_stills_are_a_clip(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, first: int
) -> None:
    stills, whole = tmp_path / "img%04d.png", tmp_path / "whole.mkv"
    ffmpeg("-i", clips.reference, "-pix_fmt", "rgb24", *FFV1, whole)
    ffmpeg("-i", whole, "-start_number", first, stills)
    options = VideoOptions(matrix="bt709")
    assert_equal(
        extract(stills, clips.distorted, options=options), extract(whole, clips.distorted, options=options)
    )
    (tmp_path / f"img{first + 4:04}.png").unlink()
    with pytest.raises(VideoError, match=f"still of number {first + 4} is missing, the next is {first + 5}"):
        extract(stills, clips.distorted, options=options)
    with pytest.raises(VideoError, match="no file is named so, and no numbered ones are"):
        extract(tmp_path / "other%d.png", clips.distorted, options=options)


def test_a_still_is_a_clip_of_one_frame(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    pair = [tmp_path / "reference.png", tmp_path / "distorted.png"]
    for clip, still in zip((clips.reference, clips.distorted), pair, strict=True):
        ffmpeg("-i", clip, "-frames:v", 1, still)
    table = extract(*pair, options=VideoOptions(matrix="bt601"))
    assert len(table.frame_numbers) == 1
    assert 0.5 < table.metrics["integer_vif_scale3"][0] < 1
