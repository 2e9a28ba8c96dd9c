# SPDX-License-Identifier: BSD-3-Clause
"""Every command that a refusal prints works when it is pasted: refused, pasted, scored."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import vmaf_dnn
from tests.support.clips import N_FRAMES, Clips, FfmpegRunner
from tests.support.extract import FFV1, X264, Extract, lossless
from tests.support.pasting import commands, paste
from vmaf_dnn.errors import VideoError
from vmaf_dnn.video import VideoOptions

SCENE = ("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25", "-frames:v", 5)


def refused(extract: Extract, *clips: Path, options: VideoOptions = VideoOptions()) -> str:  # noqa: B008
    with pytest.raises(VideoError) as refusal:
        extract(*clips, options=options)
    return str(refusal.value)


def full_range(ffmpeg: FfmpegRunner, path: Path, pixel_format: str) -> Path:
    codec = {".y4m": ("-strict", "-1"), ".mp4": ("-c:v", "libx264", "-qp", "0")}.get(path.suffix, FFV1)
    filters = f"scale=out_range=full,format={pixel_format},setparams=range=full"
    ffmpeg(*SCENE, "-vf", filters, *codec, "-color_range", "pc", path)
    return path


@pytest.mark.parametrize("name", ["a.y4m", "a.mkv", "a.mp4"])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le", "yuv444p"])
@pytest.mark.parametrize("is_reference", [True, False])
def test_full_range_beside_limited(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, name: str, pixel_format: str, is_reference: bool
) -> None:
    full = full_range(ffmpeg, tmp_path / name, pixel_format)
    limited = tmp_path / "limited.mkv"
    ffmpeg(*SCENE, "-vf", f"scale=out_range=limited,format={pixel_format},setparams=range=tv", *FFV1, limited)
    pair = (full, limited) if is_reference else (limited, full)
    converted = paste(refused(extract, *pair), tmp_path)
    pair = (converted, limited) if is_reference else (limited, converted)
    assert extract(*pair).rows()[:, :5].min() > 0.98


def test_the_warning_of_full_range_has_the_command_too(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner
) -> None:
    full = full_range(ffmpeg, tmp_path / "full.mkv", "gray")
    ffmpeg(*SCENE, "-vf", "format=yuv420p", tmp_path / "silent.y4m")
    with pytest.warns(RuntimeWarning, match="may differ in colour range") as warned:
        extract(tmp_path / "silent.y4m", full)
    converted = paste(str(warned[0].message), tmp_path)
    assert extract(tmp_path / "silent.y4m", converted).rows()[:, :5].min() > 0.98


@pytest.mark.parametrize("bits", [10, 12, 16])
@pytest.mark.parametrize("chroma", ["420", "422", "444", "411", "mono"])
@pytest.mark.parametrize("name", ["eight.mkv", "eight.y4m"])
def test_bit_depths_that_differ(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, bits: int, chroma: str, name: str
) -> None:
    layout = "gray" if chroma == "mono" else f"yuv{chroma}p"
    eight, deep = tmp_path / name, tmp_path / "deep.mkv"
    ffmpeg(*SCENE, "-vf", f"scale,format={layout}", *(FFV1 if eight.suffix == ".mkv" else ()), eight)
    ffmpeg("-i", eight, "-pix_fmt", f"{layout if chroma == 'mono' else 'yuv420p'}{bits}le", *FFV1, deep)
    for pair in ((eight, deep), (deep, eight)):
        raised = paste(refused(extract, *pair), tmp_path)
        pair = tuple(raised if clip == eight else clip for clip in pair)  # type: ignore[assignment]
        assert extract(*pair).rows()[:, :5].min() > 0.99999
        raised.unlink()  # ffmpeg would ask before it overwrites


def test_a_raised_clip_has_the_features_of_the_shallow_one(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner
) -> None:
    deep = lossless(ffmpeg, clips.distorted, tmp_path / "deep.mkv", "yuv420p10le")
    raised = paste(refused(extract, clips.reference, deep), tmp_path)
    expected = extract(clips.reference, clips.distorted).rows()
    np.testing.assert_array_equal(extract(raised, deep).rows(), expected)


@pytest.mark.parametrize("matrix", [8, 11, 14])
def test_a_matrix_that_ffmpeg_cannot_convert(
    extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner, matrix: int
) -> None:
    """A clip is raised, and brought to limited range, whatever it says of its matrix."""
    odd, deep = tmp_path / "odd.mp4", tmp_path / "deep.mkv"
    tags = f"h264_metadata=matrix_coefficients={matrix}:video_full_range_flag=1"
    ffmpeg("-i", clips.reference, *X264, "-bsf:v", tags, odd)
    ffmpeg("-i", clips.reference, "-pix_fmt", "yuv420p10le", *FFV1, deep)
    raised = paste(refused(extract, odd, deep), tmp_path)
    limited = paste(refused(extract, raised, deep), tmp_path)
    assert len(extract(limited, deep).frame_numbers) == N_FRAMES


def test_raw_video_is_raised(extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    raw, deep = tmp_path / "eight.yuv", tmp_path / "deep.mkv"
    ffmpeg(*SCENE, "-pix_fmt", "yuv420p", raw)
    ffmpeg(*SCENE, "-pix_fmt", "yuv420p10le", *FFV1, deep)
    options = VideoOptions(width=96, height=64, pixel_format="420", bitdepth=8)
    raised = paste(refused(extract, raw, deep, options=options), tmp_path)
    assert extract(raised, deep).rows()[:, :5].min() > 0.99999


@pytest.mark.parametrize(
    ("pixel_format", "codec"),
    [
        ("gbrp", "ffv1"),
        ("gbrp10le", "ffv1"),
        ("gbrp12le", "ffv1"),
        ("gbrp16le", "ffv1"),
        ("gbrap", "ffv1"),
        ("rgb24", "png"),
        ("rgba", "png"),
        ("rgb48be", "png"),
        ("pal8", "gif"),
        ("rgb565le", "rawvideo"),
        ("x2rgb10le", "rawvideo"),
    ],
)
def test_rgb(extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str, codec: str) -> None:
    first, second = tmp_path / "a.nut", tmp_path / "b.nut"
    chain = f"format={'rgb24' if pixel_format == 'pal8' else pixel_format}"
    words = () if codec == "gif" else ("-pix_fmt", pixel_format)
    for path in (first, second):
        ffmpeg(*SCENE, "-vf", chain, "-c:v", codec, *words, path)
    converted = [paste(refused(extract, path, path), tmp_path) for path in (first, second)]
    assert extract(*converted).rows()[:, :5].min() == pytest.approx(1, abs=2e-6)


@pytest.mark.parametrize(
    ("pixel_format", "planar"),
    [
        ("vuya", "yuv444p"),
        ("ayuv", "yuv444p"),
        ("uyva", "yuv444p"),
        ("vyu444", "yuv444p"),
        ("xv48le", "yuv444p16le"),
        ("y216le", "yuv422p16le"),
        ("xv30le", "yuv444p10le"),
    ],
)
def test_packed_yuv(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str, planar: str
) -> None:
    """It is unpacked as it is read: no sample of luma is converted."""
    packed, plain = tmp_path / "packed.nut", tmp_path / "plain.mkv"
    ffmpeg(*SCENE, "-vf", f"scale,format={planar}", *FFV1, plain)
    ffmpeg("-i", plain, "-vf", f"scale,format={pixel_format}", "-c:v", "rawvideo", packed)
    np.testing.assert_array_equal(extract(plain, packed).rows(), extract(plain, plain).rows())


@pytest.mark.parametrize("pixel_format", ["yuv420p9le", "yuv444p9le", "yuv422p14le", "gray14le"])
def test_depths_that_are_not_measured(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, pixel_format: str
) -> None:
    odd = tmp_path / "odd.mkv"
    ffmpeg(*SCENE, "-vf", f"scale,format={pixel_format}", "-c:v", "ffv1", "-strict", "-2", odd)
    converted = paste(refused(extract, odd, odd), tmp_path)
    assert extract(converted, converted).rows()[:, :5].min() == pytest.approx(1, abs=2e-6)
    raised = extract(odd, converted, options=VideoOptions(depth="auto"))
    np.testing.assert_array_equal(raised.rows(), extract(converted, converted).rows())


@pytest.mark.parametrize(
    "name", ["two words.mkv", "it's.mkv", "-d.mkv", "a:b.mkv", "%d$HOME.mkv", "größe.mkv", "a (1).mkv"]
)
def test_names_that_a_shell_or_ffmpeg_reads_otherwise(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ffmpeg(*SCENE, "-pix_fmt", "yuv420p", *FFV1, f"file:{tmp_path / name}")
    ffmpeg(*SCENE, "-pix_fmt", "yuv420p10le", *FFV1, "deep.mkv")
    raised = paste(refused(extract, Path(name), Path("deep.mkv")), tmp_path)
    assert extract(raised, Path("deep.mkv")).rows()[:, :5].min() > 0.99999


def test_every_frame_is_converted_once(extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner) -> None:
    """A clip of variable frame rate keeps its frames; a cover and a second track are left behind."""
    uneven, deep = tmp_path / "uneven.mkv", tmp_path / "deep.mkv"
    alone = tmp_path / "alone.mkv"
    ffmpeg(*SCENE, "-vf", "format=yuv420p,setpts=N*N*3/25/TB", "-fps_mode", "passthrough", *FFV1, alone)
    second = ("-f", "lavfi", "-i", "color=s=640x360:r=25:d=0.2", "-map", 0, "-map", 1)
    ffmpeg("-i", alone, *second, "-c:v:0", "copy", "-c:v:1", "ffv1", uneven)
    ffmpeg(*SCENE, "-pix_fmt", "yuv420p10le", *FFV1, deep)
    raised = paste(refused(extract, uneven, deep), tmp_path)
    assert len(extract(raised, deep).frame_numbers) == 5


@pytest.mark.parametrize("change", ["chroma", "layout"])
def test_chroma_that_is_compared(tmp_path: Path, ffmpeg: FfmpegRunner, change: str) -> None:
    scene = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-frames:v", 3)
    plain, other = tmp_path / "plain.mkv", tmp_path / "other.mkv"
    ffmpeg(*scene, "-pix_fmt", "yuv420p10le", *FFV1, plain)
    pixel_format = {"chroma": "yuv444p10le", "layout": "yuv440p10le"}[change]
    ffmpeg(*scene, "-pix_fmt", pixel_format, *FFV1, other)
    words = {"svm_model": "version=vmaf_v1.0.16_3d0h", "tiny_model": None}
    with pytest.raises(VideoError) as refusal:
        vmaf_dnn.score(plain, other, **words)  # type: ignore[call-overload]
    converted = paste(str(refusal.value), tmp_path)
    assert vmaf_dnn.score(plain, converted, **words).mean > 90  # type: ignore[call-overload]
    if change == "layout":
        assert "-m version=vmaf_v0.6.1" in str(refusal.value)
        assert vmaf_dnn.score(plain, other, svm_model="version=vmaf_v0.6.1").mean > 90


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video"])
def test_a_joined_stream(extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, codec: str) -> None:
    once, twice, reference = tmp_path / "once.ts", tmp_path / "twice.ts", tmp_path / "reference.mkv"
    scene = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-frames:v", 24)
    ffmpeg(*scene, "-pix_fmt", "yuv420p", "-c:v", codec, "-g", 12, once)
    twice.write_bytes(once.read_bytes() * 2)
    ffmpeg(*scene, "-vf", "format=yuv420p,loop=1:24", "-frames:v", 48, *FFV1, reference)
    message = refused(extract, reference, twice)
    assert "as where parts were joined" in message
    assert len(extract(reference, paste(message, tmp_path)).frame_numbers) == 48


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video"])
@pytest.mark.parametrize("n_bytes", [2000, 2000 // 188 * 188])
def test_a_cut_stream(
    extract: Extract, tmp_path: Path, ffmpeg: FfmpegRunner, codec: str, n_bytes: int
) -> None:
    whole, cut, reference = tmp_path / "whole.ts", tmp_path / "cut.ts", tmp_path / "reference.mkv"
    scene = ("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-frames:v", 36)
    ffmpeg(*scene, "-pix_fmt", "yuv420p", "-c:v", codec, "-g", 12, "-bf", 0, whole)
    ffmpeg(*scene, "-pix_fmt", "yuv420p", *FFV1, reference)
    cut.write_bytes(whole.read_bytes()[n_bytes:])
    message = refused(extract, reference, cut, options=VideoOptions(shortest=True))
    assert "as where it was cut" in message
    options = VideoOptions(frame_skip_ref=12)
    assert extract(reference, paste(message, tmp_path), options=options).rows()[:, 0].min() > 0.9


@pytest.fixture
def address(clips: Clips) -> Iterator[str]:
    """A web server that has the clips."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(clips.reference.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_url(extract: Extract, tmp_path: Path, clips: Clips, address: str) -> None:
    url = f"{address}/{clips.distorted.name}"
    with pytest.raises(VideoError, match="is a URL, and only files of this machine are read") as refusal:
        vmaf_dnn.score(clips.reference, url)
    assert len(extract(clips.reference, paste(str(refusal.value), tmp_path)).frame_numbers) == N_FRAMES
    with pytest.raises(VideoError, match=f"is a URL; give the path alone, {clips.distorted}"):
        vmaf_dnn.score(clips.reference, f"file://{clips.distorted}")


def test_flags_that_are_named(extract: Extract, tmp_path: Path, clips: Clips, ffmpeg: FfmpegRunner) -> None:
    small = lossless(ffmpeg, clips.reference, tmp_path / "small.mkv", "yuv420p", "scale=88:72")
    assert "--scale (scale=True)" in refused(extract, clips.reference, small)
    assert len(extract(clips.reference, small, options=VideoOptions(scale=True)).frame_numbers) == N_FRAMES
    short = tmp_path / "short.mkv"
    ffmpeg("-i", clips.reference, "-frames:v", 4, *X264, short)
    assert "--shortest (shortest=True)" in refused(extract, clips.reference, short)
    assert len(extract(clips.reference, short, options=VideoOptions(shortest=True)).frame_numbers) == 4


def test_no_command_names_a_placeholder(tmp_path: Path) -> None:
    assert commands("convert it (ffmpeg -i 'a (1).mkv' -strict -1 'a (1).y4m').") == [
        "ffmpeg -i 'a (1).mkv' -strict -1 'a (1).y4m'"
    ]
