# SPDX-License-Identifier: BSD-3-Clause
"""What two clips state of themselves: refused, warned of, or in agreement; and that it is read at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vmaf_dnn
from tests.support.clips import FfmpegRunner
from tests.support.extract import FFV1
from tests.support.pasting import commands, paste
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video.clip import Clip
from vmaf_dnn.video.ffmpeg.program import find_ffmpeg
from vmaf_dnn.video.opening import open_clips
from vmaf_dnn.video.options import VideoOptions
from vmaf_dnn.video.pairing.agreement import findings
from vmaf_dnn.video.pairing.pair import Pair
from vmaf_dnn.video.stated import BOTTOM_FIRST, MIXED, PROGRESSIVE, TOP_FIRST, Stated

SCENE = ("-f", "lavfi", "-i", "testsrc2=s=128x96:r=25", "-frames:v", 48, "-pix_fmt", "yuv420p")
X264 = ("-c:v", "libx264", "-crf", 18)
PLAIN = Clip(Path("r.y4m"), 128, 96, 8, "420", ("-i", "file:/r.y4m"))
OTHER = replace(PLAIN, path=Path("d.mp4"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FfmpegRunner) -> Path:
    path = tmp_path_factory.mktemp("agreement") / "s.y4m"
    ffmpeg(*SCENE, path)
    return path


def stated(path: Path) -> Stated:
    (clip,) = open_clips([path], VideoOptions(), find_ffmpeg)
    return clip.stated


def judged(ours: dict[str, Any], theirs: dict[str, Any], *, is_cut: bool = False) -> list[tuple[bool, str]]:
    reference, distorted = replace(PLAIN, stated=Stated(**ours)), replace(OTHER, stated=Stated(**theirs))
    return [(found.is_refused, found.text) for found in findings(Pair(reference, distorted, is_cut=is_cut))]


@pytest.mark.parametrize(
    ("ours", "theirs", "is_refused", "sentence"),
    [
        (
            {"color_range": "full"},
            {"color_range": "limited"},
            True,
            "differ in colour range: r.y4m is full",
        ),
        ({"color_range": "full"}, {}, False, "r.y4m is full, d.mp4 says nothing"),
        ({"color_range": "limited"}, {}, None, ""),
        ({"transfer": "smpte2084"}, {"transfer": "bt709"}, True, "r.y4m is smpte2084 (PQ), d.mp4 is bt709"),
        ({"transfer": "arib-std-b67"}, {"transfer": "smpte2084"}, True, "r.y4m is arib-std-b67 (HLG)"),
        ({"transfer": "bt709"}, {"transfer": "linear"}, True, "r.y4m is bt709, d.mp4 is linear"),
        (
            {"transfer": "iec61966-2-1"},
            {"transfer": "bt709"},
            False,
            "curve: r.y4m is sRGB",
        ),
        ({"transfer": "smpte170m"}, {"transfer": "bt2020-10"}, None, ""),
        ({"transfer": "smpte2084"}, {}, False, "r.y4m states transfer smpte2084 (PQ)"),
        ({"transfer": "bt709", "matrix": "bt709", "primaries": "bt709"}, {}, None, ""),
        (
            {},
            {"matrix": "ictcp", "primaries": "bt2020"},
            False,
            "states matrix ictcp, primaries bt2020",
        ),
        (
            {"matrix": "bt709"},
            {"matrix": "smpte170m"},
            False,
            "r.y4m is bt709, d.mp4 is bt470bg",
        ),
        ({"matrix": "bt470bg"}, {"matrix": "smpte170m"}, None, ""),
        (
            {"primaries": "bt709"},
            {"primaries": "bt2020"},
            False,
            "differ in primaries: r.y4m",
        ),
        (
            {"field_order": TOP_FIRST},
            {"field_order": PROGRESSIVE},
            False,
            "differ in their fields: r.y4m",
        ),
        ({"field_order": TOP_FIRST}, {"field_order": BOTTOM_FIRST}, False, "differ in their fields"),
        ({"field_order": MIXED}, {}, False, "r.y4m is mixed, d.mp4 says nothing"),
        ({"field_order": PROGRESSIVE}, {}, None, ""),
        (
            {"sample_aspect": (4, 3)},
            {"sample_aspect": (1, 1)},
            False,
            "r.y4m is 4:3, d.mp4 is 1:1",
        ),
        ({"sample_aspect": (4, 3)}, {}, False, "may differ in the shape of a pixel"),
        ({"sample_aspect": (1, 1)}, {}, None, ""),
        ({"sample_aspect": (16, 11)}, {"sample_aspect": (64, 45)}, None, ""),
        (
            {"frame_rate": 60.0},
            {"frame_rate": 30.0},
            False,
            "r.y4m has 60 frames a second",
        ),
        ({"frame_rate": 24.0}, {"frame_rate": 24000 / 1001}, None, ""),
        ({"frame_rate": 24.0}, {}, None, ""),
        ({"tracks": (True, True)}, {}, False, "of which the first is compared"),
        ({}, {"tracks": (False, True)}, True, "and the first, which would be"),
        ({"light": "MaxCLL=1000"}, {"light": "MaxCLL=400"}, False, "what they say of their light"),
        ({"light": "MaxCLL=1000"}, {}, None, ""),
        ({"rotation": 90}, {}, None, ""),
    ],
)
def test_each_property(
    ours: dict[str, Any], theirs: dict[str, Any], is_refused: bool | None, sentence: str
) -> None:
    found = judged(ours, theirs)
    assert [finding[0] for finding in found] == ([] if is_refused is None else [is_refused])
    assert all(sentence in text for _, text in found)
    assert [finding[0] for finding in judged(theirs, ours)] == [finding[0] for finding in found]


def test_rates_are_refused_where_the_longer_clip_is_cut() -> None:
    assert judged({"frame_rate": 60.0}, {"frame_rate": 30.0}, is_cut=True)[0][0]
    assert not judged({"frame_rate": 25.0}, {"frame_rate": 24.0}, is_cut=True)[0][0]


STATES = st.builds(
    Stated,
    color_range=st.sampled_from([None, "full", "limited"]),
    matrix=st.sampled_from([None, "bt709", "smpte170m", "bt470bg", "bt2020nc", "ictcp", "gbr"]),
    primaries=st.sampled_from([None, "bt709", "bt2020", "smpte432"]),
    transfer=st.sampled_from([None, "bt709", "smpte2084", "arib-std-b67", "iec61966-2-1", "linear"]),
    field_order=st.sampled_from([None, PROGRESSIVE, TOP_FIRST, BOTTOM_FIRST, MIXED]),
    sample_aspect=st.none() | st.sampled_from([(1, 1), (4, 3), (16, 11), (10, 11), (2, 1), (1, 3)]),
    frame_rate=st.none() | st.floats(0.01, 1000),
    rotation=st.sampled_from([None, 0, 90, 180]),
    tracks=st.lists(st.booleans(), max_size=3).map(tuple),
    light=st.none() | st.text(max_size=4),
)
SIZES = st.tuples(st.integers(33, 4000), st.integers(33, 4000))


@given(
    first=STATES, second=STATES, sizes=st.tuples(SIZES, SIZES), is_scaled=st.booleans(), is_cut=st.booleans()
)
def test_any_two_clips(
    first: Stated,
    second: Stated,
    sizes: tuple[tuple[int, int], tuple[int, int]],
    is_scaled: bool,
    is_cut: bool,
) -> None:
    """Which clip is the reference changes nothing but the names; refusals are first."""
    one, other = (
        replace(clip, stated=states, width=width, height=height)
        for clip, states, (width, height) in zip((PLAIN, OTHER), (first, second), sizes, strict=True)
    )
    found = findings(Pair(one, other, is_scaled, is_cut))
    back = findings(Pair(other, one, is_scaled, is_cut))
    assert sorted(finding.is_refused for finding in found) == sorted(finding.is_refused for finding in back)
    assert [finding.is_refused for finding in found] == sorted((f.is_refused for f in found), reverse=True)
    alone = findings(Pair(one, one, is_scaled, is_cut))
    assert all("tracks of video" in finding.text for finding in alone)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("Ip A1:1 F25:1", Stated(field_order=PROGRESSIVE, sample_aspect=(1, 1), frame_rate=25.0)),
        (f"Ip A{'9' * 400}:1 F{'9' * 400}:1", Stated(field_order=PROGRESSIVE)),
        ("It A4:3", Stated(field_order=TOP_FIRST, sample_aspect=(4, 3))),
        ("Ib XCOLORRANGE=FULL", Stated(field_order=BOTTOM_FIRST, color_range="full")),
        ("Im XCOLORRANGE=LIMITED", Stated(field_order=MIXED, color_range="limited")),
        ("I? A0:0 F0:0 XCOLORRANGE=MAYBE", Stated()),
        ("F30000:1001", Stated(frame_rate=30000 / 1001)),
    ],
)
def test_tags_of_y4m(tmp_path: Path, tags: str, expected: Stated) -> None:
    path = tmp_path / "a.y4m"
    path.write_bytes(f"YUV4MPEG2 W4 H4 Cmono {tags}\nFRAME\n".encode() + bytes(16))
    assert stated(path) == expected


def test_what_a_container_and_its_frames_state(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    clip, turned = tmp_path / "hdr.mkv", tmp_path / "turned.mp4"
    display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
    hdr = (
        f"colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display={display}:max-cll=1000,400"
    )
    words = ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", f"log-level=none:{hdr}")
    ffmpeg("-i", source, "-frames:v", 3, "-vf", "setsar=4/3", *words, clip)
    found = stated(clip)
    assert found.light is not None
    assert "MaxCLL=1000, MaxFALL=400" in found.light
    assert replace(found, light=None) == Stated(
        color_range="limited",
        matrix="bt2020nc",
        primaries="bt2020",
        transfer="smpte2084",
        field_order=PROGRESSIVE,
        sample_aspect=(4, 3),
        frame_rate=25.0,
        tracks=(False,),
        chroma_place="left",
    )
    ffmpeg("-display_rotation", 90, "-i", source, "-frames:v", 3, *X264, tmp_path / "plain.mp4")
    ffmpeg("-display_rotation", 90, "-i", tmp_path / "plain.mp4", "-c", "copy", turned)
    assert stated(turned).rotation == 90


# The reproductions: each was silent.


def test_two_rates_with_shortest(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    fast, slow = tmp_path / "fast.y4m", tmp_path / "slow.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=128x96:r=60", "-frames:v", 60, "-pix_fmt", "yuv420p", fast)
    ffmpeg("-i", fast, "-vf", "fps=30", *X264, slow)
    with pytest.raises(
        VideoError, match=r"differ in frame rate: .* has 60 .*, .* has 30; .*--frame_cnt N"
    ) as no:
        vmaf_dnn.score(fast, slow, shortest=True)
    assert vmaf_dnn.score(paste(str(no.value), tmp_path), slow).mean > 95
    with pytest.warns(RuntimeWarning, match="differ in frame rate"):
        assert vmaf_dnn.score(fast, slow, shortest=True, frame_cnt=3).mean < 95


def test_interlaced_beside_deinterlaced(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    fields, whole = tmp_path / "fields.mkv", tmp_path / "whole.mp4"
    scene = ("-f", "lavfi", "-i", "testsrc2=s=128x96:r=50", "-frames:v", 24, "-pix_fmt", "yuv420p")
    ffmpeg(*scene, "-vf", "tinterlace=interleave_top,setfield=tff", *FFV1, "-field_order", "tt", fields)
    ffmpeg("-i", fields, "-vf", "bwdif=mode=send_frame", *X264, whole)
    with pytest.warns(RuntimeWarning, match="is top field first, .* is progressive; deinterlace") as warned:
        combed = vmaf_dnn.score(fields, whole).mean
    assert vmaf_dnn.score(paste(str(warned[0].message), tmp_path), whole).mean > max(95, combed + 2)


def test_fields_of_y4m(tmp_path: Path, source: Path) -> None:
    fields = tmp_path / "fields.y4m"
    fields.write_bytes(source.read_bytes().replace(b" Ip ", b" It ", 1))
    with pytest.warns(RuntimeWarning, match="fields.y4m is top field first"):
        vmaf_dnn.score(fields, source)


def test_pixels_of_two_shapes(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    wide = tmp_path / "wide.mp4"
    ffmpeg("-i", source, "-vf", "setsar=4/3", *X264, wide)
    with pytest.warns(RuntimeWarning, match=r"differ in the shape of a pixel: .* is 1:1, .* is 4:3"):
        vmaf_dnn.score(source, wide)


def test_pq_beside_bt709(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    pq, sdr = tmp_path / "pq.mp4", tmp_path / "sdr.mp4"
    for path, transfer in ((pq, "smpte2084"), (sdr, "bt709")):
        ffmpeg("-i", source, *X264, "-x264-params", f"transfer={transfer}", path)
    for pair in ((pq, sdr), (sdr, pq)):
        with pytest.raises(VideoError, match=r"differ in transfer curve: .*smpte2084 \(PQ\)") as no:
            vmaf_dnn.score(*pair)
    untagged = paste(str(no.value), tmp_path)
    assert vmaf_dnn.score(sdr, untagged).mean > 99
    with pytest.warns(RuntimeWarning, match=r"pq.mp4 states transfer smpte2084 \(PQ\), .* doesn't say"):
        vmaf_dnn.score(source, pq)


def test_a_letterboxed_reference(tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    boxed, cropped = tmp_path / "boxed.y4m", tmp_path / "cropped.mp4"
    scene = ("-f", "lavfi", "-i", "testsrc2=s=256x144:r=25", "-frames:v", 12)
    ffmpeg(*scene, "-vf", "format=yuv420p,pad=256:192:0:24", boxed)
    ffmpeg(*scene, "-vf", "scale=192:108:flags=bicubic,format=yuv420p", *X264, cropped)
    sentence = r"differ in the picture's shape: .* is .* times as wide as high, .* times; cut black"
    for pair in ((boxed, cropped), (cropped, boxed)):
        with pytest.raises(VideoError, match=sentence) as no:
            vmaf_dnn.score(*pair, scale=True)
    bare = paste(str(no.value), tmp_path)
    assert vmaf_dnn.score(bare, cropped, scale=True).mean > 80


def test_a_squeezed_encode(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    """Anamorphic: tagged it is right; untagged the second command says so."""
    for name, tag in (("tagged.mp4", "setsar=4/3"), ("silent.mkv", "setsar=1")):
        ffmpeg("-i", source, "-vf", f"scale=96:96:flags=bicubic,{tag}", *X264, tmp_path / name)
    tagged = vmaf_dnn.score(source, tmp_path / "tagged.mp4", scale=True).mean
    with pytest.raises(VideoError, match="or, if one was squeezed, say so") as no:
        vmaf_dnn.score(source, tmp_path / "silent.mkv", scale=True)
    shaped = paste(f"({commands(str(no.value))[1]}).", tmp_path)
    assert vmaf_dnn.score(source, shaped, scale=True).mean == pytest.approx(tagged, abs=1e-9)


def test_two_tracks_of_which_the_second_is_the_default(
    tmp_path: Path, source: Path, ffmpeg: FfmpegRunner
) -> None:
    both = tmp_path / "both.mkv"
    other = ("-f", "lavfi", "-i", "mandelbrot=s=128x96:r=25", "-map", 1, "-map", 0, "-frames:v", 48)
    disposition = ("-disposition:v:0", 0, "-disposition:v:1", "default", "-pix_fmt", "yuv420p")
    ffmpeg("-i", source, *other, *X264, *disposition, both)
    with pytest.raises(VideoError, match=r"both.mkv has 2 tracks of video, and the first") as no:
        vmaf_dnn.score(source, both)
    assert vmaf_dnn.score(source, paste(str(no.value), tmp_path)).mean > 95
    assert vmaf_dnn.score(source, paste(f"({commands(str(no.value))[1]}).", tmp_path)).mean < 50


def test_the_first_of_two_tracks_is_said(tmp_path: Path, source: Path, ffmpeg: FfmpegRunner) -> None:
    both = tmp_path / "both.mp4"
    ffmpeg("-i", source, "-i", source, "-map", 0, "-map", 1, *X264, both)
    with pytest.warns(RuntimeWarning, match="2 tracks of video, of which the first is compared"):
        assert vmaf_dnn.score(source, both).mean > 95
